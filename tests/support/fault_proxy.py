"""Stands between boto3 and moto over HTTP, records each call, and fails those that a test names."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from dataclasses import dataclass
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
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


@dataclass
class Fault:
    """What happens to the next ``times`` calls that fit."""

    does: Cut | Refusal | Body
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

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"


class FaultProxy:
    """A context manager; ``url`` is the endpoint for boto3."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream)
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

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

    def inject(
        self, does: Cut | Refusal | Body, *, region: str = "", call: str = "", times: int = 1
    ) -> None:
        self.faults.append(Fault(does, region, call, times))

    def count(self, pattern: str, *, region: str = "") -> int:
        """How many calls fit, failed ones included."""
        wanted = Fault(Cut.BEFORE, region, pattern)
        return sum(wanted.fits(call) for call in self.calls)

    def note(self, call: Call) -> Cut | Refusal | Body | None:
        """Record a call; say what shall happen to it."""
        with self._lock:
            self.calls.append(call)
            fault = next((fault for fault in self.faults if fault.fits(call)), None)
            if fault is None:
                return None
            fault.times -= 1
            return fault.does


class _Server(ThreadingHTTPServer):
    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        super().handle_one_request()
        self.close_connection = True

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        scope = _SCOPE.search(self.headers.get("Authorization", ""))
        region, service, key = scope.group("region", "service", "key") if scope else ("", "", "")
        does = self.server.proxy.note(Call(region, service, self.command, self.path, key))
        if isinstance(does, Refusal):
            self._answer(does.status, *_refusal(does, service))
        elif isinstance(does, Body):
            self._answer(200, [], does.content)
        elif does is None:
            self._answer(*self._forward(body))
        else:
            if does is Cut.AFTER:
                self._forward(body)
            self.connection.shutdown(socket.SHUT_RDWR)

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = http.client.HTTPConnection(self.server.proxy.upstream.netloc, timeout=60)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() != "expect"}
            upstream.request(self.command, self.path, body, headers)
            answer = upstream.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            upstream.close()

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


def _refusal(does: Refusal, service: str) -> tuple[list[tuple[str, str]], bytes]:
    """The error as the service words it: Lambda in JSON, S3 and STS in XML."""
    headers = [*does.headers, ("x-amzn-ErrorType", does.code)]
    if service == "lambda":
        return headers, json.dumps({"Type": "User", "Message": does.message}).encode()
    error = f"<Error><Code>{does.code}</Code><Message>{does.message}</Message></Error>"
    if service == "sts":
        error = f"<ErrorResponse>{error}</ErrorResponse>"
    return headers, error.encode()
