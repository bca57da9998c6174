"""Tells, before anything is published, where a layer would get another number than elsewhere.

What a region missed can be made up for by a balance only until something else takes the number.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from layerfactory.publish.plan import Grant, Revoke, Skip, Upload

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layerfactory.publish.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class Lag:
    """One layer in one region that has missed a version."""

    layer_name: str
    region: str
    would_be: int
    """The number that the zip gets there."""
    elsewhere: int
    """The highest that it has, or gets, in another of the plan's regions."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return {
            "layer": self.layer_name,
            "region": self.region,
            "would_be": self.would_be,
            "elsewhere": self.elsewhere,
        }


def lags(plan: Plan) -> tuple[Lag, ...]:
    """Where numbers would differ for good, as far as the plan's regions have answered."""
    # The plan is in the order of the cells.
    by_layer = groupby(plan.steps, key=lambda step: step.target.layer.cell.layer_name)
    return tuple(lag for name, steps in by_layer for lag in _lags_of(name, list(steps)))


def _lags_of(name: str, steps: Sequence[Step]) -> Iterator[Lag]:
    numbers = {step.target.region.name: number for step in steps if (number := _number(step))}
    highest = max(numbers.values(), default=0)
    for step in steps:
        region = step.target.region.name
        if isinstance(step.action, Upload) and numbers[region] < highest:
            yield Lag(name, region, numbers[region], highest)


def _number(step: Step) -> int:
    """The number under which a region will have the zip; 0 where that is not known."""
    match step.action:
        case Upload():
            return (step.remote.version if step.remote else 0) + 1
        case Skip(remote) | Grant(remote) | Revoke(remote):
            return remote.version
        case _:
            return 0
