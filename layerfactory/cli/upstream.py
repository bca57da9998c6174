"""The stage that runs the packages' own tests on layers, and what a person sees of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.cli.stages import Outcome, State, require
from layerfactory.cli.verifying import BASELINES
from layerfactory.cli.views import CELL
from layerfactory.console import Column
from layerfactory.errors import InterpreterNotFoundError, MatrixError, VerifyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerfactory.cli.session import Session
    from layerfactory.console import Console
    from layerfactory.verify.upstream.report import UpstreamReport
    from layerfactory.verify.upstream.selection import Selection

# Findings shown for a cell; the report beside the zip has all.
_SHOWN = 20

COLUMNS = (
    CELL,
    Column("upstream tests"),
    Column("tests", "right"),
    Column("passed", "right"),
    Column("untrimmed", "right"),
    Column("allowed", "right"),
    Column("findings", "right"),
    Column("Python"),
    Column("held"),
)


def read_selection(name: str) -> Selection:
    """A selection of upstream_tests.yaml.

    Raises:
        MatrixError: there is none of this name.
    """
    from layerfactory.verify.upstream.selection import upstream_tests

    selections = upstream_tests().selections
    if name not in selections:
        msg = f"--upstream-tests {name}: there is no such selection"
        raise MatrixError(msg, f"Choose one of {', '.join(selections)}.")
    return selections[name]


def upstream_stages(name: str | None, *, allow_unprobed: bool) -> list[Callable[..., Outcome]]:
    """The stage for the selection of this name, or none; raises MatrixError."""
    if name is None:
        return []
    return [_testing(read_selection(name), allow_unprobed=allow_unprobed)]


def _testing(selection: Selection, *, allow_unprobed: bool) -> Callable[..., Outcome]:
    """The stage that runs a selection on a cell's layer and keeps the report beside it.

    A layer with findings is not unpacked, and so not tested.
    """

    def stage(session: Session, outcome: Outcome, progress: Callable[[str], None]) -> Outcome:
        from layerfactory.verify.upstream.report import write_upstream
        from layerfactory.verify.upstream.run import run_upstream

        if outcome.error is not None or require(outcome.report).findings:
            return outcome
        layer = require(outcome.layer)
        progress(f"testing ({selection.name})")
        cache = session.output / BASELINES
        try:
            report = run_upstream(
                layer, require(outcome.lock), selection, cache=cache, jobs=session.jobs
            )
        except InterpreterNotFoundError as error:
            if allow_unprobed:
                return replace(outcome, state=State.NOT_PROBED, reason=error.message)
            raise
        write_upstream(layer, report)
        tested = replace(outcome, upstream=report)
        return (
            tested if report.passed else replace(tested, state=State.FAILED, error=_verdict(report))
        )

    return stage


def _verdict(report: UpstreamReport) -> VerifyError:
    count = len(report.findings)
    return VerifyError(
        f"{report.cell}: {count} of the packages' own tests tell{'s' if count == 1 else ''} "
        "that the layer is not as the untrimmed install",
        "They are listed above. Where a rule took too much, mend data/trim_rules.yaml; where a "
        "test looks at what layers leave out on purpose, name it in data/upstream_tests.yaml.",
    )


def show_upstream(console: Console, outcomes: Sequence[Outcome]) -> None:
    """What was run on each layer, and every test that ended otherwise."""
    reports = [outcome.upstream for outcome in outcomes if outcome.upstream is not None]
    if reports:
        console.table("", COLUMNS, [_row(report) for report in reports])
    for report in reports:
        for finding in report.findings[:_SHOWN]:
            console.note(f"{report.cell}: {finding.check}: {finding.subject}: {finding.message}")
        if len(report.findings) > _SHOWN:
            console.note(f"{report.cell}: and {len(report.findings) - _SHOWN} more in the report")


def _row(report: UpstreamReport) -> tuple[str, ...]:
    allowed = sum(1 for difference in report.differences if difference.allowed)
    passed = [str(side.counts.get("passed", 0)) for side in (report.layer, report.untrimmed)]
    numbers = (str(report.layer.tests), *passed, str(allowed), str(len(report.findings)))
    held = ", ".join(report.isolation)
    return (report.cell, report.selection, *numbers, report.python, held)
