"""What the jobs of a run did, and what failed, out of the files that ``--result`` wrote.

The files lie in one folder: ``jobs.json``, ``build-NAME.json`` and ``verify-NAME.json`` of each job
that builds, ``publish-NUMBER.json`` in the order of the jobs, ``index.json`` and ``propose.json``.
What no file can tell, how each job ended, GitHub knows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from layerfactory.errors import BuildError
from layerfactory.jobs.result_files import JobResult, Plan, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from layerfactory.jobs.result_files import Fault

PLAN = "jobs.json"
_MAKING = ("build", "verify", "sbom")
_LISTING = ("index", "propose")
_VERBS = {"attest": ("sbom",), "index": _LISTING}
"""What each job runs, where it is not of the verb's name."""
_THE_PLAN = "the plan"
_NO_RESULT = "left no result: it was cancelled, broke down, or never began"
_SEE_LOG = "See the log of that job."

Value = TypeVar("Value", JobResult, Plan)


class End(StrEnum):
    """How a job ended, in GitHub's words; of a matrix, the worst of its jobs."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    """It had nothing to do. Where it had, the result that it did not leave is missed."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that did not go well."""

    stage: str
    """The verb, or the job."""
    where: str
    """A cell, a region, both, or a job."""
    why: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run."""

    planned: bool
    """There was a plan; without one nobody knows what was to be made."""
    whole: bool
    """It was to bring everything up to date, and not just some cells or regions."""
    cells: int
    """That were to be made."""
    regions: int
    """That lacked some of them."""
    states: Mapping[str, int]
    """How often publishing a layer in a region ended so."""
    listed: int | None
    """Rows of the index; none where it was not made."""
    troubles: tuple[Trouble, ...]
    """Each cell's first, in the order of the stages."""


def read_run(folder: Path, ends: Mapping[str, End]) -> Run:
    """Gather the results of a run.

    Args:
        folder: of the results.
        ends: of its jobs, by name; none where nobody knows them.

    Raises:
        BuildError: there is neither a plan nor an end of a job: there was no such run.
    """
    path = folder / PLAN
    if not ends and not path.exists():
        raise BuildError(
            f"{path}: there is no such file, so nobody knows what was to be done",
            f"Let the plan leave it there: layerfactory jobs --result {path}",
        )
    plan, damage = _read(folder, PLAN.partition(".")[0], Plan, _THE_PLAN)
    plan = plan or Plan(verb="")
    found = {name: _read(folder, name, JobResult, name) for name in _expected(plan)}
    results = {name: result for name, (result, _) in found.items() if result}
    damages = (*damage, *chain.from_iterable(some for _, some in found.values()))
    troubles = (*damages, *_of_plan(plan), *_of_jobs(results))
    index = results.get("index")
    states = Counter(each.state for result in results.values() for each in result.results)
    return Run(
        planned=bool(plan.verb) and plan.error is None,
        whole=plan.whole,
        cells=len({cell for job in plan.build for cell in job.cells.split()}),
        regions=sum(bool(each.cells) for each in plan.regions),
        states=dict(sorted(states.items())),
        listed=len(index.layers) if index and index.layers is not None else None,
        troubles=(*_first_of_each(troubles), *_of_ends(ends, troubles)),
    )


def _read(
    folder: Path, name: str, kind: type[Value], where: str
) -> tuple[Value | None, tuple[Trouble, ...]]:
    """A result, or why there is none: one that is damaged keeps no other from being told."""
    stage = name.partition("-")[0]
    try:
        result = read(folder / f"{name}.json", kind)
    except BuildError as error:
        return None, (Trouble(stage, where, error.message, error.remedy),)
    return result, () if result else (Trouble(stage, where, _NO_RESULT, _SEE_LOG),)


def _expected(plan: Plan) -> Iterator[str]:
    """Names of the results that a plan leads to, in the order of the stages."""
    for verb in _MAKING:
        yield from (f"{verb}-{job.name}" for job in plan.build)
    yield from (f"publish-{number}" for number, _ in enumerate(plan.publish))
    if plan.index:
        yield from _LISTING


def _of_plan(plan: Plan) -> Iterator[Trouble]:
    if plan.error:
        yield _trouble("jobs", _THE_PLAN, plan.error)
    for cell in plan.unready:
        if cell.error:
            yield _trouble("jobs", cell.cell, cell.error)
    for region in plan.regions:
        if region.error:
            yield _trouble("jobs", region.region, region.error)


def _of_jobs(results: Mapping[str, JobResult]) -> Iterator[Trouble]:
    for name, result in results.items():
        if result.error:  # it kept the verb from doing anything
            yield _trouble(result.verb, name, result.error)
        for cell in result.cells:
            if cell.error:
                yield _trouble(result.verb, cell.cell, cell.error)
        for each in result.results:
            if each.error:
                where = f"{each.cell} in {each.region}"
                yield Trouble(result.verb, where, each.error, each.remedy)
        for region in result.unanswered:
            why = "did not answer, so its rows of the index are stale"
            yield Trouble(result.verb, region, why)


def _of_ends(ends: Mapping[str, End], troubles: tuple[Trouble, ...]) -> Iterator[Trouble]:
    """Jobs that are red though no verb has told of a failure: a step beside it failed."""
    for job, end in ends.items():
        if end in {End.FAILURE, End.CANCELLED} and not any(_tells(each, job) for each in troubles):
            words = "failed" if end is End.FAILURE else "was cancelled"
            why = f"{words} in a step that leaves no result, such as an upload"
            yield Trouble(job, f"the job {job}", why, _SEE_LOG)


def _tells(trouble: Trouble, job: str) -> bool:
    """Whether that is what a job would have failed of."""
    if job == "plan":  # which goes on without regions and cells that it cannot use
        return trouble.where == _THE_PLAN
    return trouble.stage in _VERBS.get(job, (job,))


def _trouble(stage: str, where: str, error: Fault) -> Trouble:
    return Trouble(stage, where, error.message, error.remedy)


def _first_of_each(troubles: tuple[Trouble, ...]) -> tuple[Trouble, ...]:
    """What failed once fails in each later stage as well: only its first failure says why."""
    first: dict[str, Trouble] = {}
    for trouble in troubles:
        first.setdefault(trouble.where, trouble)
    return tuple(first.values())
