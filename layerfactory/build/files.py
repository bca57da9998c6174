"""Writes files whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedRandom

_REMEDIES = {
    errno.ENOSPC: "Free some space, or choose another folder with --output.",
    errno.EDQUOT: "Free some space, or choose another folder with --output.",
    errno.EROFS: "Choose another folder with --output.",
    errno.EACCES: "Make it writable, or choose another folder with --output.",
    errno.EPERM: "Make it writable, or choose another folder with --output.",
}


@contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals at ``path`` into an error with a remedy.

    Raises:
        BuildError: the disk is full, the folder is read-only, or the like.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise BuildError(
            f"{path}: cannot be written: {reason}", _REMEDIES.get(error.errno or 0, "")
        ) from error


@contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[BufferedRandom]:
    """Write beside ``path`` and rename at the end; on any failure ``path`` stays as it was.

    Args:
        path: the file.
        durable: wait until the disk has it; not needed where a loss is found out and mended.

    Raises:
        BuildError: the file cannot be written.
    """
    with disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield file
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            part.chmod(0o644)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all; raises BuildError."""
    with replacing(path) as file:
        file.write(text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write JSON that a person can read, whole or not at all; raises BuildError."""
    write_text(path, json.dumps(value, indent=2) + "\n")
