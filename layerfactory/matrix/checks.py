"""What pydantic cannot see in a matrix: faults that lie between two places of the file."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, bytecode_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layerfactory.matrix.document import Key
    from layerfactory.matrix.schema import CellEntry, Settings

Problem = tuple[tuple["Key", ...], str]
"""Keys that lead to the place, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `cells`, with all that it takes from the top of the file."""

    index: int
    cells: tuple[Cell, ...]
    """The whole product, in the file's order."""
    kept: tuple[Cell, ...]
    """What the globs of `exclude` leave."""
    bytecode: Bytecode
    own_bytecode: bool


def expand(index: int, entry: CellEntry, settings: Settings) -> Entry:
    """Multiply an entry out."""
    cells = tuple(
        Cell(python, scikit_learn, architecture, tuple(entry.extras))
        for python in entry.python
        for scikit_learn in entry.scikit_learn
        for architecture in entry.architectures or settings.architectures
    )
    return Entry(
        index=index,
        cells=cells,
        kept=tuple(cell for cell in cells if not matches(cell, settings.exclude)),
        bytecode=entry.bytecode or settings.bytecode,
        own_bytecode=entry.bytecode is not None,
    )


def matches(cell: Cell, globs: Iterable[str]) -> bool:
    """Whether one of the globs matches the cell's identifier."""
    return any(fnmatchcase(cell.identifier, glob) for glob in globs)


def cell_problems(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Cells that stand twice, entries that come to nothing, bytecode that cannot be."""
    seen: dict[tuple[str, Version, str, tuple[str, ...]], int] = {}
    for entry in entries:
        for cell in entry.cells:
            # By value: 1.9 and 1.9.0 are one release.
            key = (
                cell.python,
                Version(cell.scikit_learn),
                str(cell.architecture),
                cell.extras,
            )
            if key in seen:
                yield ("cells", entry.index), f"{cell} stands in cells[{seen[key]}] already"
            seen.setdefault(key, entry.index)
        if not entry.kept:
            yield ("cells", entry.index), "`exclude` leaves nothing of this entry"
        for python in dict.fromkeys(cell.python for cell in entry.kept):
            if fault := bytecode_fault(python, entry.bytecode):
                own: tuple[Key, ...] = ("cells", entry.index, "bytecode")
                yield (own if entry.own_bytecode else ("bytecode",)), fault
