"""Draws many cells together: releases in a row of which one thing is to be said."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Generic, TypeVar

from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Run(Generic[K]):
    """Releases of scikit-learn in a row, for one Python, of which the same holds."""

    python: str
    extras: tuple[str, ...]
    architectures: tuple[Architecture, ...]
    """Those for which it is the same releases."""
    releases: tuple[str, ...]
    """Oldest first."""
    key: K
    """What holds of each."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that it stands for, sorted."""
        return tuple(
            sorted(
                Cell(self.python, release, architecture, self.extras)
                for release in self.releases
                for architecture in self.architectures
            )
        )

    @property
    def span(self) -> str:
        """The releases for a person: ``1.7.1-1.9.1``."""
        first, last = self.releases[0], self.releases[-1]
        return first if first == last else f"{first}-{last}"


def draw_together(cells: Iterable[tuple[Cell, K]]) -> tuple[Run[K], ...]:
    """Every run of the cells, in the order of their first cells.

    Args:
        cells: each cell once, with what holds of it.
    """
    columns: dict[tuple[str, tuple[str, ...], Architecture], list[tuple[Cell, K]]] = {}
    for cell, key in sorted(cells, key=lambda pair: pair[0]):
        place = (cell.python, cell.extras, cell.architecture)
        columns.setdefault(place, []).append((cell, key))
    alike: dict[tuple[str, tuple[str, ...], tuple[str, ...], K], list[Architecture]] = {}
    for (python, extras, architecture), column in columns.items():
        for key, run in groupby(column, key=lambda pair: pair[1]):
            releases = tuple(cell.scikit_learn for cell, _ in run)
            alike.setdefault((python, extras, releases, key), []).append(architecture)
    runs = [
        Run(p, e, tuple(sorted(found, key=list(Architecture).index)), releases, key)
        for (p, e, releases, key), found in alike.items()
    ]
    return tuple(sorted(runs, key=lambda run: run.cells[0]))
