"""What the benchmark page is put together of: figures with their origin, tables, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from statistics import median
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS: Final = {"s": (1.0, 2), "ms": (1000.0, 1), "MB": (1e-6, 1), "count": (1.0, 0), "x": (1.0, 2)}
"""What a result is multiplied with, and how many decimals are shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is shown; of several, the median and the range."""

    text: str
    origin: str
    """The file and the place in it, such as ``one_cell.json#/cells/0/layer/seconds``."""
    unit: str
    value: float
    """In its unit, for a picture."""


Part = str | Figure


@dataclass(frozen=True, slots=True)
class Table:
    """Figures in rows; a row begins with its name."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a picture."""

    label: str
    kind: str
    """``ours`` or ``theirs``."""
    figure: Figure
    behind: Figure | None = None
    """A paler bar behind it: what it was before."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars, one below the other, on one scale."""

    id: str
    title: str
    bars: tuple[Bar, ...]
    limit: float = 0.0
    """A line across, in the figures' unit."""

    @property
    def whole(self) -> float:
        """What the width of the picture stands for."""
        values = [
            figure.value for bar in self.bars for figure in (bar.figure, bar.behind) if figure
        ]
        return max([*values, self.limit]) or 1.0

    def percent(self, value: float) -> str:
        """How far from the left."""
        return f"{100 * value / self.whole:.2f}%"


@dataclass(frozen=True, slots=True)
class Section:
    """A subject of the page."""

    id: str
    title: str
    words: str
    machine: str = ""
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    missing: str = ""
    """What to run for it, where there is no result."""


def figure(origin: str, raw: float | Sequence[float], unit: str) -> Figure:
    """A result as it is shown.

    Args:
        origin: the file and the place in it.
        raw: what stands there: a number or several, in seconds, bytes or as it is.
        unit: a key of ``UNITS``.
    """
    values = [raw] if isinstance(raw, (int, float)) else list(raw)
    scale, decimals = UNITS[unit]
    low, middle, high = (of(values) * scale for of in (min, median, max))
    text = f"{middle:,.{decimals}f}"
    if len(values) > 1:
        text = f"{text} ({low:,.{decimals}f} to {high:,.{decimals}f})"
    return Figure(text, origin, unit, middle)


def figure_at(place: str, of: Any, path: str, unit: str) -> Figure:
    """The result at a path of what was read, so that what is shown is what stands at its origin.

    Args:
        place: of ``of``: the file and the place in it.
        of: a form.
        path: names of fields, such as ``layer/seconds``.
        unit: a key of ``UNITS``.
    """
    return figure(f"{place}/{path}", reduce(getattr, path.split("/"), of), unit)
