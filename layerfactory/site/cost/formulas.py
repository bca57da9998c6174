"""What a month costs: exact to the last step, each line then rounded to the cent, half up.

``static/cost-sums.js`` has the same formulas for the page; a test holds both to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from layerfactory.site.cost.book import (
    ATOMS_PER_DOLLAR,
    COLD_WHOLE,
    CONNECTIONS_PER_CAPACITY_HOUR,
    MAX_SERVERLESS_GB,
    PARTS_PER_GB_SECOND,
    VCPU_MB,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layerfactory.site.cost.book import Book, Tiers, Unit
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
    """Its parts by name, in atoms; where one has no price, those that have one."""
    missing: str = ""
    """Why there is no sum; a key of the page's words."""
    partial: str = ""
    """Why it cannot be told to be the cheapest, whatever it comes to; such a key, too."""

    @property
    def at_least(self) -> bool:
        """Something that it has is not in it: it can only cost more."""
        return self.partial not in {"", "claim"}

    @property
    def atoms(self) -> int:
        """The sum, exact."""
        return sum(atoms for _, atoms in self.lines)

    @property
    def cents(self) -> int:
        """The sum of the lines as a bill has them; the exact one where all round to nothing."""
        return sum(cents(atoms) for _, atoms in self.lines) or cents(self.atoms)


def quote(book: Book, of: Scenario, option: str, requests: int) -> Quote:
    """What a way costs, with the gateway before it: all ways have the same one.

    Args:
        book: the prices.
        of: everything but the number of requests.
        option: a key of ``OPTIONS``.
        requests: a month, to all models together.
    """
    own = _WAYS[option](book, of, requests)
    if own.missing or own.partial == "claim":  # What was claimed is of all parts.
        return own
    tiers = book.regions[of.region].gateways.get(of.gateway)
    if tiers is None:
        return replace(own, missing="gateway")
    passing = tiered(tiers, requests, 1)
    if passing is None:
        return replace(own, missing="beyond")
    return replace(own, lines=(*own.lines, ("gateway", passing * PARTS_PER_GB_SECOND)))


def cents(atoms: int) -> int:
    """Rounded to the cent, half up."""
    return (200 * atoms + ATOMS_PER_DOLLAR) // (2 * ATOMS_PER_DOLLAR)


def parts_per_request(of: Scenario) -> int:
    """Memory times billed time of a request on Lambda, in parts of a GB-second."""
    return (of.ms * COLD_WHOLE + of.cold * of.init) * of.memory


def unit_of(book: Book, of: Scenario, option: str) -> Unit | None:
    """The instance or task of a way that runs by the hour, where it has a price."""
    region = book.regions[of.region]
    if option == "realtime":
        return region.endpoints.get(of.endpoint)
    return region.tasks.get(of.arch, {}).get(of.task) if option == "fargate" else None


def share_of(unit: Unit, of: Scenario, hours: int) -> tuple[int, int] | None:
    """How much of a unit's month a request takes: numerator and denominator.

    A request keeps the power busy that it has on Lambda, one vCPU at most, and a unit is kept no
    busier than the scenario says. None for a claim, which names no power.
    """
    if unit.vcpus is None:
        return None
    busy = of.ms * min(of.memory, VCPU_MB) * 100 * 100
    return busy, VCPU_MB * hours * 3_600_000 * unit.vcpus * of.load


def running(unit: Unit, of: Scenario, hours: int, requests: int) -> tuple[int, int]:
    """How many units run on average, as a quotient.

    As many as the load takes, and no fewer than always run.
    """
    always = of.models * of.copies
    share = share_of(unit, of, hours)
    if share is None or requests * share[0] <= always * share[1]:
        return always, 1
    return requests * share[0], share[1]


def _functions(book: Book, of: Scenario, requests: int) -> Quote:
    prices = book.regions[of.region].functions.get(of.arch)
    if prices is None:
        return Quote(missing="region")
    free_requests = book.free.requests if of.free else 0
    free_parts = book.free.gb_seconds * PARTS_PER_GB_SECOND if of.free else 0
    billed = max(requests - free_requests, 0)
    parts = max(requests * parts_per_request(of) - free_parts, 0)
    compute = tiered(prices.gb_second, parts, PARTS_PER_GB_SECOND)
    if compute is None:
        return Quote(missing="beyond")
    return Quote(
        (("requests", billed * prices.request * PARTS_PER_GB_SECOND), ("compute", compute))
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
    unit = unit_of(book, of, "realtime")
    if unit is None:
        return Quote(missing="region")
    lines = (("instances", _hours(unit, of, book.hours, requests)),)
    return Quote(lines, partial="claim" if unit.vcpus is None else "")


def _hours(unit: Unit, of: Scenario, hours: int, requests: int) -> int:
    count, whole = running(unit, of, hours, requests)
    return unit.month * PARTS_PER_GB_SECOND * count // whole


def _serverless(book: Book, of: Scenario, requests: int) -> Quote:
    price = book.regions[of.region].serverless
    if price is None:
        return Quote(missing="region")
    gb = -(-of.memory // 1024)
    if gb > MAX_SERVERLESS_GB:
        return Quote(missing="memory")
    compute = requests * of.ms * COLD_WHOLE * gb * 1024 * price
    return Quote((("compute", compute),), partial="cold" if of.cold * of.init else "")


def _fargate(book: Book, of: Scenario, requests: int) -> Quote:
    unit = unit_of(book, of, "fargate")
    if unit is None:
        return Quote(missing="region")
    tasks = ("tasks", _hours(unit, of, book.hours, requests))
    balancer = book.regions[of.region].balancer
    if balancer is None:
        return Quote((tasks,), partial="balancer")
    # A gateway reaches it from within; without one, it is what the world calls.
    month = balancer.month + (balancer.addresses if of.gateway == "url" else 0)
    taken = requests * balancer.capacity * PARTS_PER_GB_SECOND // CONNECTIONS_PER_CAPACITY_HOUR
    return Quote((tasks, ("balancer", month * PARTS_PER_GB_SECOND + taken)))


_WAYS: Final[Mapping[str, Callable[[Book, Scenario, int], Quote]]] = {
    "functions": _functions,
    "realtime": _realtime,
    "serverless": _serverless,
    "fargate": _fargate,
}
