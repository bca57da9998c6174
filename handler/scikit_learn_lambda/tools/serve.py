"""Serves a model on this machine: the code that answers on Lambda, behind HTTP."""

import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from typing import Any, Callable, Optional

from scikit_learn_lambda.errors import HandlerError, InvalidInputError, RequestTooLargeError
from scikit_learn_lambda.events import REASONS, Request, Response
from scikit_learn_lambda.service import error_response, json_response

# API Gateway takes no more.
MAX_BODY_BYTES = 10 * 1024 * 1024

# In ASCII; no body has more digits.
LENGTH = re.compile("[0-9]{1,18}$")

Answer = Callable[[Request], Response]


class LengthRequiredError(HandlerError):
    """The body comes in chunks, as it does from no gateway."""

    status = 411
    code = "length_required"


class Server(ThreadingMixIn, HTTPServer):
    """Answers one request at a time, as a function does; a slow client keeps nobody waiting."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answer: Answer, host: str, port: int) -> None:
        """Bind, and do not serve yet.

        Args:
            answer: gives the response to a request.
            host: where to listen.
            port: 0 for any that is free.

        Raises:
            OSError: the port is taken.
        """
        self._answer = answer
        self._lock = threading.Lock()
        HTTPServer.__init__(self, (host, port), Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://{host}:{port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault; anything else is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def answer(self, request: Request) -> Response:
        """The answer to a request, when its turn has come."""
        with self._lock:
            return self._answer(request)


class Handler(BaseHTTPRequestHandler):
    """Reads a request and writes its answer."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "scikit-learn-lambda"
    timeout = 60

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Whatever the method: the service knows which there are."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._answer

    def _answer(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._write(self.server.answer(Request(self.command, path, query, headers, body)))

    def _body(self) -> Optional[bytes]:
        """What was sent; None where that is answered already."""
        lengths = set(self.headers.get_all("content-length", ["0"]))
        length = lengths.pop()
        if "transfer-encoding" in self.headers:
            self._refuse(LengthRequiredError("Tell the length."))
        elif lengths or not LENGTH.match(length):
            self._refuse(InvalidInputError("Content-Length must be one number."))
        elif int(length) > MAX_BODY_BYTES:
            self._refuse(RequestTooLargeError("API Gateway takes 10 MiB."))
        else:
            body = self.rfile.read(int(length))
            return body if len(body) == int(length) else None
        return None

    def _refuse(self, error: HandlerError) -> None:
        self._end(error_response(error))

    def send_error(self, code: int, *_words: Any, **_named: Any) -> None:
        """Answer what is no HTTP in the form of all answers."""
        words = f"This is no request: {self.responses[code][0]}."
        self._end(json_response(code, {"error": words, "code": "bad_request"}))

    def _end(self, response: Response) -> None:
        """Answer, and hear no more: nobody knows where the next request would begin."""
        response.headers["connection"] = "close"
        self._write(response)

    def _write(self, response: Response) -> None:
        # Python's own words for a status are others in each release.
        self.send_response(response.status, REASONS.get(response.status))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, *_words: Any, **_named: Any) -> None:
        """The service writes the log."""


def curl_line(url: str, width: Optional[int]) -> str:
    """A command that asks the model for its answer to one row of zeros."""
    row = ", ".join(["0"] * (width or 1))
    data = f'{{"input": [[{row}]]}}'
    return f"curl --header 'Content-Type: application/json' --data '{data}' {url}"
