"""What a month costs: exact to the last step, each line then rounded to the cent, half up.

``static/cost.js`` has the same formulas for the page; a test holds both to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from layerfactory.site.cost.book import (
    ATOMS_PER_DOLLAR,
    COLD_WHOLE,
    MAX_SERVERLESS_GB,
    PARTS_PER_GB_SECOND,
)

if TYPE_CHECKING:
    from layerfactory.site.cost.book import Book, Tiers
    from layerfactory.site.cost.scenario import Scenario

OPTIONS: Final = {
    "functions": "Lambda",
    "realtime": "SageMaker real-time",
    "serverless": "SageMaker serverless",
    "fargate": "Fargate",
}
"""Ways to serve, with their names."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What one way costs a month."""

    lines: tuple[tuple[str, int], ...] = ()
    """Its parts by name, in atoms."""
    missing: str = ""
    """Why there are none; a key of the page's words."""

    @property
    def atoms(self) -> int:
        """The sum, exact."""
        return sum(atoms for _, atoms in self.lines)

    @property
    def cents(self) -> int:
        """The sum of the lines as a bill has them."""
        return sum(cents(atoms) for _, atoms in self.lines)


def quote(book: Book, of: Scenario, option: str, requests: int) -> Quote:
    """What a way costs.

    Args:
        book: the prices.
        of: everything but the number of requests.
        option: a key of ``OPTIONS``.
        requests: a month, to all models together.
    """
    return {
        "functions": _functions,
        "realtime": _realtime,
        "serverless": _serverless,
        "fargate": _fargate,
    }[option](book, of, requests)


def cents(atoms: int) -> int:
    """Rounded to the cent, half up."""
    return (200 * atoms + ATOMS_PER_DOLLAR) // (2 * ATOMS_PER_DOLLAR)


def parts_per_request(of: Scenario) -> int:
    """Memory times billed time of a request on Lambda, in parts of a GB-second."""
    return (of.ms * COLD_WHOLE + of.cold * of.init) * of.memory


def _functions(book: Book, of: Scenario, requests: int) -> Quote:
    region = book.regions[of.region]
    prices, gateway = region.functions.get(of.arch), region.gateways.get(of.gateway)
    if prices is None or gateway is None:
        return Quote(missing="gateway" if prices else "region")
    free_requests = book.free.requests if of.free else 0
    free_parts = book.free.gb_seconds * PARTS_PER_GB_SECOND if of.free else 0
    billed = max(requests - free_requests, 0)
    parts = max(requests * parts_per_request(of) - free_parts, 0)
    compute = tiered(prices.gb_second, parts, PARTS_PER_GB_SECOND)
    passing = tiered(gateway, requests, 1)
    if compute is None or passing is None:
        return Quote(missing="beyond")
    return Quote(
        (
            ("requests", billed * prices.request * PARTS_PER_GB_SECOND),
            ("compute", compute),
            ("gateway", passing * PARTS_PER_GB_SECOND),
        )
    )


def tiered(tiers: Tiers, amount: int, parts: int) -> int | None:
    """What an amount costs, each part of it at its tier's price; None beyond the last.

    Args:
        tiers: prices, each with the amount up to which it holds.
        amount: in parts of what the tiers count.
        parts: how many make one of what the tiers count.
    """
    total, begun = 0, 0
    for price, up_to in tiers:
        end = amount if up_to is None else min(amount, up_to * parts)
        total += (end - begun) * price
        begun = end
        if begun == amount:
            return total
    return None


def _realtime(book: Book, of: Scenario, requests: int) -> Quote:
    del requests  # It runs whether or not anybody asks.
    month = book.regions[of.region].endpoints.get(of.endpoint)
    if month is None:
        return Quote(missing="region")
    return Quote((("instances", month * of.models * of.copies * PARTS_PER_GB_SECOND),))


def _serverless(book: Book, of: Scenario, requests: int) -> Quote:
    price = book.regions[of.region].serverless
    if price is None:
        return Quote(missing="region")
    gb = -(-of.memory // 1024)
    if gb > MAX_SERVERLESS_GB:
        return Quote(missing="memory")
    return Quote((("compute", requests * of.ms * COLD_WHOLE * gb * 1024 * price),))


def _fargate(book: Book, of: Scenario, requests: int) -> Quote:
    del requests
    month = book.regions[of.region].tasks.get(of.arch, {}).get(of.task)
    if month is None:
        return Quote(missing="region")
    return Quote((("tasks", month * of.models * of.copies * PARTS_PER_GB_SECOND),))
