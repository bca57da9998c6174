"""The half of a run that speaks to AWS: survey, apply, index."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from layerfactory.cli import leaving
from layerfactory.cli.closing import results_by_cell, tabulate_failures
from layerfactory.cli.foretold import MANY, without_region
from layerfactory.cli.views import ARN, CELL, counted
from layerfactory.console import Column
from layerfactory.errors import MatrixError
from layerfactory.publish.result import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layerfactory.cli.session import Session
    from layerfactory.cli.stages import Outcome
    from layerfactory.console import Console
    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.aws.settings import AwsSettings
    from layerfactory.publish.plan import Plan, Step, Terms
    from layerfactory.publish.result import PublishResult

# Asking a region is waiting, so there may be more of them than cores. An upload holds five times
# its zip in memory.
_ASKED_PER_JOB = 8
_UPLOADS = 8


@dataclass(frozen=True, slots=True)
class AwsChoice:
    """Which AWS a run speaks to, and as what."""

    local: bool
    profiles: Sequence[str] | None = None
    """Each ``NAME``, or ``PARTITION=NAME``."""
    bucket: str | None = None


@contextmanager
def open_aws(console: Console, choice: AwsChoice, regions: Sequence[Region]) -> Iterator[Aws]:
    """The account of a run; credentials are checked before anything is done.

    Raises:
        MatrixError: the bucket's template does not fit the regions, or a profile is no good.
        CredentialsError: there are none, or they are not valid, in any partition.
    """
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.aws.settings import (
        BUCKET_TEMPLATE,
        AwsSettings,
        check_buckets,
        read_profiles,
    )

    template = choice.bucket or BUCKET_TEMPLATE
    check_buckets(template, regions)
    profile, profiles = read_profiles(choice.profiles or ())
    if choice.local:
        with _embedded(console, choice) as settings:
            yield Aws(replace(settings, bucket_template=template))
        return
    aws = Aws(AwsSettings(profile=profile, profiles=profiles, bucket_template=template))
    aws.check_credentials(regions)
    for error in aws.refused.values():
        console.fail(error)
    yield aws


@contextmanager
def _embedded(console: Console, choice: AwsChoice) -> Iterator[AwsSettings]:
    from layerfactory.publish.embedded import embedded_aws

    if choice.profiles:
        raise MatrixError(
            "--profile means nothing with --local: the embedded AWS has no accounts",
            "Leave one of them out.",
        )
    console.note("an embedded AWS, for this command only: nothing real is asked or changed")
    with embedded_aws() as settings:
        yield settings


def survey_plan(
    session: Session,
    aws: Aws,
    outcomes: Sequence[Outcome],
    regions: Sequence[Region],
    terms: Terms,
) -> Plan:
    """Ask every region what it has of the layers that may go out."""
    from layerfactory.publish.plan import Plan
    from layerfactory.publish.survey import survey

    layers = [o.layer for o in outcomes if o.layer is not None and o.error is None]
    if not layers:
        return Plan((), terms)
    session.console.note(f"regions to ask: {len(regions)}, for layers: {len(layers)}")
    with session.console.tracking(len(regions), "regions asked") as tracker:

        def tell(region: Region) -> None:
            tracker.done(region.name, "asked")

        return survey(
            aws,
            layers,
            regions,
            terms,
            jobs=_askers(session),
            progress=tell,
            interrupted=partial(leaving.wait, session.console, "what was asked"),
        )


def carry_out(session: Session, aws: Aws, plan: Plan) -> tuple[PublishResult, ...]:
    """Do what the plan says, and show it as it goes."""
    from layerfactory.build.cache.folder import cache_folder
    from layerfactory.build.cache.store import Cache
    from layerfactory.publish.apply import apply

    totals = Counter(step.target.region.name for step in plan.steps)
    with session.console.board(totals) as board:

        def begin(step: Step, what: str) -> None:
            board.now(step.target.region.name, f"{step.target.layer.cell}: {what}")

        def tell(result: PublishResult) -> None:
            routine = result.state in {State.SKIPPED, State.NOT_ENABLED}
            board.done(
                result.region, result.cell, str(result.state), fault=_fault(result), routine=routine
            )

        def interrupted() -> None:
            if busy := board.busy:
                where = counted(busy, "region")
                leaving.finish(session.console, f"what is being uploaded in {where}")

        return apply(
            aws,
            plan,
            jobs=min(session.jobs, _UPLOADS),
            locks=Cache(cache_folder(os.environ)),
            progress=tell,
            begins=begin,
            interrupted=interrupted,
        )


def _askers(session: Session) -> int:
    """How many regions are asked side by side."""
    return session.jobs * _ASKED_PER_JOB if session.jobs > 1 else 1


def show_results(console: Console, results: Sequence[PublishResult]) -> None:
    """What was done where; drawn together where there is much of it."""
    if len(results) > MANY:
        by_cell = results_by_cell(results)
        console.table("Published", (CELL, Column("results", whole=True)), by_cell)
    else:
        columns = (CELL, Column("region"), Column("result"), Column("seconds", "right"), ARN)
        console.table("Published", columns, [_row(result) for result in results])
    tabulate_failures(console, results, always=len(results) > MANY)
    notes = [result.note for result in results if result.state is not State.NOT_ENABLED]
    for note in dict.fromkeys(filter(None, notes)):
        console.warn(note)


def _row(result: PublishResult) -> tuple[str, ...]:
    seconds = f"{result.seconds:.1f}"
    last = result.arn or ("see below" if result.error else "")
    return result.cell, result.region, str(result.state), seconds, last


def _fault(result: PublishResult) -> str:
    """Why it failed, in a line that begins with its region already; empty where it did not."""
    if result.error is None:
        return ""
    return without_region(result.error.message, result.region).splitlines()[0]
