"""What AWS charges for what the cost page compares, out of prices.yaml."""

from __future__ import annotations

from dataclasses import dataclass

# Pydantic looks at the fields' types while reading.
from decimal import Decimal
from functools import cache

from layerfactory.data.files import read_data
from layerfactory.data.typed import read_typed

UNITS_PER_DOLLAR = 10**10
"""Prices are reckoned with as whole numbers of this unit: none of AWS's here is finer."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A price that holds up to an amount of the month."""

    price: Decimal
    """Dollars."""
    up_to: int | None = None
    """Where it ends, counted from the month's first; the last tier may have no end."""


@dataclass(frozen=True, slots=True)
class FunctionPrices:
    """Lambda's on demand, for one architecture."""

    request: Decimal
    gb_second: tuple[Tier, ...]
    source: str


@dataclass(frozen=True, slots=True)
class GatewayPrices:
    """API Gateway's, for one kind."""

    request: tuple[Tier, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Instance:
    """One of a SageMaker real-time endpoint."""

    instance: str
    hour: Decimal
    vcpus: int
    gb: int
    source: str
    baseline: Decimal | None = None
    """vCPUs of a burstable one that last, all together; the others last as they are."""


@dataclass(frozen=True, slots=True)
class ServerlessPrices:
    """SageMaker serverless inference's."""

    gb_second: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class TaskPrices:
    """Fargate's, for one architecture."""

    vcpu_hour: Decimal
    gb_hour: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class BalancerPrices:
    """An Application Load Balancer's, an hour each."""

    hour: Decimal
    capacity_hour: Decimal
    """A capacity unit (LCU)."""
    address_hour: Decimal
    """A public IPv4 address."""
    source: str


@dataclass(frozen=True, slots=True)
class RegionPrices:
    """Those of one region that have a source."""

    name: str
    place: str
    functions: dict[str, FunctionPrices]
    """By architecture."""
    rest: GatewayPrices | None = None
    http: GatewayPrices | None = None
    hosting: tuple[Instance, ...] = ()
    serverless: ServerlessPrices | None = None
    fargate: dict[str, TaskPrices] | None = None
    """By architecture."""
    balancer: BalancerPrices | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody said an endpoint costs."""

    id: str
    label: str
    month: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Task:
    """A size of a Fargate task."""

    vcpus: Decimal
    gb: Decimal

    @property
    def name(self) -> str:
        """Such as ``0.25-0.5``."""
        return f"{self.vcpus}-{self.gb}"


@dataclass(frozen=True, slots=True)
class Free:
    """What Lambda gives every account each month."""

    requests: int
    gb_seconds: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where prices were read."""

    id: str
    read: str
    """Who has read what."""
    page: str
    """AWS's own, for what holds today."""
    date: str = ""
    """A day, a month or a year; empty where the reader gave none."""


@dataclass(frozen=True, slots=True)
class Prices:
    """All of prices.yaml."""

    date: str
    """When the file was last gone over."""
    hours_per_month: int
    free: Free
    tasks: tuple[Task, ...]
    claims: tuple[Claim, ...]
    regions: tuple[RegionPrices, ...]
    sources: tuple[Source, ...]

    def region(self, name: str) -> RegionPrices:
        """That of this name.

        Raises:
            KeyError: there is none.
        """
        return {region.name: region for region in self.regions}[name]


@cache
def prices() -> Prices:
    """All prices, as dollars."""
    return read_typed(Prices, read_data("prices.yaml"))


def units(dollars: Decimal) -> int:
    """A price as a whole number of ten-billionths of a dollar.

    Raises:
        ValueError: it is finer than that.
    """
    scaled = dollars * UNITS_PER_DOLLAR
    if scaled != int(scaled):
        raise ValueError(f"${dollars} is finer than a ten-billionth of a dollar")
    return int(scaled)
