"""The jobs that a CI run is made of: which build and prove which cells, which publish where."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from layerfactory.data.jobs import job_facts
from layerfactory.errors import MatrixError
from layerfactory.jobs.shards import Shard, shards_needed, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from layerfactory.data.runtimes import Architecture
    from layerfactory.jobs.costs import Costs
    from layerfactory.jobs.needs import RegionNeeds
    from layerfactory.matrix.cell import Cell

WORTH_A_JOB = 300
"""Seconds of work that are worth a machine of their own; one takes a minute to begin."""

Load = int
"""Zips travel in loads that one machine can hold; a job that publishes takes one load."""


@dataclass(frozen=True, slots=True)
class BuildJob:
    """Builds some cells of one architecture; a second job proves what it built."""

    name: str
    load: Load
    architecture: Architecture
    cells: tuple[Cell, ...]
    seconds: int
    """As estimated."""

    def to_json(self) -> dict[str, Any]:
        """An entry of a matrix."""
        return {
            "name": self.name,
            "load": self.load,
            "runner": job_facts().runners[self.architecture],
            "cells": _words(self.cells),
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class PublishJob:
    """Publishes proven layers of one load in some regions, which all lack the same."""

    name: str
    load: Load
    regions: tuple[str, ...]
    cells: tuple[Cell, ...]
    seconds: int

    def to_json(self) -> dict[str, Any]:
        """An entry of a matrix."""
        return {
            "name": self.name,
            "load": self.load,
            "regions": _words(self.regions),
            "cells": _words(self.cells),
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class Jobs:
    """What a run does."""

    build: tuple[BuildJob, ...]
    publish: tuple[PublishJob, ...]


@dataclass(frozen=True, slots=True)
class Machines:
    """What the jobs run on."""

    most: int
    """Jobs of a kind."""
    worth: int = WORTH_A_JOB
    """Seconds of work that are worth a job."""

    def parts(self, seconds: float) -> int:
        """How many jobs an amount of work is worth."""
        return max(1, min(self.most, job_facts().most_jobs, ceil(seconds / self.worth)))


def plan_jobs(needs: Iterable[RegionNeeds], costs: Costs, machines: Machines) -> Jobs:
    """Split what the regions lack into jobs that take about the same time.

    Args:
        needs: of each region.
        costs: of cells.
        machines: what they run on.

    Raises:
        MatrixError: they would be more than a matrix may have.
    """
    lacking = {each.region: each.cells for each in needs if each.cells}
    cells = sorted({cell for some in lacking.values() for cell in some})
    loads = _loads(cells, costs)
    publish = _publish_jobs(lacking, loads, costs, machines)
    jobs = Jobs(_build_jobs(loads, costs, machines), publish)
    limit = job_facts().most_jobs
    if (count := max(len(jobs.build), len(jobs.publish))) > limit:
        raise MatrixError(
            f"{count} jobs of a kind are needed, and a matrix may have {limit}",
            "Choose some cells with --only, or some regions with --region, and run again.",
        )
    return jobs


def _loads(cells: Sequence[Cell], costs: Costs) -> dict[Cell, Load]:
    """Which cell travels in which load."""
    parts = shards_needed(cells, costs.bytes, job_facts().most_bytes)
    shards = split({"all": cells}, costs.bytes, parts)
    return {cell: number for number, shard in enumerate(shards, 1) for cell in shard.items}


def _build_jobs(
    loads: Mapping[Cell, Load], costs: Costs, machines: Machines
) -> tuple[BuildJob, ...]:
    groups: dict[tuple[Load, Architecture], list[Cell]] = {}
    for cell, load in loads.items():
        groups.setdefault((load, cell.architecture), []).append(cell)
    parts = machines.parts(sum(map(costs.making, loads)))
    shards = split(groups, lambda cell: _milliseconds(costs.making(cell)), parts)
    counts: dict[Architecture, int] = {}
    found = []
    for shard in shards:
        load, architecture = shard.group
        number = counts[architecture] = counts.get(architecture, 0) + 1
        seconds = round(sum(map(costs.making, shard.items)))
        found.append(BuildJob(f"{architecture}-{number}", load, architecture, shard.items, seconds))
    return tuple(found)


def _publish_jobs(
    lacking: Mapping[str, tuple[Cell, ...]],
    loads: Mapping[Cell, Load],
    costs: Costs,
    machines: Machines,
) -> tuple[PublishJob, ...]:
    """Regions that lack the same of a load stand together."""
    groups: dict[tuple[Load, tuple[Cell, ...]], list[str]] = {}
    for region, cells in lacking.items():
        for load in dict.fromkeys(loads[cell] for cell in cells):
            some = tuple(cell for cell in cells if loads[cell] == load)
            groups.setdefault((load, some), []).append(region)
    weighed = {
        (load, cells): [(region, sum(map(costs.publishing, cells))) for region in regions]
        for (load, cells), regions in groups.items()
    }
    total = sum(seconds for some in weighed.values() for _, seconds in some)
    shards = split(weighed, lambda pair: _milliseconds(pair[1]), machines.parts(total))
    several = len(set(loads.values())) > 1
    return tuple(_publish_job(shard, several=several) for shard in shards)


def _publish_job(
    shard: Shard[tuple[Load, tuple[Cell, ...]], tuple[str, float]], *, several: bool
) -> PublishJob:
    load, cells = shard.group
    regions = tuple(region for region, _ in shard.items)
    seconds = round(sum(seconds for _, seconds in shard.items))
    more = f" and {len(regions) - 1} more" if len(regions) > 1 else ""
    name = f"{regions[0]}{more}" + (f", load {load}" if several else "")
    return PublishJob(name, load, regions, cells, seconds)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _words(names: Iterable[object]) -> str:
    """Names as ``--only`` and ``--region`` take several: with spaces between."""
    return " ".join(map(str, names))
