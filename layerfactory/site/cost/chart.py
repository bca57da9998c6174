"""Where the chart of the cost page has its lines and marks. Both axes are logarithmic, and fixed.

``static/cost-texts.js`` draws the same lines and marks when somebody asks for something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, Final

from layerfactory.site.cost.book import ATOMS_PER_DOLLAR
from layerfactory.site.cost.formulas import OPTIONS, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.site.cost.book import Book
    from layerfactory.site.cost.crossings import Crossing
    from layerfactory.site.cost.scenario import Scenario

LEFT, TOP, WIDTH, HEIGHT = 70, 26, 636, 372
"""The part of the picture between the axes, in its own pixels."""
X_DECADES: Final = (3, 9)
"""Powers of ten of requests a month."""
Y_DECADES: Final = (-1, 5)
"""Powers of ten of dollars."""
_STEPS = 8
"""Points of a line in each decade."""
SAMPLES: Final = tuple(
    floor(10 ** (X_DECADES[0] + i / _STEPS) + 0.5)
    for i in range((X_DECADES[1] - X_DECADES[0]) * _STEPS + 1)
)
"""Requests at which lines are drawn."""
MARKS: Final = "ABCDEFGHIJKL"
X_LABELS: Final = ("1k", "10k", "100k", "1M", "10M", "100M", "1B")
Y_LABELS: Final = ("$0.10", "$1", "$10", "$100", "$1k", "$10k", "$100k")


@dataclass(frozen=True, slots=True)
class Mark:
    """A crossing in the picture."""

    letter: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What moves in the picture; coordinates as text, to a tenth of a pixel."""

    paths: dict[str, str]
    """A line's ``d`` by option; empty where there is nothing to draw."""
    marks: tuple[Mark, ...]
    here: str
    """Where the requests that were asked for are."""


def chart(book: Book, of: Scenario, crossed: Sequence[Crossing]) -> Chart:
    """Draw what a scenario costs.

    Args:
        book: the prices.
        of: the scenario.
        crossed: its crossings, as they are lettered.
    """
    marks = (
        Mark(letter, at_x(each.requests), at_y(quote(book, of, each.option, each.requests).atoms))
        for letter, each in zip(MARKS, crossed, strict=False)
    )
    return Chart(
        {option: _path(book, of, option) for option in OPTIONS}, tuple(marks), at_x(of.requests)
    )


def grid() -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """The lines across, each with its label: those for requests, then those for dollars."""
    down = (at_x(10**power) for power in range(X_DECADES[0], X_DECADES[1] + 1))
    dimes = (10 ** (power + 1) for power in range(Y_DECADES[0], Y_DECADES[1] + 1))
    across = (at_y(ATOMS_PER_DOLLAR // 10 * each) for each in dimes)
    return tuple(zip(down, X_LABELS, strict=True)), tuple(zip(across, Y_LABELS, strict=True))


def _path(book: Book, of: Scenario, option: str) -> str:
    points = []
    for requests in SAMPLES:
        known = quote(book, of, option, requests)
        if not known.missing and known.atoms:
            points.append(f"{at_x(requests)} {at_y(known.atoms)}")
    return f"M{'L'.join(points)}" if points else ""


def at_x(requests: int) -> str:
    """Where a number of requests is, from the left."""
    begin, end = X_DECADES
    return tenths(LEFT + WIDTH * (max(log10(requests), begin) - begin) / (end - begin))


def at_y(atoms: int) -> str:
    """Where an amount is, from the top; it may lie beyond the picture, which is cut there."""
    begin, end = Y_DECADES
    power = log10(atoms / ATOMS_PER_DOLLAR) if atoms else begin - 1
    return tenths(TOP + HEIGHT * (end - power) / (end - begin))


def tenths(value: float) -> str:
    """To a tenth, half up, as the script does it: neither language's own way agrees."""
    whole = floor(value * 10 + 0.5)
    sign = "-" if whole < 0 else ""
    return f"{sign}{abs(whole) // 10}.{abs(whole) % 10}"
