"""Locks as files: hash-pinned requirements that pip and uv read, with a header for people."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from layerfactory.build.files import write_text
from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.data.extras import extras
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


class LockFileError(LockError):
    """A lock's file is not what ``write_lock`` writes."""

    def __init__(self, path: Path, line: int, fault: str, cell: Cell) -> None:
        """Say what is wrong in a line; in line 0 where it is the whole file."""
        place = f"{path}:{line}" if line else str(path)
        remedy = f"Make it anew: layerfactory lock --upgrade --only '{cell.identifier}'"
        super().__init__(f"{place}: {fault}", remedy)
        self.line = line
        self.fault = fault


def lock_text(lock: Lock) -> str:
    """The lock of a cell as its file has it; it depends on nothing but the lock."""
    runtime = lock.cell.runtime
    glibc = ".".join(map(str, runtime.glibc))
    header = (
        f"# {lock.cell.identifier}: each wheel by its hash. Made by `layerfactory lock`.\n"
        f"# as of {lock.as_of.isoformat()}, for {runtime.name} on {runtime.os}, glibc {glibc}\n\n"
    )
    return header + lock.requirements()


def write_lock(folder: Path, lock: Lock) -> Path:
    """Write the lock of a cell."""
    path = lock_path(folder, lock.cell)
    write_text(path, lock_text(lock))
    return path


def is_written(folder: Path, lock: Lock) -> bool:
    """Whether the file of the lock's cell is, to the byte, what ``write_lock`` would write."""
    try:
        return lock_path(folder, lock.cell).read_bytes() == lock_text(lock).encode()
    except OSError:
        return False


def read_lock(folder: Path, cell: Cell) -> Lock | None:
    """Read the lock of a cell; None where there is none.

    Raises:
        LockFileError: the file is not what ``write_lock`` writes.
    """
    path = lock_path(folder, cell)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise LockFileError(path, 0, f"cannot be read: {error}", cell) from None
    return _parse(lines, path, cell)


def _parse(lines: list[str], path: Path, cell: Cell) -> Lock:
    as_of = _parse_as_of(lines, path, cell)
    body = [(n, line) for n, line in enumerate(lines, 1) if line and not line.startswith("# as of")]
    entries = [pair for pair in body if not pair[1].startswith(f"# {cell.identifier}")]
    starts = range(0, len(entries), 3)
    wheels = tuple(_parse_entry(entries[start : start + 3], path, cell) for start in starts)
    if fault := _fault(wheels, cell):
        raise LockFileError(path, 0, fault, cell)
    return Lock(cell, as_of, wheels)


def _parse_as_of(lines: list[str], path: Path, cell: Cell) -> date:
    for number, line in enumerate(lines, 1):
        if match := _AS_OF.match(line):
            try:
                return date.fromisoformat(match["date"])
            except ValueError as error:
                raise LockFileError(path, number, f"no such day: {error}", cell) from None
    raise LockFileError(path, 0, "has no line `# as of YYYY-MM-DD`", cell)


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
    if not same:
        return f"locks scikit-learn {locked}, not {cell.scikit_learn}"
    lacking = [name for name in cell.extras if name not in versions]
    if lacking:
        return f"does not lock {', '.join(lacking)}"
    foreign = [name for name in extras() if name in versions and name not in cell.extras]
    return f"locks {', '.join(foreign)}, which another variant has" if foreign else ""


def _parse_entry(entry: list[tuple[int, str]], path: Path, cell: Cell) -> LockedWheel:
    found: dict[str, str] = {}
    for (number, line), pattern in zip(entry, (_WHEEL, _NAME, _HASH), strict=False):
        match = pattern.fullmatch(line)
        if match is None:
            raise LockFileError(path, number, f"is not a line of a lock: {line!r}", cell)
        found |= match.groupdict()
    if "sha256" not in found:
        raise LockFileError(path, entry[-1][0], "the last wheel has no hash", cell)
    return LockedWheel(**found)
