"""Divides a box among sizes: areas in proportion, and each part as near to a square as it gets.

After M. Bruls, K. Huizing and J. van Wijk, "Squarified treemaps" (2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height


def squarify(sizes: Sequence[float], box: Box) -> tuple[Box, ...]:
    """A part of the box for each size, in their order; the largest first look best.

    Args:
        sizes: positive numbers.
        box: what is divided; all of it is used.

    Raises:
        ValueError: a size is not positive.
    """
    if any(size <= 0 for size in sizes):
        raise ValueError("a treemap has no place for sizes of zero or less")
    parts: list[Box] = []
    rest, left = box, tuple(sizes)
    while left:
        wide = rest.width >= rest.height
        taken = _strip_length(left, rest)
        strip, *remaining = _divide((sum(left[:taken]), sum(left[taken:])), rest, sideways=wide)
        parts += _divide(left[:taken], strip, sideways=not wide)
        left, rest = left[taken:], remaining[0]
    return tuple(parts)


def _strip_length(sizes: Sequence[float], box: Box) -> int:
    """How many of the first sizes share the next strip: as many as make it no worse."""
    scale = box.area / sum(sizes)
    short = min(box.width, box.height)
    best, worst_so_far = 1, float("inf")
    for count, total in enumerate(accumulate(sizes), start=1):
        thickness = total * scale / short if short else 0.0
        worst = max(
            _oblong(size * scale, thickness) for size in (min(sizes[:count]), max(sizes[:count]))
        )
        if worst > worst_so_far:
            break
        best, worst_so_far = count, worst
    return best


def _oblong(area: float, thickness: float) -> float:
    """How far from a square a part of a strip is; 1 is a square."""
    if not area or not thickness:
        return float("inf")
    ratio = area / thickness**2
    return max(ratio, 1 / ratio)


def _divide(sizes: Sequence[float], box: Box, *, sideways: bool) -> list[Box]:
    """Parts of a box side by side, or one below the other."""
    total = sum(sizes)
    marks = [mark / total for mark in accumulate(sizes, initial=0.0)]
    if sideways:
        edges = [box.x + mark * box.width for mark in marks]
        return [Box(left, box.y, right - left, box.height) for left, right in pairwise(edges)]
    edges = [box.y + mark * box.height for mark in marks]
    return [Box(box.x, top, box.width, bottom - top) for top, bottom in pairwise(edges)]
