"""What the Docker tests share: images, locks of small wheels, and a look at what is left."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import closing, suppress
from datetime import date
from functools import cache

import pytest

from layerfactory.build.docker.daemon import connect, daemon_answers
from layerfactory.build.docker.images import STAND_IN_REPOSITORY, find_image
from layerfactory.build.docker.leftovers import PURPOSE
from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.data.runtimes import runtimes
from layerfactory.matrix.cell import Cell

__all__ = ["build_image", "no_leftovers"]

used_images: set[str] = set()


@cache
def find_build_image(python: str) -> str:
    """The true build image if it lies here, else its stand-in, else nothing."""
    if not daemon_answers():
        return ""
    runtime = runtimes()[python]
    names = (runtime.build_image, f"{STAND_IN_REPOSITORY}:{runtime.name}")
    return next((name for name in names if find_image(name) is not None), "")


@pytest.fixture(scope="session")
def build_image():
    """Gives the image for a Python, or skips; in CI it fails instead."""

    def give(python: str) -> str:
        name = find_build_image(python)
        if not name:
            reason = f"no Docker daemon, or no build image: `make stand-in PYTHONS={python}`"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
        used_images.add(name)
        return name

    return give


@pytest.fixture
def no_leftovers(request):
    """A purpose for containers; at the end there must be none of it."""
    purpose = f"test-{request.node.name}-{os.getpid()}"
    yield purpose
    assert containers_of(purpose) == []


def containers_of(purpose: str, *, expected: int = 0) -> list[str]:
    """Names of containers of a purpose; those on their way out are given time to go."""
    for _ in range(100):
        with closing(connect()) as client:
            found = client.api.containers(all=True, filters={"label": f"{PURPOSE}={purpose}"})
        if len(found) == expected:
            break
        time.sleep(0.1)
    return [entry["Names"][0] for entry in found]


def small_lock(python: str, **changes: str) -> Lock:
    """Real wheels, small ones; ``changes`` gives a distribution another hash."""
    wheels = tuple(
        LockedWheel(name, version, filename, changes.get(name, sha256))
        for name, version, filename, sha256 in _WHEELS[python]
    )
    return Lock(Cell(python, _SCIKIT_LEARN[python]), date(2026, 11, 23), wheels)


_SCIKIT_LEARN = {"3.7": "0.23.1", "3.13": "1.9.1"}
_WHEELS = {
    "3.7": (
        (
            "numpy",
            "1.18.4",
            "numpy-1.18.4-cp37-cp37m-manylinux1_x86_64.whl",
            "9933b81fecbe935e6a7dc89cbd2b99fea1bf362f2790daf9422a7bb1dc3c3085",
        ),
        (
            "threadpoolctl",
            "2.1.0",
            "threadpoolctl-2.1.0-py3-none-any.whl",
            "38b74ca20ff3bb42caca8b00055111d74159ee95c4370882bbff2b93d24da725",
        ),
    ),
    "3.13": (
        (
            "numpy",
            "2.5.3",
            "numpy-2.5.3-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
            "a5fa86b80fd24bcd1aff83ad23be44ea323de3f787be8f8b15d4a65621e25321",
        ),
        (
            "threadpoolctl",
            "3.7.0",
            "threadpoolctl-3.7.0-py3-none-any.whl",
            "cd8b60b5641b45c67bbf73c64c843235fc2d8a480c87389f52f5dbee893b86be",
        ),
    ),
}


class TcpServer:
    """Accepts connections on localhost and gives each to ``handle`` in a thread of its own."""

    def __init__(self, handle) -> None:
        self._handle = handle
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        self.cut()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Close the listener and every connection."""
        for opened in (self._listener, *self._sockets):
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()

    def connect_unix(self, path: str) -> socket.socket:
        """A connection to a Unix socket, which ends with the server."""
        opened = socket.socket(socket.AF_UNIX)
        opened.connect(path)
        self._sockets.append(opened)
        return opened

    def start(self, target, *arguments) -> None:
        thread = threading.Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                opened, _ = self._listener.accept()
                self._sockets.append(opened)
                self.start(self._handle, self, opened)
