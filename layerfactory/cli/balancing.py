"""The verb balance: equal numbers in all regions."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from layerfactory.cli import leaving
from layerfactory.cli import options as o
from layerfactory.cli.common import finish, read_choice
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console
from layerfactory.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.cli.session import Session
    from layerfactory.data.regions import Region
    from layerfactory.matrix.select import Selection
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.balance.result import BalanceResult
    from layerfactory.publish.balance.values import BalancePlan, Step

# As for publishing: asking is waiting, and an upload takes memory.
_ASKED_PER_JOB, _UPLOADS = 8, 8


@ends_well
def balance(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            "--region",
            metavar="NAME",
            help="A region or a group that is brought on, by what the matrix's have. Repeatable. "
            "By default all of the matrix's.",
        ),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it; without, it is only told.")
    ] = False,
    profile: o.Profile = None,
    bucket: o.Bucket = None,
    matrix: o.MatrixFile = o.MATRIX,
    jobs: o.Jobs = o.JOBS,
    as_json: o.AsJson = False,
) -> None:
    """Make version numbers equal in all regions: one that lags gets the zips that others have.

    Only what AWS holds counts, none of the layers on this machine. Nothing is changed but with
    --apply.

    Example: layerfactory balance --region eu-south-1 --apply
    """
    from layerfactory.cli import balance_closing as closing
    from layerfactory.cli import balance_views as views
    from layerfactory.cli import publishing
    from layerfactory.cli.session import open_session

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, o.OUTPUT, jobs)
    asked = tuple(sorted({*session.regions, *session.matrix.regions}))
    choice = publishing.AwsChoice(local=False, profiles=profile, bucket=bucket)
    with publishing.open_aws(console, choice, asked) as aws:
        _tell_left_out(session, aws, chosen.selection)
        plan = _survey(session, aws, asked)
        views.show_plan(console, plan)
        results = _carry_out(session, aws, plan) if apply else ()
    views.show_results(console, results)
    if apply:
        console.step_summary(views.markdown(plan, results))
    console.json(views.to_json(plan, results))
    closing.tell_next(console, plan, results, applied=apply)
    failed = closing.failure(plan, results, applied=apply, named=session.named)
    finish(console, (), failed)


def _tell_left_out(session: Session, aws: Aws, selection: Selection) -> None:
    """Look into the index, which decides nothing here: one that is damaged is a warning."""
    from layerfactory.catalog.files import CatalogFiles
    from layerfactory.cli.balance_closing import tell_left_out
    from layerfactory.cli.indexing import catalog_path

    try:
        rows = CatalogFiles.of(catalog_path(session, aws, None)).read()
    except CatalogError as error:
        session.console.warn(error.message)
        return
    cells = {plan.cell for plan in (*session.plans, *session.matrix.cells)}
    tell_left_out(session.console, rows, cells, selection)


def _survey(session: Session, aws: Aws, asked: Sequence[Region]) -> BalancePlan:
    """Ask all, and plan for those that were chosen."""
    from layerfactory.publish.balance.survey import survey_balance

    names = {plan.cell.layer_name for plan in session.plans}
    session.console.note(f"regions to ask: {len(asked)}, for layers: {len(names)}")
    jobs = session.jobs * _ASKED_PER_JOB if session.jobs > 1 else 1
    return survey_balance(aws, names, asked, targets=session.regions, jobs=jobs)


def _carry_out(session: Session, aws: Aws, plan: BalancePlan) -> tuple[BalanceResult, ...]:
    """Do what the plan says, and show it as it goes."""
    from layerfactory.build.cache.folder import cache_folder
    from layerfactory.build.cache.store import Cache
    from layerfactory.publish.balance.apply import apply_balance

    with session.console.tracking(len(plan.steps), "steps") as tracker:

        def begin(step: Step, what: str) -> None:
            tracker.step(_place(step.layer_name, step.version, step.region.name), what)

        def tell(result: BalanceResult) -> None:
            detail = f": {result.error.message}" if result.error else ""
            place = _place(result.layer_name, result.version, result.region)
            tracker.done(place, f"{result.state}{detail}")

        return apply_balance(
            aws,
            plan,
            jobs=min(session.jobs, _UPLOADS),
            locks=Cache(cache_folder(os.environ)),
            progress=tell,
            begins=begin,
            interrupted=partial(leaving.finish, session.console, "what is on the way"),
        )


def _place(layer_name: str, version: int, region: str) -> str:
    return f"{layer_name}:{version} in {region}"
