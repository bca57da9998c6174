"""The jobs of a CI run, for a person, for a machine, and for GitHub's matrices."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from layerfactory.build.locks.lockfile import read_lock
from layerfactory.catalog.files import CatalogFiles
from layerfactory.cli.indexing import known_facts
from layerfactory.cli.views import counted, document, error_json
from layerfactory.console import Column
from layerfactory.errors import LayerFactoryError, LockError
from layerfactory.jobs.costs import Costs
from layerfactory.jobs.needs import RegionNeeds, Wanted, find_needs
from layerfactory.jobs.plan import plan_jobs
from layerfactory.publish.identity import made_of
from layerfactory.verify.records.files import read_records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from layerfactory.cli.session import Session
    from layerfactory.console import Console
    from layerfactory.data.runtimes import Architecture
    from layerfactory.jobs.plan import Jobs, Machines
    from layerfactory.matrix.cell import Cell
    from layerfactory.matrix.model import CellPlan
    from layerfactory.publish.aws.session import Aws

# Asking a region is waiting, so there may be more of them than cores.
_ASKED_PER_JOB = 8


@dataclass(frozen=True, slots=True)
class Planned:
    """What a run will do, and what it cannot."""

    jobs: Jobs
    needs: tuple[RegionNeeds, ...]
    unready: Mapping[Cell, LayerFactoryError]
    """Cells that have no lock to be built from."""
    whole: bool
    """Nobody chose cells or regions: what is well now is well in all."""

    @property
    def index(self) -> bool:
        """Whether the index is to be made anew: something will be published, or is not listed."""
        return bool(self.jobs.publish) or any(each.unlisted for each in self.needs)

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return document(
            "jobs",
            whole=self.whole,
            build=[job.to_json() for job in self.jobs.build],
            publish=[job.to_json() for job in self.jobs.publish],
            index=self.index,
            regions=[
                {
                    "region": each.region,
                    "cells": list(map(str, each.cells)),
                    "unlisted": list(map(str, each.unlisted)),
                    "enabled": each.enabled,
                    "error": error_json(each.error),
                }
                for each in self.needs
            ],
            unready=[
                {"cell": str(cell), "error": error_json(error)}
                for cell, error in self.unready.items()
            ],
        )

    def outputs(self) -> dict[str, str]:
        """What GitHub makes matrices of."""
        return {
            "build": json.dumps({"include": [job.to_json() for job in self.jobs.build]}),
            "publish": json.dumps({"include": [job.to_json() for job in self.jobs.publish]}),
            "work": json.dumps(bool(self.jobs.build)),
            "index": json.dumps(self.index),
        }


def plan(
    session: Session, aws: Aws, index: Path, *, whole: bool, anew: bool, machines: Machines
) -> Planned:
    """Ask every region what it lacks of the chosen cells, and split that into jobs.

    Raises:
        CatalogError: the index cannot be read.
        MatrixError: there would be too many jobs.
        VerifyError: a record cannot be read.
    """
    cells, unready = _locked(session)
    rows = CatalogFiles.of(index).read()
    wanted = Wanted(
        cells,
        session.matrix.public,
        listed={row.arn for row in rows if row.stale_since is None},
        known=known_facts(session, rows),
        anew=anew,
        named=session.named,
    )
    asked = session.jobs * _ASKED_PER_JOB
    with session.console.tracking(len(session.regions), "regions asked") as tracker:

        def tell(needs: RegionNeeds) -> None:
            tracker.done(needs.region, _answer(needs))

        needs = find_needs(aws, wanted, session.regions, jobs=asked, progress=tell)
    costs = Costs.of(read_records(session.records))
    return Planned(plan_jobs(needs, costs, machines), needs, unready, whole)


def sampled(session: Session) -> Session:
    """With only the newest cell of each architecture, in the default variant where there is one."""
    newest: dict[Architecture, CellPlan] = {}
    for plan in sorted(session.plans, key=lambda plan: (not plan.cell.extras, plan.cell)):
        newest[plan.cell.architecture] = plan
    return replace(session, plans=tuple(sorted(newest.values(), key=lambda plan: plan.cell)))


def _answer(needs: RegionNeeds) -> str:
    """What a region said, in a few words."""
    if not needs.enabled:
        return "not enabled"
    if needs.error:
        return "did not answer"
    unlisted = f", {len(needs.unlisted)} not listed" if needs.unlisted else ""
    return f"lacks {len(needs.cells)}{unlisted}"


def _locked(session: Session) -> tuple[dict[Cell, str], dict[Cell, LayerFactoryError]]:
    """What each chosen cell is made of, and why some cannot be told."""
    made: dict[Cell, str] = {}
    unready: dict[Cell, LayerFactoryError] = {}
    for each in session.plans:
        try:
            lock = read_lock(session.locks, each.cell)
        except LockError as error:
            unready[each.cell] = error
            continue
        if lock is None:
            again = f"Make and commit it: layerfactory lock --only '{each.cell}'"
            unready[each.cell] = LockError(f"{each.cell}: has no lock", again)
        else:
            made[each.cell] = made_of(lock.sha256, each.bytecode)
    return made, unready


_BUILD = (
    Column("build"),
    Column("on"),
    Column("cells", "right"),
    Column("estimated s", "right"),
)
_PUBLISH = (
    Column("publish"),
    Column("regions", "right"),
    Column("cells", "right"),
    Column("estimated s", "right"),
)


def show(console: Console, planned: Planned) -> None:
    """A row for each job, and what cannot be done."""
    build = [job.to_json() for job in planned.jobs.build]
    publish = [job.to_json() for job in planned.jobs.publish]
    if build:
        rows = [(j["name"], j["runner"], _count(j["cells"]), str(j["seconds"])) for j in build]
        console.table("", _BUILD, rows)
        console.table("", _PUBLISH, [_publish_row(job) for job in publish])
    off = [each.region for each in planned.needs if not each.enabled]
    if off:
        console.note(f"not enabled for the account, and so left out: {', '.join(off)}")
    console.say(_words(planned))


def _words(planned: Planned) -> str:
    """What is left to do, in a line; of what nobody could find out it says nothing good."""
    parts = []
    if cells := {cell for each in planned.needs for cell in each.cells}:
        where = [each for each in planned.needs if each.cells]
        build, publish = planned.jobs.build, planned.jobs.publish
        jobs = f"{counted(len(build), 'job')} to build, {len(publish)} to publish"
        parts.append(f"{_for_regions(len(cells), where)}: {jobs}")
    if unlisted := {cell for each in planned.needs for cell in each.unlisted}:
        where = [each for each in planned.needs if each.unlisted]
        what = _for_regions(len(unlisted), where)
        parts.append(f"{what} published and not listed: layerfactory index")
    if parts:
        return "; ".join(parts)
    answered = sum(each.enabled and each.error is None for each in planned.needs)
    if not answered:
        return "nobody knows what is left to do: no region answered"
    if any(each.error for each in planned.needs):
        return f"nothing is left to do in the {counted(answered, 'region')} that answered"
    if planned.unready:
        without = counted(len(planned.unready), "cell")
        return f"nothing is left to do but for {without} without a lock"
    return "nothing is left to do"


def _for_regions(layers: int, needs: Sequence[RegionNeeds]) -> str:
    return f"{counted(layers, 'layer')} for {counted(len(needs), 'region')}"


def show_faults(console: Console, planned: Planned) -> None:
    """What the jobs cannot mend, each with its remedy."""
    for error in planned.unready.values():
        console.fail(error)
    for needs in planned.needs:
        if needs.error is not None:
            console.fail(needs.error, needs.region)


def _count(words: str) -> str:
    return str(len(words.split()))


def _publish_row(job: Mapping[str, Any]) -> Sequence[str]:
    return job["name"], _count(job["regions"]), _count(job["cells"]), str(job["seconds"])
