"""From how many requests a month on another way is cheaper than Lambda: computed, exact."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from layerfactory.site.cost.book import PARTS_PER_GB_SECOND
from layerfactory.site.cost.formulas import (
    OPTIONS,
    parts_per_request,
    quote,
    share_of,
    unit_of,
)
from layerfactory.site.cost.scenario import MOST_REQUESTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerfactory.site.cost.book import Book
    from layerfactory.site.cost.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the cheaper one of Lambda and another way changes."""

    option: str
    """The other way."""
    requests: int
    """The first number of requests a month at which it is so."""
    dearer: bool
    """From here on Lambda costs more than the other; otherwise, no more than it."""


def crossings(book: Book, of: Scenario) -> tuple[Crossing, ...]:
    """All of them, by requests."""
    found = (
        Crossing(option, requests, dearer)
        for option in OPTIONS
        if option != "functions"
        for requests, dearer in _changes(book, of, option)
    )
    return tuple(sorted(found, key=lambda each: (each.requests, each.option)))


def _changes(book: Book, of: Scenario, option: str) -> Iterator[tuple[int, bool]]:
    """Both costs are straight lines between the bends, so that each stretch has one change."""

    def dearer(requests: int) -> bool:
        ours, theirs = (quote(book, of, each, requests) for each in ("functions", option))
        return ours.atoms > theirs.atoms

    if quote(book, of, option, 1).missing:
        return
    for begin, end in pairwise(_bends(book, of, option)):
        after = dearer(end)
        if dearer(begin) != after:
            inside = range(begin + 1, end + 1)
            yield inside[bisect_left(inside, 1, key=lambda n: dearer(n) == after)], after


def _bends(book: Book, of: Scenario, option: str) -> list[int]:
    """Numbers of requests between which both costs are straight lines, from 1 to the last.

    Both sides of each bend are among them, and none lies beyond what has a price.
    """
    region = book.regions[of.region]
    prices, gateway = region.functions.get(of.arch), region.gateways.get(of.gateway)
    if prices is None or gateway is None:
        return []
    each = parts_per_request(of)
    free = book.free.gb_seconds if of.free else 0
    ends = [end for _, end in gateway]
    ends += [
        None if end is None else (end + free) * PARTS_PER_GB_SECOND // each
        for _, end in (*prices.gb_second, (0, 0))
    ]
    ends += [book.free.requests if of.free else 0, _full(book, of, option)]
    bends = {bend + side for bend in ends if bend is not None for side in (0, 1)}
    inside = {bend for bend in bends if 1 < bend < MOST_REQUESTS}
    return [n for n in sorted({1, *inside, MOST_REQUESTS}) if _known(book, of, n)]


def _full(book: Book, of: Scenario, option: str) -> int | None:
    """The last number of requests that what always runs can serve."""
    unit = unit_of(book, of, option)
    share = share_of(unit, of, book.hours) if unit else None
    return of.models * of.copies * share[1] // share[0] if share else None


def _known(book: Book, of: Scenario, requests: int) -> bool:
    return not quote(book, of, "functions", requests).missing
