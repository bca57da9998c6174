"""Locks as files: hash-pinned requirements that pip and uv read, with a header for people."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from layerfactory.build.files import write_text
from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.errors import LockError

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.matrix.cell import Cell

_AS_OF = re.compile(r"# as of (?P<date>\d{4}-\d{2}-\d{2})\b")
_WHEEL = re.compile(r"# (?P<filename>\S+\.whl)")
_NAME = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+) \\")
_HASH = re.compile(r"    --hash=sha256:(?P<sha256>[0-9a-f]{64})")


def lock_path(folder: Path, cell: Cell) -> Path:
    """Where the lock of a cell lies."""
    return folder / f"{cell.identifier}.txt"


def write_lock(folder: Path, lock: Lock) -> Path:
    """Write the lock of a cell; its bytes depend on nothing but the lock."""
    runtime = lock.cell.runtime
    glibc = ".".join(map(str, runtime.glibc))
    path = lock_path(folder, lock.cell)
    header = (
        f"# {lock.cell.identifier}: each wheel by its hash. Made by `layerfactory lock`.\n"
        f"# as of {lock.as_of.isoformat()}, for {runtime.name} on {runtime.os}, glibc {glibc}\n\n"
    )
    write_text(path, header + lock.requirements())
    return path


def read_lock(folder: Path, cell: Cell) -> Lock | None:
    """Read the lock of a cell; None where there is none.

    Raises:
        LockError: the file is not what ``write_lock`` writes.
    """
    path = lock_path(folder, cell)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise LockError(f"{path}: cannot be read: {error}", _remedy(cell)) from None
    return _parse(lines, path, cell)


def _parse(lines: list[str], path: Path, cell: Cell) -> Lock:
    as_of = _parse_as_of(lines, path, cell)
    body = [(n, line) for n, line in enumerate(lines, 1) if line and not line.startswith("# as of")]
    entries = [pair for pair in body if not pair[1].startswith(f"# {cell.identifier}")]
    starts = range(0, len(entries), 3)
    wheels = tuple(_parse_entry(entries[start : start + 3], path, cell) for start in starts)
    if fault := _fault(wheels, cell):
        raise LockError(f"{path}: {fault}", _remedy(cell))
    return Lock(cell, as_of, wheels)


def _parse_as_of(lines: list[str], path: Path, cell: Cell) -> date:
    for number, line in enumerate(lines, 1):
        if match := _AS_OF.match(line):
            try:
                return date.fromisoformat(match["date"])
            except ValueError as error:
                raise LockError(f"{path}:{number}: no such day: {error}", _remedy(cell)) from None
    raise LockError(f"{path}: has no line `# as of YYYY-MM-DD`", _remedy(cell))


def _fault(wheels: tuple[LockedWheel, ...], cell: Cell) -> str:
    """Why these are not the wheels of the cell; empty where they may be."""
    versions = {wheel.name: wheel.version for wheel in wheels}
    if len(versions) < len(wheels):
        return "locks a distribution twice"
    locked = versions.get("scikit-learn", "")
    if not locked:
        return "does not lock scikit-learn"
    try:
        same = Version(locked) == Version(cell.scikit_learn)
    except InvalidVersion:
        same = False
    return "" if same else f"locks scikit-learn {locked}, not {cell.scikit_learn}"


def _parse_entry(entry: list[tuple[int, str]], path: Path, cell: Cell) -> LockedWheel:
    found: dict[str, str] = {}
    for (number, line), pattern in zip(entry, (_WHEEL, _NAME, _HASH), strict=False):
        match = pattern.fullmatch(line)
        if match is None:
            raise LockError(f"{path}:{number}: is not a line of a lock: {line!r}", _remedy(cell))
        found |= match.groupdict()
    if "sha256" not in found:
        raise LockError(f"{path}:{entry[-1][0]}: the last wheel has no hash", _remedy(cell))
    return LockedWheel(**found)


def _remedy(cell: Cell) -> str:
    return f"Make it anew: layerfactory lock --upgrade --only '{cell.identifier}'"
