"""Entries on disk by kind and key. A damaged one is dropped and counts as absent.

Many processes may share the folder: entries are written beside their place and renamed, and
nothing in an entry depends on who wrote it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.build.files import replacing
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

LOCKS = "locks"
"""The folder of what holders of keys lock: empty files."""
_SEAL_SIZE = hashlib.sha256().digest_size


def unheard(_what: str) -> None:
    """For whoever need not be told."""


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
            with path.open("rb") as file:
                seal, body = file.read(_SEAL_SIZE), file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            self.drop(kind, key)
            return None
        if seal != _seal(kind, key, [body]):
            self.drop(kind, key)
            return None
        with suppress(OSError):  # in a cache that may only be read
            os.utime(path)
        return body

    def put(self, kind: str, key: str, chunks: Sequence[bytes]) -> None:
        """Keep an entry, whole or not at all; its content comes in pieces, to be copied nowhere."""
        if self.folder is None:
            return
        try:
            with replacing(self._path(kind, key), durable=False) as file:
                file.write(_seal(kind, key, chunks))
                file.writelines(chunks)
        except BuildError as error:
            self.tell(f"not kept in the cache: {error.message}")

    def drop(self, kind: str, key: str) -> None:
        """Remove an entry that was found damaged."""
        if self.folder is None:
            return
        path = self._path(kind, key)
        self.tell(f"making anew what is damaged in the cache: {path}")
        with suppress(OSError):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    @contextmanager
    def turn(self, key: str, *, patience: float) -> Iterator[bool]:
        """Hold a key, so that two processes do not make one thing at the same time.

        Args:
            key: what is to be made.
            patience: seconds to wait for another holder.

        Yields:
            Whether it is held. Where the folder cannot be locked, everybody holds everything: the
            same is made twice, and neither harms the other.
        """
        from filelock import FileLock, Timeout

        if self.folder is None:
            yield True
            return
        folder = self.folder / LOCKS
        lock = FileLock(folder / key)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=patience)
        except Timeout:
            yield False
            return
        except (OSError, NotImplementedError):  # read-only, full, or without file locks
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


FORGETFUL = Cache(None)
"""Keeps nothing."""


def _seal(kind: str, key: str, chunks: Sequence[bytes]) -> bytes:
    """Stands before an entry's content; with the key in it no entry passes for another."""
    digest = hashlib.sha256(f"{kind}/{key}\n".encode())
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()
