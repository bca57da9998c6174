"""Whether a pinned image is still what its name stands for: a registry on this machine, and the
real daemon that asks it."""

from __future__ import annotations

import hashlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from layerfactory.build.docker.daemon import daemon_answers
from layerfactory.build.docker.images import registry_digest
from layerfactory.errors import DockerError
from layerfactory.watch.images import DockerRegistry, NewImage, find_images

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.docker

KIND = "application/vnd.oci.image.index.v1+json"
LISTED = {
    "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "digest": f"sha256:{'1' * 64}",
    "size": 100,
    "platform": {"architecture": "amd64", "os": "linux"},
}
INDEX = json.dumps({"schemaVersion": 2, "mediaType": KIND, "manifests": [LISTED]}).encode()
DIGEST = f"sha256:{hashlib.sha256(INDEX).hexdigest()}"


class Handler(BaseHTTPRequestHandler):
    """A registry of one image."""

    def do_GET(self) -> None:
        if self.path == "/v2/":
            self._answer(200, b"{}")
        elif self.path in ("/v2/thing/manifests/latest", f"/v2/thing/manifests/{DIGEST}"):
            self._answer(200, INDEX)
        else:
            self._answer(404, b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", KIND)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", DIGEST)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def registry() -> Iterator[str]:
    if not daemon_answers():
        pytest.skip("no Docker daemon answers")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_daemon_tells_what_a_name_stands_for(registry):
    assert registry_digest(f"{registry}/thing") == DIGEST


def test_a_pin_that_is_no_longer_the_newest(registry):
    old = f"{registry}/thing@sha256:{'0' * 64}"
    images = {"3.12": old, "3.13": f"{registry}/thing@{DIGEST}", "3.14": f"{registry}/none@x"}
    found = find_images(images, DockerRegistry())
    assert found.new == (NewImage("3.12", old, f"{registry}/thing@{DIGEST}"),)
    (note,) = found.notes
    assert "none is newer than x could not be asked" in note.text


def test_without_a_daemon(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    with pytest.raises(DockerError, match="no Docker daemon answers"):
        registry_digest("thing")
