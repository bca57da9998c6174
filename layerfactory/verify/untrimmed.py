"""Which files the untrimmed install of a lock has: what a layer may hold comes out of these."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.files import disk_faults, write_json
from layerfactory.build.wheels import uv

if TYPE_CHECKING:
    from layerfactory.build.locks.lock import Lock


def untrimmed_names(lock: Lock, cache: Path) -> tuple[str, ...]:
    """The paths below the install's root, sorted; unpacked once, for a lock never changes.

    Nothing that a build wrote down is asked: the wheels alone say what they hold.

    Args:
        lock: what to unpack, for any architecture.
        cache: the folder that keeps the names.

    Raises:
        LockError: a wheel is not the one that was locked.
        BuildError: the wheels cannot be had or unpacked.
    """
    path = names_path(cache, lock)
    names = load_names(path)
    if names is None:
        names = _unpacked_names(lock)
        store_names(path, names)
    return names


def names_path(cache: Path, lock: Lock) -> Path:
    """Where the names of a lock lie."""
    return cache / f"{lock.sha256}.names.json"


def load_names(path: Path) -> tuple[str, ...] | None:
    """Read them back; None where there are none, or the file is not whole."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        names = tuple(map(str, kept["names"]))
        return names if kept["sha256"] == _digest(names) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def store_names(path: Path, names: tuple[str, ...]) -> None:
    """Keep them, whole or not at all; raises BuildError."""
    write_json(path, {"sha256": _digest(names), "names": names})


def _unpacked_names(lock: Lock) -> tuple[str, ...]:
    temporary = Path(tempfile.gettempdir())
    with (
        disk_faults(temporary),
        tempfile.TemporaryDirectory(prefix="layerfactory-", dir=temporary) as folder,
    ):
        tree = Path(folder, "tree")
        tree.mkdir()
        uv.install(lock, tree, Path(folder, "requirements.txt"))
        files = (path for path in tree.rglob("*") if path.is_file())
        return tuple(sorted(path.relative_to(tree).as_posix() for path in files))


def _digest(names: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
