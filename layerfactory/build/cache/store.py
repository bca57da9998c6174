"""Entries on disk by kind and key. A damaged one is dropped and counts as absent.

Many processes may share the folder: entries are written beside their place and renamed, and
nothing in an entry depends on who wrote it.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.build.files import replacing
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_DIGEST_SIZE = hashlib.sha256().digest_size
# Locks are shared by the keys that begin alike, so that their files do not grow in number.
_LOCKS = "locks"
_LOCK_DIGITS = 2


def unheard(_what: str) -> None:
    """For whoever need not be told."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the cache."""

    kind: str
    path: Path
    bytes: int
    used: float
    """When it was last wanted, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries; what cannot be kept is made again next time, and stops nobody."""

    folder: Path | None
    """None keeps nothing."""
    tell: Callable[[str], None] = unheard
    """Called with a line where an entry is damaged or cannot be kept."""

    def get(self, kind: str, key: str) -> bytes | None:
        """An entry's content; None where there is none that is whole."""
        if self.folder is None:
            return None
        path = self._path(kind, key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        body = content[_DIGEST_SIZE:]
        if hashlib.sha256(body).digest() != content[:_DIGEST_SIZE]:
            self.drop(kind, key)
            return None
        with suppress(OSError):  # in a cache that may only be read
            os.utime(path)
        return body

    def put(self, kind: str, key: str, body: bytes) -> None:
        """Keep an entry, whole or not at all."""
        if self.folder is None:
            return
        try:
            with replacing(self._path(kind, key), durable=False) as file:
                file.write(hashlib.sha256(body).digest())
                file.write(body)
        except BuildError as error:
            self.tell(f"not kept in the cache: {error.message}")

    def drop(self, kind: str, key: str) -> None:
        """Remove an entry that was found damaged."""
        if self.folder is not None:
            path = self._path(kind, key)
            self.tell(f"dropped a damaged entry of the cache: {path.name}")
            with suppress(OSError):
                path.unlink(missing_ok=True)

    @contextmanager
    def turn(self, key: str, *, wait: bool) -> Iterator[bool]:
        """Hold a key, so that two processes do not make one thing at the same time.

        Args:
            key: what is to be made.
            wait: until another holder is done.

        Yields:
            Whether it is held; without ``wait`` it may not be. Where the folder cannot be locked,
            everybody holds everything: the same is made twice, and neither harms the other.
        """
        from filelock import FileLock, Timeout

        if self.folder is None:
            yield True
            return
        folder = self.folder / _LOCKS
        lock = FileLock(folder / f"{key[:_LOCK_DIGITS]}.lock")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(blocking=wait)
        except Timeout:
            yield False
            return
        except (OSError, NotImplementedError):
            yield True
            return
        try:
            yield True
        finally:
            lock.release()

    def _path(self, kind: str, key: str) -> Path:
        if self.folder is None:
            raise RuntimeError("a cache without a folder has no paths")
        return self.folder / kind / key[:2] / key
