"""The prices as whole numbers: what the formulas and the page's script both reckon with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.data.prices import UNITS_PER_DOLLAR, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.data.prices import Free, GatewayPrices, Prices, RegionPrices, Tier

COLD_WHOLE = 10_000
"""A share of cold starts is told in hundredths of a percent."""
PARTS_PER_GB_SECOND = 1024 * 1000 * COLD_WHOLE
"""Of megabytes, milliseconds and shares of cold starts: memory times time is whole in these."""
ATOMS_PER_DOLLAR = UNITS_PER_DOLLAR * PARTS_PER_GB_SECOND
"""Every amount is a whole number of atoms: nothing is rounded before the cent."""
MAX_SERVERLESS_GB = 6

Tiers = tuple[tuple[int, int | None], ...]
"""Prices in units, each with the amount up to which it holds."""


@dataclass(frozen=True, slots=True)
class FunctionBook:
    """Lambda's prices for one architecture, in units."""

    request: int
    gb_second: Tiers


@dataclass(frozen=True, slots=True)
class RegionBook:
    """One region's prices, in units; what has no source is not there."""

    functions: dict[str, FunctionBook]
    gateways: dict[str, Tiers]
    """A request, by gateway."""
    endpoints: dict[str, int]
    """A month of one, by instance or claim."""
    serverless: int | None
    """A GB-second."""
    tasks: dict[str, dict[str, int]]
    """A month of one, by architecture and size."""


@dataclass(frozen=True, slots=True)
class Book:
    """All prices, by region."""

    free: Free
    regions: dict[str, RegionBook]


def price_book(prices: Prices) -> Book:
    """The prices as the formulas want them."""
    return Book(prices.free, {of.name: _region_book(of, prices) for of in prices.regions})


def _region_book(of: RegionPrices, prices: Prices) -> RegionBook:
    hours = prices.hours_per_month
    return RegionBook(
        functions={
            name: FunctionBook(units(each.request), _tiers(each.gb_second))
            for name, each in of.functions.items()
        },
        gateways={**_gateway("rest", of.rest), **_gateway("http", of.http), "url": ((0, None),)},
        endpoints={
            **{each.instance: units(each.hour) * hours for each in of.hosting},
            **{claim.id: units(claim.month) for claim in prices.claims},
        },
        serverless=units(of.serverless.gb_second) if of.serverless else None,
        tasks={
            name: {
                task.name: units(task.vcpus * each.vcpu_hour + task.gb * each.gb_hour) * hours
                for task in prices.tasks
            }
            for name, each in (of.fargate or {}).items()
        },
    )


def _gateway(name: str, prices: GatewayPrices | None) -> dict[str, Tiers]:
    return {name: _tiers(prices.request)} if prices else {}


def _tiers(tiers: Sequence[Tier]) -> Tiers:
    return tuple((units(tier.price), tier.up_to) for tier in tiers)
