"""AWS's regions that have Lambda, and the groups of them that have a name, out of regions.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from layerfactory.data.files import read_data

STANDARD_PARTITION = "aws"
"""Groups hold regions of this partition only: an account belongs to one partition."""


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """One region, such as ``us-west-2``."""

    name: str
    partition: str
    opt_in: bool
    """An account must enable it first."""
    title: str
    """What AWS calls it: ``US West (Oregon)``."""

    def __str__(self) -> str:
        return self.name


@cache
def regions() -> dict[str, Region]:
    """All regions by name, sorted."""
    entries = (Region(**entry) for entry in read_data("regions.yaml")["regions"])
    return {region.name: region for region in sorted(entries)}


@cache
def partitions() -> tuple[str, ...]:
    """The parts of AWS that share nothing, not even accounts; the standard one first."""
    found = {region.partition for region in regions().values()}
    return (STANDARD_PARTITION, *sorted(found - {STANDARD_PARTITION}))


def always_enabled(partition: str) -> Region:
    """A region of a partition that no account has to enable."""
    return next(r for r in regions().values() if r.partition == partition and not r.opt_in)


@cache
def region_groups() -> dict[str, tuple[Region, ...]]:
    """The built-in groups: ``default``, ``all``, and one a prefix, such as ``eu``."""
    standard = tuple(r for r in regions().values() if r.partition == STANDARD_PARTITION)
    prefixes = sorted({region.name.partition("-")[0] for region in standard})
    return {
        "default": tuple(region for region in standard if not region.opt_in),
        "all": standard,
        **{
            prefix: tuple(region for region in standard if region.name.startswith(f"{prefix}-"))
            for prefix in prefixes
        },
    }
