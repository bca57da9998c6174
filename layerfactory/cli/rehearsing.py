"""The main job from end to end on an embedded AWS, down to a function that predicts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from platform import machine
from typing import TYPE_CHECKING, Any

from layerfactory.catalog.files import CATALOG
from layerfactory.cli import stages, views
from layerfactory.cli.gating import Gate
from layerfactory.cli.indexing import Index, catalog_path
from layerfactory.cli.releasing import Destination, Release, release_layers
from layerfactory.cli.verifying import show_findings, verifying
from layerfactory.console import Column, megabytes
from layerfactory.errors import InterpreterNotFoundError, MatrixError, PublishError
from layerfactory.matrix.regions import resolve_regions
from layerfactory.matrix.select import Selection
from layerfactory.publish.plan import Terms
from layerfactory.rehearsal.trial import FunctionTrial, TrialState

if TYPE_CHECKING:
    from layerfactory.cli.session import Session
    from layerfactory.cli.stages import Outcome
    from layerfactory.errors import LayerFactoryError
    from layerfactory.matrix.model import CellPlan
    from layerfactory.publish.aws.session import Aws

REGIONS = ("us-east-1", "us-west-2")
_PYTHONS = 3


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it."""

    release: Release
    trials: dict[str, FunctionTrial]
    """The function of each cell that came so far."""
    seconds: float

    def failure(self) -> LayerFactoryError | None:
        """Why the rehearsal did not succeed, beyond what its cells and regions say."""
        failed = [
            f"{cell}: {trial.reason}"
            for cell, trial in self.trials.items()
            if trial.state is TrialState.FAILED
        ]
        if not failed:
            return None
        return PublishError(f"a function did not predict: {'; '.join(failed)}")


def newest_at_hand(session: Session) -> tuple[CellPlan, ...]:
    """The newest supported cell of each of the newest three Pythons here, in the default variant.

    Raises:
        MatrixError: there is not one.
    """
    newest_first = dict.fromkeys(plan.cell.python for plan in reversed(session.plans))
    found = (_newest(session, python) for python in newest_first if _is_at_hand(python))
    newest = tuple(islice(filter(None, found), _PYTHONS))
    if not newest:
        raise MatrixError(
            "there is no Python on this machine that a locked cell of the matrix is for",
            "Install one (`uv python install 3.13`), or choose cells with --only.",
        )
    return newest[::-1]


def _newest(session: Session, python: str) -> CellPlan | None:
    """The newest cell of a Python that has a lock and runs here, in the default variant."""
    from layerfactory.build.locks.lockfile import read_lock

    default = (plan for plan in reversed(session.plans) if not plan.cell.extras)
    of_python = (plan for plan in default if plan.cell.python == python and _is_native(plan))
    return next((plan for plan in of_python if read_lock(session.locks, plan.cell)), None)


def of_this_machine(session: Session) -> tuple[CellPlan, ...]:
    """The chosen cells that this machine's processor can run; the others are told.

    Raises:
        MatrixError: there is not one.
    """
    chosen = tuple(plan for plan in session.plans if _is_native(plan))
    others = [str(plan.cell) for plan in session.plans if not _is_native(plan)]
    if others:
        session.console.note(f"left out, because {machine()} cannot run them: {', '.join(others)}")
    if not chosen:
        raise MatrixError(
            f"no cell that was chosen runs on this machine ({machine()})",
            "Choose others, or build and verify these with --allow-unprobed.",
        )
    return chosen


def _is_native(plan: CellPlan) -> bool:
    return plan.cell.architecture.machine == machine()


def _is_at_hand(python: str) -> bool:
    from layerfactory.build.wheels.interpreters import find_interpreter

    try:
        find_interpreter(python)
    except InterpreterNotFoundError:
        return False
    return True


def rehearse_cells(session: Session, aws: Aws) -> Rehearsal:
    """Lock, build, verify, publish, index, and call a function of each layer."""
    began = time.monotonic()
    regions = resolve_regions(REGIONS, {})
    path = catalog_path(session, aws, None)
    terms = Terms(public=True, named=frozenset(REGIONS))
    index = Index(path, Selection(), regions, whole=False, from_nothing=True)
    to = Destination(regions, terms, Gate(), index)
    prove = verifying(allow_unprobed=False)
    proven = stages.run_stages(session, stages.lock, stages.build, prove)
    show_findings(session.console, proven)
    release = release_layers(session, aws, proven, to, dry_run=False)
    unindexed = release.index is None or release.index.error is not None
    trials = {} if unindexed else _try_functions(session, aws, release, to)
    return Rehearsal(release, trials, time.monotonic() - began)


def _try_functions(
    session: Session, aws: Aws, release: Release, to: Destination
) -> dict[str, FunctionTrial]:
    """Take each ARN out of the index just written, as a user would, and use it."""
    from layerfactory.catalog.files import read_rows
    from layerfactory.catalog.find import find_arn
    from layerfactory.rehearsal.function import try_function

    trials = {}
    rows = read_rows(session.output / CATALOG)
    region = to.regions[0]
    listed = {row.cell for row in rows}
    chosen = [outcome.plan for outcome in release.outcomes if outcome.plan.cell in listed]
    with session.console.tracking(len(chosen), "functions") as tracker:
        for plan in chosen:
            cell = plan.cell
            tracker.step(str(cell), "creating and calling a function")
            row = find_arn(
                rows,
                python=cell.python,
                scikit_learn=cell.scikit_learn,
                extras=cell.extras,
                region=region.name,
                architecture=cell.architecture,
                source=CATALOG,
            )

            def progress(what: str, cell: str = str(cell)) -> None:
                tracker.step(cell, what)

            trial = try_function(aws, region, row.arn, cell, image=plan.image, progress=progress)
            trials[str(cell)] = trial
            tracker.done(str(cell), function_words(trial))
    return trials


def function_words(trial: FunctionTrial) -> str:
    """How the function did, in a few words."""
    if trial.state is TrialState.PREDICTED:
        predicted = ", ".join(trial.response["prediction"])
        return f"predicts {predicted} on {trial.image}, {trial.image_kind}"
    return f"{trial.state}: {trial.reason}"


COLUMNS = (
    views.CELL,
    Column("zip MB", "right"),
    Column("unzipped MB", "right"),
    Column("seconds", "right"),
    Column("probe"),
    Column("estimators", "right"),
    views.ARN,
)


def rows(rehearsal: Rehearsal) -> list[tuple[str, ...]]:
    """The closing table."""
    arns: dict[str, list[str]] = {}
    for result in rehearsal.release.results:
        arns.setdefault(result.cell, []).append(result.arn)
    return [_row(outcome, arns) for outcome in rehearsal.release.outcomes]


def _row(outcome: Outcome, arns: dict[str, list[str]]) -> tuple[str, ...]:
    cell = str(outcome.plan.cell)
    manifest = outcome.layer.manifest if outcome.layer else None
    report = outcome.report
    return (
        cell,
        megabytes(manifest.zipped_bytes) if manifest else "",
        megabytes(manifest.unzipped_bytes) if manifest else "",
        f"{outcome.seconds:.1f}",
        views.probe_words(report) if report else str(outcome.state),
        views.estimators(report) if report else "",
        "\n".join(filter(None, arns.get(cell, ()))),
    )


def to_json(rehearsal: Rehearsal) -> dict[str, Any]:
    """What ``--json`` prints."""
    functions = {cell: trial_json(trial) for cell, trial in rehearsal.trials.items()}
    told = rehearsal.release.to_json("rehearse")
    return {**told, "functions": functions, "seconds": round(rehearsal.seconds, 1)}


def trial_json(trial: FunctionTrial) -> dict[str, Any]:
    """A function and how it did, as plain values."""
    told = {"state": str(trial.state), "reason": trial.reason}
    return {**told, "image": trial.image, "image_kind": trial.image_kind, **trial.response}


def show(session: Session, rehearsal: Rehearsal) -> None:
    """What a newcomer sees at the end."""
    console = session.console
    for cell, trial in rehearsal.trials.items():
        console.say(f"{cell}: function {function_words(trial)}")
    console.say(f"{session.output / CATALOG}: the ARNs of this rehearsal; no real AWS was asked")
    title = f"Rehearsed in {rehearsal.seconds:.0f} seconds"
    console.table(title, COLUMNS, rows(rehearsal))
