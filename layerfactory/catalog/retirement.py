"""What is retired: whole cells, or one content of a cell; since when, why, and what to take."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from layerfactory.catalog.row import Retired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from layerfactory.catalog.row import Row
    from layerfactory.matrix.cell import Cell


@dataclass(frozen=True, slots=True)
class Retirement:
    """That a cell, or one content of it, is retired."""

    cell: Cell
    since: date
    reason: str
    """One line."""
    successor: Cell | None = None
    sha256: str = ""
    """Of the one zip that is retired, hex; empty where the whole cell is."""

    @property
    def key(self) -> tuple[Cell, str]:
        """What it is about."""
        return self.cell, self.sha256

    def __str__(self) -> str:
        return f"{self.cell} (sha256 {self.sha256[:12]})" if self.sha256 else str(self.cell)


@dataclass(frozen=True, slots=True)
class Retirements:
    """Everything that is retired, each once."""

    entries: tuple[Retirement, ...] = ()
    _by_key: Mapping[tuple[Cell, str], Retirement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Of two about the same the first counts."""
        by_key = {entry.key: entry for entry in reversed(self.entries)}
        object.__setattr__(self, "_by_key", by_key)

    def of(self, cell: Cell, sha256: str) -> Retirement | None:
        """What retires a content: what names it, else what names its cell."""
        return self._find((cell, sha256)) or self._find((cell, ""))

    def names_content(self, cell: Cell, sha256: str) -> bool:
        """Whether it is this content that is retired, and not the cell alone."""
        return bool(sha256) and self._find((cell, sha256)) is not None

    def contents(self, cell: Cell) -> frozenset[str]:
        """Those of a cell's contents that are retired by name, as sha256 in hex."""
        return frozenset(each.sha256 for each in self.entries if each.cell == cell) - {""}

    def mark(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """The rows with what holds of each; one that is not retired any more is so no more."""
        return tuple(replace(row, retired=self._mark_of(row)) for row in rows)

    def successor(self, entry: Retirement) -> Cell | None:
        """What to take in the place of it: of a successor that is retired itself, its own."""
        chain = [entry]
        while chain[-1].successor is not None:
            following = self._find((chain[-1].successor, ""))
            if following is None or following in chain:
                break
            chain.append(following)
        return chain[-1].successor

    def _mark_of(self, row: Row) -> Retired | None:
        entry = self.of(row.cell, row.sha256)
        if entry is None:
            return None
        return Retired(entry.since, str(self.successor(entry) or ""), entry.reason)

    def _find(self, key: tuple[Cell, str]) -> Retirement | None:
        return self._by_key.get(key)


def successor_fault(entry: Retirement) -> str:
    """Why a function cannot take the successor in the place of what is retired; else empty."""
    cell, successor = entry.cell, entry.successor
    if successor is None:
        return ""
    if successor == cell:
        return "" if entry.sha256 else "a cell that is retired whole is not its own successor"
    if successor.architecture is not cell.architecture:
        return f"{successor} is not for {cell.architecture}, as {cell} is"
    if missing := sorted(set(cell.extras) - set(successor.extras)):
        return f"{successor} is without {', '.join(missing)}, which {cell} carries"
    return ""


def faults(entries: Iterable[Retirement]) -> Iterator[tuple[int, str, str]]:
    """What cannot be said of these together: the place of an entry, its key, what is wrong."""
    every = tuple(entries)
    retired = Retirements(every)
    first: dict[tuple[Cell, str], int] = {}
    for place, entry in enumerate(every):
        if entry.key in first:
            yield place, "cell", f"{entry} stands in retired[{first[entry.key]}] already"
        first.setdefault(entry.key, place)
        if fault := successor_fault(entry) or _circle(retired, entry):
            yield place, "successor", fault


def _circle(retired: Retirements, entry: Retirement) -> str:
    """Whether successors lead to no cell that is not retired whole."""
    last = retired.successor(entry)
    if entry.successor is None or (last is not None and retired.of(last, "") is None):
        return ""
    return f"{entry.successor} is retired itself, and leads to no cell that is not"


def unknown(retired: Retirements, rows: Iterable[Row], matrix: Iterable[Cell]) -> tuple[str, ...]:
    """Notes on what a retirement names and nobody has: a layer, or a successor."""
    every = tuple(rows)
    listed = {(row.cell, row.sha256) for row in every} | {(row.cell, "") for row in every}
    cells = {cell for cell, _ in listed} | set(matrix)
    notes = []
    for entry in retired.entries:
        if entry.key not in listed:
            notes.append(f"{entry} is retired, and the index lists no such layer")
        if entry.successor is not None and entry.successor not in cells:
            notes.append(
                f"{entry} is retired for {entry.successor}, which neither the matrix nor the "
                "index has"
            )
    return tuple(notes)
