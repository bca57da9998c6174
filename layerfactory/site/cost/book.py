"""The prices as whole numbers: what the formulas and the page's script both reckon with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.data.prices import UNITS_PER_DOLLAR, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.data.prices import (
        BalancerPrices,
        Free,
        GatewayPrices,
        Instance,
        Prices,
        RegionPrices,
        Task,
        TaskPrices,
        Tier,
    )

COLD_WHOLE = 10_000
"""A share of cold starts is told in hundredths of a percent."""
PARTS_PER_GB_SECOND = 1024 * 1000 * COLD_WHOLE
"""Of megabytes, milliseconds and shares of cold starts: memory times time is whole in these."""
ATOMS_PER_DOLLAR = UNITS_PER_DOLLAR * PARTS_PER_GB_SECOND
"""Every amount is a whole number of atoms: nothing is rounded before the cent."""
MAX_SERVERLESS_GB = 6
VCPU_MB = 1769
"""Lambda's memory that comes with the power of a whole vCPU (its developer guide)."""
CONNECTIONS_PER_CAPACITY_HOUR = 25 * 3600
"""New ones that a load balancer's capacity unit takes in an hour (ELB's pricing page)."""
_ADDRESSES = 2
"""Of a load balancer: one in each of the two zones that it must be in."""

Tiers = tuple[tuple[int, int | None], ...]
"""Prices in units, each with the amount up to which it holds."""


@dataclass(frozen=True, slots=True)
class FunctionBook:
    """Lambda's prices for one architecture, in units."""

    request: int
    gb_second: Tiers


@dataclass(frozen=True, slots=True)
class Unit:
    """An instance or a task."""

    month: int
    """Of one."""
    vcpus: int | None
    """Those that last, in hundredths; a claim names none."""


@dataclass(frozen=True, slots=True)
class BalancerBook:
    """A load balancer's prices, in units."""

    month: int
    addresses: int
    """A month of its public addresses."""
    capacity: int
    """A capacity unit for an hour."""


@dataclass(frozen=True, slots=True)
class RegionBook:
    """One region's prices, in units; what has no source is not there."""

    functions: dict[str, FunctionBook]
    gateways: dict[str, Tiers]
    """A request, by gateway."""
    endpoints: dict[str, Unit]
    """By instance or claim."""
    serverless: int | None
    """A GB-second."""
    tasks: dict[str, dict[str, Unit]]
    """By architecture and size."""
    balancer: BalancerBook | None


@dataclass(frozen=True, slots=True)
class Book:
    """All prices, by region."""

    hours: int
    """Of a month."""
    free: Free
    regions: dict[str, RegionBook]


def price_book(prices: Prices) -> Book:
    """The prices as the formulas want them."""
    regions = {of.name: _region_book(of, prices) for of in prices.regions}
    return Book(prices.hours_per_month, prices.free, regions)


def _region_book(of: RegionPrices, prices: Prices) -> RegionBook:
    hours = prices.hours_per_month
    return RegionBook(
        functions={
            name: FunctionBook(units(each.request), _tiers(each.gb_second))
            for name, each in of.functions.items()
        },
        gateways={**_gateway("rest", of.rest), **_gateway("http", of.http), "url": ((0, None),)},
        endpoints={
            **{each.instance: _instance(each, hours) for each in of.hosting},
            **{claim.id: Unit(units(claim.month), None) for claim in prices.claims},
        },
        serverless=units(of.serverless.gb_second) if of.serverless else None,
        tasks={
            name: {task.name: _task(task, each, hours) for task in prices.tasks}
            for name, each in (of.fargate or {}).items()
        },
        balancer=_balancer(of.balancer, hours) if of.balancer else None,
    )


def _instance(of: Instance, hours: int) -> Unit:
    lasting = of.vcpus if of.baseline is None else of.baseline
    return Unit(units(of.hour) * hours, int(lasting * 100))


def _task(of: Task, prices: TaskPrices, hours: int) -> Unit:
    hour = of.vcpus * prices.vcpu_hour + of.gb * prices.gb_hour
    return Unit(units(hour) * hours, int(of.vcpus * 100))


def _balancer(of: BalancerPrices, hours: int) -> BalancerBook:
    addresses = units(of.address_hour) * hours * _ADDRESSES
    return BalancerBook(units(of.hour) * hours, addresses, units(of.capacity_hour))


def _gateway(name: str, prices: GatewayPrices | None) -> dict[str, Tiers]:
    return {name: _tiers(prices.request)} if prices else {}


def _tiers(tiers: Sequence[Tier]) -> Tiers:
    return tuple((units(tier.price), tier.up_to) for tier in tiers)
