"""An AWS of our own: moto behind HTTP on this machine, for rehearsals without an account."""

from __future__ import annotations

import http.client
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from layerfactory.publish.aws.settings import AwsSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "123456789012"
"""Whose layers are there: nobody's, as AWS's documentation has it in its examples."""

_HOST = "127.0.0.1"
_KEY = "embedded"
# Moto reads a service's model at its first call, and answers 500 to others that come meanwhile.
_FIRST_CALLS = {"lambda": "/2018-10-31/layers", "s3": "/"}


@contextmanager
def embedded_aws() -> Iterator[AwsSettings]:
    """Run an empty AWS for the length of the block; what it held is gone afterwards.

    One at a time in a process: moto keeps one state.

    Yields:
        Its address and credentials that are good for nothing else.
    """
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    with _quiet("werkzeug"):
        server = ThreadedMotoServer(ip_address=_HOST, port=0, verbose=False)
        server.start()
        try:
            _, port = server.get_host_and_port()
            _call(port, "POST", "/moto-api/reset")
            for service, path in _FIRST_CALLS.items():
                _call(port, "GET", path, service)
            yield AwsSettings(
                endpoint_url=f"http://{_HOST}:{port}",
                access_key_id=_KEY,
                secret_access_key=_KEY,
            )

        finally:
            server.stop()


@contextmanager
def _quiet(logger_name: str) -> Iterator[None]:
    """Keep the server's line for each request off the terminal."""
    logger = logging.getLogger(logger_name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _call(port: int, method: str, path: str, service: str = "") -> None:
    scope = f"AWS4-HMAC-SHA256 Credential={_KEY}/20260101/us-east-1/{service}/aws4_request"
    connection = http.client.HTTPConnection(_HOST, port, timeout=30)
    try:
        connection.request(method, path, headers={"Authorization": scope} if service else {})
        connection.getresponse().read()
    finally:
        connection.close()
