"""What the jobs of a run did, and what failed, out of the files that ``--result`` wrote.

The files lie in one folder: ``jobs.json``, ``build-NAME.json`` and ``verify-NAME.json`` of each job
that builds, ``publish-NUMBER.json`` in the order of the jobs, and ``index.json``.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PLAN = "jobs.json"
_MAKING = ("build", "verify")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that did not go well."""

    stage: str
    """The verb."""
    where: str
    """A cell, a region, both, or a job."""
    why: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run."""

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


def read_run(folder: Path) -> Run:
    """Gather the results of a run.

    Raises:
        BuildError: there is no plan, or a file is none that ``--result`` wrote.
    """
    plan = _read(folder / PLAN)
    if plan is None:
        raise BuildError(
            f"{folder / PLAN}: there is no such file, so nobody knows what was to be done",
            f"Let the plan leave it there: layerfactory jobs --result {folder / PLAN}",
        )
    found = {name: _read(folder / f"{name}.json") for name in _expected(plan)}
    index = found.get("index") or {}
    states = Counter(each["state"] for each in _published(found))
    return Run(
        whole=bool(plan.get("whole")),
        cells=len({cell for job in plan.get("build", ()) for cell in job["cells"].split()}),
        regions=sum(bool(each["cells"]) for each in plan.get("regions", ())),
        states=dict(sorted(states.items())),
        listed=len(index["layers"]) if "layers" in index else None,
        troubles=_first_of_each((*_of_plan(plan), *_of_jobs(found))),
    )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BuildError(f"{path}: cannot be read: {error}", "Run that job again.") from None
    if not isinstance(value, dict) or "verb" not in value:
        raise BuildError(f"{path}: is no result of a verb", "Run that job again.")
    return value


def _expected(plan: Mapping[str, Any]) -> Iterator[str]:
    """Names of the results that a plan leads to, in the order of the stages."""
    for verb in _MAKING:
        yield from (f"{verb}-{job['name']}" for job in plan.get("build", ()))
    yield from (f"publish-{number}" for number, _ in enumerate(plan.get("publish", ())))
    if plan.get("publish"):
        yield "index"


def _published(found: Mapping[str, dict[str, Any] | None]) -> Iterator[dict[str, Any]]:
    for result in found.values():
        yield from (result or {}).get("results", ())


def _of_plan(plan: Mapping[str, Any]) -> Iterator[Trouble]:
    yield from _whole(plan, "the plan")
    for each in plan.get("unready", ()):
        yield _trouble("jobs", each["cell"], each["error"])
    for each in plan.get("regions", ()):
        if each["error"]:
            yield _trouble("jobs", each["region"], each["error"])


def _of_jobs(found: Mapping[str, dict[str, Any] | None]) -> Iterator[Trouble]:
    for name, result in found.items():
        if result is None:
            why = "left no result: it was cancelled, broke down, or never began"
            yield Trouble(name.partition("-")[0], name, why, "See the log of that job.")
            continue
        verb = result["verb"]
        yield from _whole(result, name)
        for each in result.get("cells", ()):
            if each["error"]:
                yield _trouble(verb, each["cell"], each["error"])
        for each in result.get("results", ()):
            if each["error"]:
                where = f"{each['cell']} in {each['region']}"
                yield Trouble(verb, where, each["error"], each["remedy"])
        for region in result.get("unanswered", ()):
            yield Trouble(verb, region, "did not answer, so its rows of the index are stale")


def _whole(result: Mapping[str, Any], name: str) -> Iterator[Trouble]:
    """What kept a verb from doing anything."""
    if result.get("error"):
        yield _trouble(result["verb"], name, result["error"])


def _trouble(stage: str, where: str, error: Mapping[str, str]) -> Trouble:
    return Trouble(stage, where, error["message"], error["remedy"])


def _first_of_each(troubles: tuple[Trouble, ...]) -> tuple[Trouble, ...]:
    """What failed once fails in each later stage as well: only its first failure says why."""
    first: dict[str, Trouble] = {}
    for trouble in troubles:
        first.setdefault(trouble.where, trouble)
    return tuple(first.values())
