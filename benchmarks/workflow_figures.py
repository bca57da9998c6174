"""What the workflow of the layers takes: as rehearsed, and on paper for the whole matrix. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING, Any

from layerfactory.data.jobs import job_facts
from layerfactory.jobs.needs import RegionNeeds
from layerfactory.jobs.plan import Machines, plan_jobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layerfactory.jobs.costs import Costs
    from layerfactory.jobs.plan import Jobs
    from layerfactory.matrix.cell import Cell


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One rehearsal of a first run."""

    side_by_side: int
    """Jobs at once."""
    jobs: int
    """That ran in all."""
    seconds: float
    """Of the whole run, on this machine."""
    stages: dict[str, float]
    """Seconds of all jobs of a kind together."""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The whole matrix, with so many machines side by side."""

    machines: int
    build_jobs: int
    publish_jobs: int
    build_minutes: float
    """Until the last cell is proven: building, and verifying after it."""
    publish_minutes: float
    minutes: float
    """Of the run, from its plan to its report."""
    machine_minutes: float
    """Of all machines together: what is paid for, or counted."""
    handed_over_bytes: int
    """Between jobs: each zip goes up twice, down once to be proven, and down to each publisher."""
    published_bytes: int

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def on_paper(cells: Sequence[Cell], regions: Sequence[str], costs: Costs, machines: int) -> OnPaper:
    """Plan a run of everything, and add up what it takes by the rates in data/jobs.yaml.

    Jobs are given to machines as these become free, the longest first. What GitHub's own network
    and queues take is not in it.
    """
    needs = [RegionNeeds(region, tuple(sorted(cells))) for region in regions]
    jobs = plan_jobs(needs, costs, Machines(machines))
    build, verify, publish = _seconds(jobs, costs)
    start = job_facts().start_seconds
    made = _makespan(build, machines) + _makespan(verify, machines)
    given = _makespan(publish, machines)
    total = sum(map(costs.bytes, cells))
    taken = sum(costs.bytes(cell) for job in jobs.publish for cell in _load(jobs, job.load))
    every = [*build, *verify, *publish, *[start] * 3]
    return OnPaper(
        machines=machines,
        build_jobs=len(jobs.build),
        publish_jobs=len(jobs.publish),
        build_minutes=made / 60,
        publish_minutes=given / 60,
        minutes=(made + given + 3 * start) / 60,
        machine_minutes=sum(every) / 60,
        handed_over_bytes=3 * total + taken,
        published_bytes=total * len(regions),
    )


def _seconds(jobs: Jobs, costs: Costs) -> tuple[list[float], list[float], list[float]]:
    """Of each job that builds, proves and publishes, its beginning included."""
    facts = job_facts()
    build = [
        facts.start_seconds + sum(costs.bytes(cell) for cell in job.cells) / facts.build_rate
        for job in jobs.build
    ]
    verify = [facts.start_seconds + facts.verify_seconds * len(job.cells) for job in jobs.build]
    publish = [
        facts.start_seconds
        + sum(map(costs.bytes, _load(jobs, job.load))) / facts.upload_rate  # it comes down first
        + len(job.regions) * sum(map(costs.publishing, job.cells))
        for job in jobs.publish
    ]
    return build, verify, publish


def _load(jobs: Jobs, load: int) -> list[Cell]:
    """All cells that travel in a load."""
    return [cell for job in jobs.build if job.load == load for cell in job.cells]


def _makespan(seconds: Iterable[float], machines: int) -> float:
    """When the last of these jobs ends, the longest begun first."""
    free = [0.0] * machines
    heapify(free)
    for job in sorted(seconds, reverse=True):
        heapreplace(free, free[0] + job)
    return max(free)


def rehearsed_table(runs: Sequence[Rehearsed]) -> str:
    """What the rehearsals took."""
    lines = [
        "| jobs side by side | jobs | seconds | of one at a time |",
        "| ---: | ---: | ---: | ---: |",
    ]
    first = runs[0].seconds
    lines += [
        f"| {run.side_by_side} | {run.jobs} | {run.seconds:.0f} | {run.seconds / first:.2f} |"
        for run in runs
    ]
    return "\n".join(lines)


def paper_table(rows: Sequence[OnPaper]) -> str:
    """The whole matrix with few and with many machines."""
    titles = ["machines", "jobs that build", "jobs that publish", "minutes to build and prove"]
    titles += ["minutes to publish", "minutes in all", "machine minutes"]
    titles += ["GB between jobs", "GB to AWS"]
    lines = [f"| {' | '.join(titles)} |", "| ---: " * len(titles) + "|"]
    lines += [
        f"| {row.machines} | {row.build_jobs} | {row.publish_jobs} | {row.build_minutes:.0f} "
        f"| {row.publish_minutes:.0f} | {row.minutes:.0f} | {row.machine_minutes:,.0f} "
        f"| {row.handed_over_bytes / 1e9:.0f} | {row.published_bytes / 1e9:.0f} |"
        for row in rows
    ]
    return "\n".join(lines)


def where_it_ends(rows: Sequence[OnPaper]) -> str:
    """From which number of machines on it takes no less time."""
    best = min(row.minutes for row in rows)
    enough = next(row for row in rows if row.minutes <= best * 1.01)
    return (
        f"More than {enough.machines} machines make it no shorter than {best:.0f} minutes: "
        f"then the longest job counts, one region's share of one load "
        f"({enough.publish_jobs} jobs publish)."
    )
