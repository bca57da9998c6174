"""Stands between boto3 and moto over HTTP, records each call, and fails those that a test names.

Faults come by name (``inject``) or as weather: a function that is asked about every call.
"""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, urlsplit

from aws_manners import objection, page, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

PUBLISH = "lambda POST .*/versions$"
"""The call that makes a version."""

_SCOPE = re.compile(
    r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request"
)
FOREVER = 10**9


class Cut(Enum):
    """When the connection is cut."""

    BEFORE = "before the request is carried out"
    AFTER = "after it was carried out: the client does not know"


@dataclass(frozen=True)
class Refusal:
    """An answer that AWS gives instead of doing it."""

    status: int
    code: str
    message: str = "injected"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Body:
    """What something else than AWS answers, with a status of 200."""

    content: bytes


@dataclass(frozen=True)
class Delay:
    """It takes longer than the client waits, and is carried out all the same."""

    seconds: float
    when: Cut
    """Whether this passes before the request is carried out, or before its answer is sent."""


class Kill(Enum):
    """When whoever runs the client kills it; ``FaultProxy.kill`` does."""

    BEFORE = "before the request is carried out, which it is all the same"
    AFTER = "after it was carried out, and before its answer"
    ANSWERED = "after the answer was sent"


Does = Cut | Refusal | Body | Delay | Kill


@dataclass
class Fault:
    """What happens to the next ``times`` calls that fit."""

    does: Does
    region: str = ""
    call: str = ""
    """A pattern that ``lambda POST /2018-10-31/layers/…`` must hold; all do where it is empty."""
    times: int = 1

    def fits(self, call: Call) -> bool:
        return (
            self.times > 0
            and self.region in {"", call.region}
            and re.search(self.call, str(call)) is not None
        )


@dataclass(frozen=True)
class Call:
    region: str
    service: str
    method: str
    path: str
    key: str = ""
    """The access key that asked."""
    headers: frozenset[str] = field(default=frozenset(), compare=False)
    """Names of the request's headers, in small letters."""
    action: str = ""
    """What the body asks for, where the path does not tell: STS has one path for all."""

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"


@dataclass
class Exchange:
    """What became of one call; moments are of ``time.monotonic``."""

    call: Call
    nth: int
    """How often the very same call was made, this one included."""
    did: Does | None
    arrived: float
    begun: float = 0.0
    carried_out: float = 0.0
    """When AWS had done it; 0 where it was not asked to, or refused."""
    answer: bytes = b""
    """What AWS said, whether or not the client heard it."""
    heard: float = 0.0
    """When the whole answer had been sent."""
    delivered: bool = False
    """It was sent to a client that still waited for it."""


def _fair(_call: Call, _nth: int) -> Does | None:
    return None


class FaultProxy:
    """A context manager; ``url`` is the endpoint for boto3.

    Args:
        upstream: moto's address.
        page_length: entries that a list of layers has to a page; 0 for all, as moto answers.
        strict: what AWS refuses and moto does is refused: see ``aws_manners.objection``.
    """

    def __init__(self, upstream: str, *, page_length: int = 0, strict: bool = False) -> None:
        self.upstream = urlsplit(upstream)
        self.page_length = page_length
        self.strict = strict
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self.exchanges: list[Exchange] = []
        self.weather: Callable[[Call, int], Does | None] = _fair
        """Asked about calls that no fault fits, and how often each was made, by many threads."""
        self.kill: Callable[[], None] = lambda: None
        self._counted: Counter[Call] = Counter()
        self._lock = threading.Lock()
        self._open = 0
        self._idle = threading.Condition(self._lock)
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def inject(self, does: Does, *, region: str = "", call: str = "", times: int = 1) -> None:
        self.faults.append(Fault(does, region, call, times))

    def count(self, pattern: str, *, region: str = "") -> int:
        """How many calls fit, failed ones included."""
        wanted = Fault(Cut.BEFORE, region, pattern)
        return sum(wanted.fits(call) for call in self.calls)

    def begin(self, call: Call) -> Exchange:
        """Record a call, and decide what shall happen to it."""
        with self._lock:
            self._open += 1
            self.calls.append(call)
            self._counted[call] += 1
            nth = self._counted[call]
            fault = next((fault for fault in self.faults if fault.fits(call)), None)
            if fault is not None:
                fault.times -= 1
            did = fault.does if fault is not None else self.weather(call, nth)
            exchange = Exchange(call, nth, did, time.monotonic())
            self.exchanges.append(exchange)
            return exchange

    def end(self) -> None:
        """One call less in hand."""
        with self._lock:
            self._open -= 1
            self._idle.notify_all()

    def settle(self, seconds: float = 30.0) -> bool:
        """Wait until no call is in hand, not even one whose client is gone."""
        with self._lock:
            return self._idle.wait_for(lambda: self._open == 0, seconds)

    def forget(self) -> None:
        """Begin anew: nothing recorded, no fault, fair weather."""
        with self._lock:
            self.faults.clear()
            self.calls.clear()
            self.exchanges.clear()
            self._counted.clear()
            self.weather = _fair


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed, or no longer waits, is what the proxy is there for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        super().handle_one_request()
        self.close_connection = True

    def serve(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # the client died while it spoke: AWS would not have heard it either
            return
        scope = _SCOPE.search(self.headers.get("Authorization", ""))
        region, service, key = scope.group("region", "service", "key") if scope else ("", "", "")
        # Whoever is to be killed, it is who made this call: the next run has another.
        self._kill = self.server.proxy.kill
        headers = frozenset(name.lower() for name in self.headers)
        action = _action(body) if service == "sts" else ""
        call = Call(region, service, self.command, self.path, key, headers, action)
        exchange = self.server.proxy.begin(call)
        try:
            self._happen(exchange, body)
        finally:
            self.server.proxy.end()

    def _happen(self, exchange: Exchange, body: bytes) -> None:
        match exchange.did:
            case Refusal() as refused:
                headers, said = refusal(refused, exchange.call.service)
                self._answer(refused.status, headers, said)
            case Body(content):
                self._answer(200, [], content)
            case Cut.BEFORE:
                self.connection.shutdown(socket.SHUT_RDWR)
            case Cut.AFTER:
                self._forward(exchange, body)
                self.connection.shutdown(socket.SHUT_RDWR)
            case did:
                self._carry_out(exchange, body, did)

    def _carry_out(self, exchange: Exchange, body: bytes, did: Delay | Kill | None) -> None:
        """Ask AWS and pass its answer on, with what happens in between."""
        self._between(did, Cut.BEFORE, Kill.BEFORE)
        answer = self._forward(exchange, body)
        self._between(did, Cut.AFTER, Kill.AFTER)
        self._answer(*answer)
        exchange.heard = time.monotonic()
        # Of a client that gave up or was killed before, nobody can tell what it read.
        exchange.delivered = did is None or did is Kill.ANSWERED
        self._between(did, None, Kill.ANSWERED)

    def _between(self, did: Delay | Kill | None, late: Cut | None, end: Kill) -> None:
        if isinstance(did, Delay) and did.when is late:
            time.sleep(did.seconds)
        elif did is end:
            self._kill()

    def _forward(self, exchange: Exchange, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        proxy = self.server.proxy
        exchange.begun = time.monotonic()
        netloc, headers = proxy.upstream.netloc, self.headers
        if proxy.strict and (no := objection(netloc, self.command, self.path, headers, body)):
            return no
        upstream = http.client.HTTPConnection(netloc, timeout=60)
        try:
            kept = {k: v for k, v in headers.items() if k.lower() != "expect"}
            upstream.request(self.command, self.path, body, kept)
            response = upstream.getresponse()
            said = response.status, response.getheaders(), response.read()
        finally:
            upstream.close()
        if response.status < 400:
            exchange.carried_out = time.monotonic()
            exchange.answer = said[2]
        return page(said, self.command, self.path, proxy.page_length)

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Stay quiet."""


for _method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
    setattr(_Handler, f"do_{_method}", _Handler.serve)


def _action(body: bytes) -> str:
    return "".join(parse_qs(body.decode()).get("Action", ()))
