"""Whether locks and cells agree: each cell has a lock of its own, and no lock is without a cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from layerfactory.build.locks.lockfile import LockFileError, lock_path, lock_text, read_lock
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.tags import ranks, tags_of_any_glibc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from packaging.tags import Tag

    from layerfactory.build.locks.lock import Lock, LockedWheel
    from layerfactory.matrix.cell import Cell


class Kind(StrEnum):
    """What is wrong, as far as the remedy depends on it."""

    MISSING = "missing"
    DAMAGED = "damaged"
    ORPHAN = "orphan"
    """A lock without a cell."""


@dataclass(frozen=True, slots=True, order=True)
class LockFault:
    """One thing that is wrong with a lock."""

    path: Path
    line: int
    """From 1; 0 where it is the whole file."""
    message: str
    kind: Kind
    identifier: str
    """The cell that the file is named after."""

    @property
    def place(self) -> str:
        """``locks/py3.12-sklearn1.9.1-x86_64.txt:5``, where editors can jump."""
        return f"{self.path}:{self.line}" if self.line else str(self.path)

    @property
    def remedy(self) -> str:
        """What to do about it, as one sentence."""
        if self.kind is Kind.ORPHAN:
            return "Delete it, or add its cell to the matrix."
        upgrade = " --upgrade" if self.kind is Kind.DAMAGED else ""
        return f"Make it: layerfactory lock{upgrade} --only '{self.identifier}'"


def check_locks(folder: Path, cells: Iterable[Cell]) -> tuple[LockFault, ...]:
    """Hold the lock of each cell against what ``write_lock`` would write and the runtime loads.

    No network is asked.
    """
    return tuple(sorted(fault for cell in cells for fault in _cell_faults(folder, cell)))


def find_orphans(folder: Path, cells: Iterable[Cell]) -> tuple[LockFault, ...]:
    """Every file among the locks that is not the lock of one of the cells."""
    wanted = {lock_path(folder, cell) for cell in cells}
    # Files that begin with a dot are those that a killed run was writing.
    there = sorted(folder.glob("[!.]*")) if folder.is_dir() else []
    return tuple(
        LockFault(path, 0, "no cell of the matrix has this lock", Kind.ORPHAN, path.stem)
        for path in there
        if path not in wanted
    )


def _cell_faults(folder: Path, cell: Cell) -> Iterator[LockFault]:
    path, name = lock_path(folder, cell), cell.identifier
    try:
        lock = read_lock(folder, cell)
    except LockFileError as error:
        yield LockFault(path, error.line, error.fault, Kind.DAMAGED, name)
        return
    if lock is None:
        yield LockFault(path, 0, "there is no such lock", Kind.MISSING, name)
        return
    written = path.read_bytes().decode().splitlines(keepends=True)
    for line, message in (*_text_faults(written, lock), *_wheel_faults(written, lock)):
        yield LockFault(path, line, message, Kind.DAMAGED, name)


def _text_faults(written: list[str], lock: Lock) -> Iterator[tuple[int, str]]:
    """The first line that is not what would be written."""
    due = lock_text(lock).splitlines(keepends=True)
    for number, (have, want) in enumerate(zip_longest(written, due), 1):
        if have != want:
            yield number, f"should be {want!r}" if want else "should end before this line"
            return


def _wheel_faults(written: list[str], lock: Lock) -> Iterator[tuple[int, str]]:
    lines = {text.rstrip("\r\n"): number for number, text in enumerate(written, 1)}
    names = [wheel.name for wheel in lock.wheels]
    if names != sorted(names):
        yield 0, "its wheels are not sorted by name"
    for wheel in lock.wheels:
        if message := wheel_fault(wheel, lock.cell):
            yield lines.get(f"# {wheel.filename}", 0), message


def wheel_fault(wheel: LockedWheel, cell: Cell) -> str:
    """Why this cannot be the wheel for the cell; empty where it can."""
    try:
        name, version, _, tags = parse_wheel_filename(wheel.filename)
        same = (name, version) == (canonicalize_name(wheel.name), Version(wheel.version))
    except (InvalidWheelFilename, InvalidVersion):
        return f"{wheel.filename} is not the name of a wheel"
    if not same:
        return f"{wheel.filename} is not {wheel.name} {wheel.version}"
    return _loading_fault(wheel.filename, tags, cell)


def _loading_fault(filename: str, tags: frozenset[Tag], cell: Cell) -> str:
    if not tags.isdisjoint(ranks(cell.python, cell.architecture)):
        return ""
    runtime = f"{cell.runtime.name} on {cell.architecture} cannot load {filename}"
    if not tags.isdisjoint(tags_of_any_glibc(cell.python, cell.architecture)):
        return f"{runtime}: it needs a newer glibc"
    for other in Architecture:
        if not tags.isdisjoint(tags_of_any_glibc(cell.python, other)):
            return f"{runtime}: it is for {other}"
    return f"{runtime}: it is for another Python or system"
