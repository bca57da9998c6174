"""Whether the locks agree with each other: a wheel is one file, and so it has one hash."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from layerfactory.build.locks.check import Kind, LockFault
from layerfactory.build.locks.lockfile import lock_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from layerfactory.matrix.cell import Cell

# What stands of one wheel. Locks are read as text: one that cannot be parsed testifies as well.
_ENTRY = re.compile(r"^# (\S+\.whl)\n.*\n    --hash=sha256:([0-9a-f]{64})$", re.MULTILINE)
_LINES_TO_HASH = 2


class _Place(NamedTuple):
    """Where a hash stands."""

    path: Path
    line: int


def find_disagreements(folder: Path, cells: Iterable[Cell]) -> tuple[LockFault, ...]:
    """Every hash in the cells' locks that is not what most locks have for the same wheel.

    All locks of the folder testify. Where the hashes are evenly spread, each of them is told. No
    network is asked, so a hash that stands in one lock only cannot be judged here.
    """
    judged = {lock_path(folder, cell) for cell in cells}
    faults = [
        fault
        for filename, places in _testimony(folder).items()
        if len(places) > 1
        for fault in _odd_ones(filename, places)
        if fault.path in judged
    ]
    return tuple(sorted(faults))


def _testimony(folder: Path) -> dict[str, dict[str, list[_Place]]]:
    """For each wheel's file name, each hash that it has, and where."""
    found: dict[str, dict[str, list[_Place]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted(folder.glob("[!.]*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for entry in _ENTRY.finditer(text):
            line = text.count("\n", 0, entry.start()) + 1 + _LINES_TO_HASH
            found[entry[1]][entry[2]].append(_Place(path, line))
    return found


def _odd_ones(filename: str, places: dict[str, list[_Place]]) -> Iterator[LockFault]:
    most = max(map(len, places.values()))
    common = [sha256 for sha256, at in places.items() if len(at) == most]
    for sha256, at in places.items():
        if common == [sha256]:
            continue
        # Beside an even split it is enough to name one other.
        other = next(each for each in common if each != sha256)
        message = f"{filename} has another hash in {_where(places[other])}"
        for path, line in at:
            yield LockFault(path, line, message, Kind.DAMAGED, path.stem)


def _where(places: list[_Place]) -> str:
    first = f"{places[0].path.name}:{places[0].line}"
    more = len(places) - 1
    return f"{first} and {more} more" if more else first
