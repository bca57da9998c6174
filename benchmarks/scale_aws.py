"""As much of AWS Lambda as publishing asks of it, for tens of thousands of versions.

Moto would do for a few layers, but it lists all of them on one page, whatever MaxItems says, and
that is just what is to be counted. Here a list has AWS's 50 to a page, and each call is counted.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import multiprocessing
import re
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

PAGE = 50
"""Entries that a list has to a page."""
_ACCOUNT = "123456789012"
_CREATED = "2026-11-23T12:00:00.000+0000"
_SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_VERSION = re.compile(
    r"/2018-10-31/layers(?:/(?P<layer>[^/]+)/versions(?:/(?P<version>\d+)(?P<policy>/policy)?)?)?/?"
)
_IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult>"
    f"<Arn>arn:aws:iam::{_ACCOUNT}:root</Arn><UserId>x</UserId><Account>{_ACCOUNT}</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
_FORK = multiprocessing.get_context("fork")
Counts = dict[str, Counter[str]]
"""Calls by region and by kind."""


@dataclass(frozen=True)
class Version:
    """A version of a layer, in any region."""

    code_sha256: str
    code_size: int
    facts: dict[str, Any]
    """Description, runtimes and the like, as they were published."""
    statements: tuple[dict[str, Any], ...] = ()


@dataclass
class State:
    """What all regions have, and what they were asked."""

    layers: dict[str, dict[str, list[Version]]] = field(default_factory=dict)
    """Versions by region and by layer, oldest first."""
    published: dict[str, list[Version]] = field(default_factory=dict)
    """Every layer as it was really published, to one region."""
    counts: Counts = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def spread(self, source: str, regions: list[str], names: list[str], versions: int) -> None:
        """Let regions have what was published to one: these layers, of so many versions each.

        All versions but the newest are as earlier builds would have left them.
        """
        self.published = self.published or self.layers[source]
        newest = {name: self.published[name][-1] for name in names}
        grown = {
            name: [*(older(version, age) for age in range(versions - 1, 0, -1)), version]
            for name, version in newest.items()
        }
        self.layers = {
            region: {name: list(made) for name, made in grown.items()} for region in regions
        }


class SimulatedAws:
    """Serves a state from a process of its own, for the length of a block."""

    def __enter__(self) -> Self:
        self._end, theirs = _FORK.Pipe()
        self._process = _FORK.Process(target=_serve, args=(theirs, self._end), daemon=True)
        self._process.start()
        theirs.close()
        self.url: str = self._end.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.close()
        self._process.join(5)
        self._process.terminate()

    def spread(self, source: str, regions: list[str], names: list[str], versions: int) -> None:
        """See ``State.spread``."""
        self._end.send(("spread", source, regions, names, versions))
        self._end.recv()

    def counts(self) -> Counts:
        """The calls since the last time that this was asked."""
        self._end.send(("counts",))
        counts: Counts = self._end.recv()
        return counts


def older(version: Version, age: int) -> Version:
    """A version as an earlier build of the same layer would have left it."""
    digest = hashlib.sha256(f"{version.code_sha256} {age}".encode()).digest()
    now = base64.b64decode(version.code_sha256)
    text = json.dumps(version.facts)
    for form in (bytes.hex, lambda value: base64.b64encode(value).decode()):
        text = _reword(text, form(now), form(digest))
    return replace(version, code_sha256=base64.b64encode(digest).decode(), facts=json.loads(text))


def _reword(text: str, hash_: str, other: str) -> str:
    """Put one hash for another, also where only its beginning is told."""
    for length in range(len(hash_), 7, -1):
        text = text.replace(hash_[:length], other[:length])
    return text


def _serve(end: Connection, inherited: Connection) -> None:
    inherited.close()  # or this process would hold itself open
    state = State()
    server = _Server(state)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    end.send(f"http://127.0.0.1:{server.server_port}")
    with contextlib.suppress(EOFError):
        while True:
            word, *rest = end.recv()
            with state.lock:
                if word == "spread":
                    state.spread(*rest)
                end.send(state.counts)
                state.counts = {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, state: State) -> None:
        self.state = state
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client may hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        scope = _SCOPE.search(self.headers.get("Authorization", ""))
        region, service = scope.group("region", "service") if scope else ("", "")
        kind, status, said = self._answer(region, service, body)
        with self.server.state.lock:
            self.server.state.counts.setdefault(region, Counter())[kind] += 1
        self.send_response_only(status)
        if status >= 400:
            self.send_header("x-amzn-ErrorType", "ResourceNotFoundException")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def _answer(self, region: str, service: str, body: bytes) -> tuple[str, int, bytes]:
        if service == "sts":
            return "GetCallerIdentity", 200, _IDENTITY.encode()
        asked = urlsplit(self.path)
        if asked.path.startswith("/2016-08-19/account-settings"):
            return "GetAccountSettings", 200, json.dumps(_SETTINGS).encode()
        match = _VERSION.fullmatch(unquote(asked.path))
        if match is None:
            return f"{self.command} {asked.path}", 404, b"{}"
        layer, version, policy = (match[name] is not None for name in _PARTS)
        kind, act = _KINDS[self.command, layer, version, policy]
        layers = self.server.state.layers.setdefault(region, {})
        query = {key: values[0] for key, values in parse_qs(asked.query).items()}
        request = _Request(region, match["layer"] or "", int(match["version"] or 0), query, body)
        try:
            value = act(layers, request)
        except LookupError:
            return kind, 404, b'{"Type": "User", "Message": "there is no such thing"}'
        return kind, 200 if self.command == "GET" else 201, json.dumps(value).encode()

    def log_message(self, *args: object) -> None:
        """Stay quiet."""


for _method in ("GET", "POST"):
    setattr(_Handler, f"do_{_method}", _Handler.serve)

Layers = dict[str, list[Version]]


@dataclass(frozen=True)
class _Request:
    region: str
    layer: str
    version: int
    query: dict[str, str]
    body: bytes


def _list_layers(layers: Layers, asked: _Request) -> dict[str, Any]:
    names, more = _page(sorted(layers), asked)
    entries = [
        {
            "LayerName": name,
            "LayerArn": _arn(asked.region, name),
            "LatestMatchingVersion": _listed(asked.region, name, layers[name], len(layers[name])),
        }
        for name in names
    ]
    return {"Layers": entries, **more}


def _list_versions(layers: Layers, asked: _Request) -> dict[str, Any]:
    made = layers[asked.layer]
    numbers, more = _page(range(len(made), 0, -1), asked)
    entries = [_listed(asked.region, asked.layer, made, number) for number in numbers]
    return {"LayerVersions": entries, **more}


def _get_version(layers: Layers, asked: _Request) -> dict[str, Any]:
    made = layers[asked.layer]
    if not 1 <= asked.version <= len(made):
        raise LookupError
    version = made[asked.version - 1]
    content = {"CodeSha256": version.code_sha256, "CodeSize": version.code_size, "Location": "x"}
    arn = {"LayerArn": _arn(asked.region, asked.layer)}
    return {**_listed(asked.region, asked.layer, made, asked.version), **arn, "Content": content}


def _get_policy(layers: Layers, asked: _Request) -> dict[str, Any]:
    statements = layers[asked.layer][asked.version - 1].statements
    if not statements:
        raise LookupError
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": list(statements)}
    return {"Policy": json.dumps(policy), "RevisionId": "1"}


def _publish(layers: Layers, asked: _Request) -> dict[str, Any]:
    facts = json.loads(asked.body)
    zip_ = base64.b64decode(facts.pop("Content")["ZipFile"])
    sha256 = base64.b64encode(hashlib.sha256(zip_).digest()).decode()
    made = layers.setdefault(asked.layer, [])
    made.append(Version(sha256, len(zip_), facts))
    return _get_version(layers, replace(asked, version=len(made)))


def _grant(layers: Layers, asked: _Request) -> dict[str, Any]:
    wanted = json.loads(asked.body)
    made = layers[asked.layer]
    statement = {
        "Sid": wanted["StatementId"],
        "Effect": "Allow",
        "Principal": wanted["Principal"],
        "Action": wanted["Action"],
        "Resource": f"{_arn(asked.region, asked.layer)}:{asked.version}",
    }
    version = made[asked.version - 1]
    made[asked.version - 1] = replace(version, statements=(*version.statements, statement))
    return {"Statement": json.dumps(statement), "RevisionId": "1"}


def _page(entries: Any, asked: _Request) -> tuple[Any, dict[str, str]]:
    begin = int(asked.query.get("Marker", "0"))
    end = begin + min(PAGE, int(asked.query.get("MaxItems", PAGE)))
    return entries[begin:end], {"NextMarker": str(end)} if end < len(entries) else {}


def _listed(region: str, name: str, made: list[Version], number: int) -> dict[str, Any]:
    arn = {"LayerVersionArn": f"{_arn(region, name)}:{number}", "CreatedDate": _CREATED}
    return {**made[number - 1].facts, "Version": number, **arn}


def _arn(region: str, name: str) -> str:
    return f"arn:aws:lambda:{region}:{_ACCOUNT}:layer:{name}"


_SETTINGS = {
    "AccountLimit": {"TotalCodeSize": 80_530_636_800},
    "AccountUsage": {"TotalCodeSize": 10_000_000_000},
}
_PARTS = ("layer", "version", "policy")
_KINDS: dict[tuple[str, bool, bool, bool], tuple[str, Callable[[Layers, _Request], Any]]] = {
    ("GET", False, False, False): ("ListLayers", _list_layers),
    ("GET", True, False, False): ("ListLayerVersions", _list_versions),
    ("GET", True, True, False): ("GetLayerVersion", _get_version),
    ("GET", True, True, True): ("GetLayerVersionPolicy", _get_policy),
    ("POST", True, False, False): ("PublishLayerVersion", _publish),
    ("POST", True, True, True): ("AddLayerVersionPermission", _grant),
}
