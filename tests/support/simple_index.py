"""A package index of a few files on this machine, out of a recorded listing; wheels have metadata
and no content, which is all that resolving asks for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KIND = "application/vnd.pypi.simple.v1+json"


@dataclass
class SimpleIndex:
    """What the index offers, by project; tests change it."""

    projects: dict[str, list[dict[str, Any]]]
    status: int = 200
    address: str = ""
    asked: list[str] = field(default_factory=list)

    def add(self, filename: str, uploaded: str, requires: str = "", **more: Any) -> None:
        """Offer one more file."""
        name, version = filename.split("-")[:2]
        project = name.replace("_", "-")
        metadata = f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"
        metadata += f"Requires-Dist: {requires}\n" if requires else ""
        entry = {
            "filename": filename,
            "url": filename,
            "hashes": {"sha256": hashlib.sha256(filename.encode()).hexdigest()},
            "upload-time": uploaded,
            "core-metadata": True,
            "metadata": metadata,
        }
        self.projects.setdefault(project, []).append(entry | more)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body for a path."""
        self.asked.append(path)
        if self.status != 200:
            return self.status, "text/plain", b"out of order"
        project, _, file = path.removeprefix("/simple/").strip("/").partition("/")
        for entry in self.projects.get(project, []):
            if file == f"{entry['filename']}.metadata":
                return 200, "text/plain", entry["metadata"].encode()
        if file or project not in self.projects:
            return 404, "text/plain", b"no such thing"
        files = [
            {key: value for key, value in entry.items() if key != "metadata"}
            for entry in self.projects[project]
        ]
        document = {"meta": {"api-version": "1.1"}, "name": project, "files": files}
        return 200, KIND, json.dumps(document).encode()

    def environment(self, cache: Path) -> dict[str, str]:
        """Variables that lead a command here, and to no other index."""
        return {
            "UV_DEFAULT_INDEX": self.address,
            "UV_CACHE_DIR": str(cache),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }


@pytest.fixture
def simple_index(recorded: Path) -> Iterator[SimpleIndex]:
    """An index that offers what was recorded."""
    index = SimpleIndex({})
    for entry in json.loads(recorded.read_text(encoding="utf-8")):
        index.add(**entry)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = index.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        index.address = f"http://127.0.0.1:{server.server_port}/simple"
        yield index
        server.shutdown()
        thread.join()
