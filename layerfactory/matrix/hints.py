"""Tells what a matrix has near to what was asked of it and is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from layerfactory.matrix.checks import matches
from layerfactory.matrix.closest import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from layerfactory.matrix.cell import Cell

_LISTED = 8
"""So many cells are listed in a remedy."""


class Side(Protocol):
    """One of the four sides of a cell, and what was asked of it."""

    @property
    def option(self) -> str:
        """Such as ``--python``."""

    @property
    def words(self) -> tuple[str, ...]:
        """What was asked."""

    @property
    def text_of(self) -> Callable[[Cell], str]:
        """The side of a cell as the option names it."""

    def takes(self, cell: Cell) -> bool:
        """Whether the cell is among what was asked for."""


def glob_hint(glob: str, cells: Sequence[Cell]) -> str:
    """What a glob that matches none of the cells may have meant, as a clause."""
    for whole in (f"{glob}-*", f"{glob}*"):  # what lacks its end, such as the architecture
        if any(matches(cell, (whole,)) for cell in cells):
            return f"did you mean {whole}?"
    near = closest(glob, map(str, cells))
    return f"the closest are {', '.join(near)}" if near else ""


def nearest_cells(globs: Iterable[str], cells: Sequence[Cell]) -> str:
    """Some of the cells, those like the globs first."""
    names = list(map(str, cells))
    near = [name for glob in globs for name in closest(glob, names, count=_LISTED)]
    return _listed([*near, *names])


def hint_together(cells: Sequence[Cell], sides: Sequence[Side], globs: tuple[str, ...]) -> str:
    """Where no cell is all that was asked for: what there is for all of it but one side."""
    clauses = list(_relaxed(cells, sides, globs))
    if clauses:
        return f"{'; '.join(clauses)}."

    def missed(cell: Cell) -> int:
        return sum(not side.takes(cell) for side in sides)

    return f"It has {_listed([str(cell) for cell in sorted(cells, key=missed)])}."


def _relaxed(cells: Sequence[Cell], sides: Sequence[Side], globs: tuple[str, ...]) -> Iterator[str]:
    """For each side: ``--extras pandas is there for --python 3.13, 3.14``."""
    asked = [side for side in sides if side.words]
    chosen = [cell for cell in cells if not globs or matches(cell, globs)]
    for side in asked:
        others = [each for each in asked if each is not side]
        found = [cell for cell in chosen if all(each.takes(cell) for each in others)]
        there = dict.fromkeys(side.text_of(cell) for cell in sorted(found))
        named = [f"{each.option} {','.join(each.words)}" for each in others]
        named += [f"--only {glob}" for glob in globs]
        if there:
            yield f"{' '.join(named)} is there for {side.option} {', '.join(there)}"


def _listed(names: Sequence[str]) -> str:
    each = list(dict.fromkeys(names))
    more = len(each) - _LISTED
    return ", ".join(each[:_LISTED]) + (f" and {more} more" if more > 0 else "")
