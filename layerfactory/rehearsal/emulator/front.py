"""A small HTTP server where API Gateway would be."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from layerfactory.rehearsal.emulator.http_events import (
    HttpRequest,
    HttpResponse,
    http_api_event,
    http_response,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerfactory.rehearsal.emulator.function import Emulation

_HOST = "127.0.0.1"
_MOST_BYTES = 10 * 1024 * 1024
"""Of a request; API Gateway takes no more."""


@contextmanager
def http_front(emulation: Emulation, port: int = 0) -> Iterator[str]:
    """Serve a function over HTTP for the length of the block.

    Args:
        emulation: the function.
        port: 0 for any that is free.

    Yields:
        The address.

    Raises:
        OSError: the port is taken.
    """
    server = _Front(emulation, port)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Front(ThreadingHTTPServer):
    def __init__(self, emulation: Emulation, port: int) -> None:
        super().__init__((_HOST, port), _Handler)
        self._emulation = emulation
        self._turn = Lock()  # A function has one event at a time.

    def answer(self, request: HttpRequest) -> HttpResponse:
        with self._turn:
            answer = self._emulation.invoke(http_api_event(request))
        return http_response(answer.value)


class _Handler(BaseHTTPRequestHandler):
    server: _Front
    protocol_version = "HTTP/1.1"
    timeout = 60

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if length > _MOST_BYTES:
            self.close_connection = True
            self.send_error(413)
            return
        path, _, query = self.path.partition("?")
        body = self.rfile.read(length)
        headers = dict(self.headers.items())
        response = self.server.answer(HttpRequest(self.command, path, query, headers, body))
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    # The names that http.server looks for.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def log_message(self, *_words: Any, **_named: Any) -> None:
        """The function writes the log."""
