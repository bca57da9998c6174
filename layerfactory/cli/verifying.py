"""The stage that proves layers, and what a person sees of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.cli.stages import Outcome, State, require
from layerfactory.errors import VerifyError
from layerfactory.verify.findings import ProbeState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerfactory.build.layer import Layer
    from layerfactory.cli.session import Session
    from layerfactory.console import Console
    from layerfactory.verify.findings import Report

BASELINES = ".baselines"
"""The folder of the output that keeps how untrimmed installs did in the probe."""

# Findings shown for a cell; the report beside the zip has all.
_SHOWN = 20


def verifying(*, allow_unprobed: bool) -> Callable[..., Outcome]:
    """The stage that proves a cell's layer and keeps the verdict beside it."""

    def stage(session: Session, outcome: Outcome, progress: Callable[[str], None]) -> Outcome:
        report = _report(session, outcome, progress)
        judged = replace(outcome, report=report)
        if report.passed:
            return replace(judged, state=State.VERIFIED)
        error = _verdict(report, allow_unprobed=allow_unprobed)
        state = State.FAILED if error else State.NOT_PROBED
        return replace(judged, state=state, error=error, reason=report.probe.reason)

    return stage


def _report(session: Session, outcome: Outcome, progress: Callable[[str], None]) -> Report:
    """The verdict on a layer, with what its record says of its size today."""
    from layerfactory.verify.records.files import read_record
    from layerfactory.verify.records.growth import hold_against
    from layerfactory.verify.report import write_report

    layer = require(outcome.layer)
    record = read_record(session.records, layer.cell)
    kept = _kept_report(layer)
    report = None if session.force or kept is None else _standing(kept, layer)
    if report is None:
        progress("verifying")
        report = _verify_anew(session, outcome)
    judged = hold_against(report, layer.manifest, record)
    if judged != kept:
        write_report(layer, judged)
    return judged


def _kept_report(layer: Layer) -> Report | None:
    """The verdict of an earlier run."""
    from layerfactory.verify.report import read_report

    try:
        return read_report(layer)
    except VerifyError:  # of an earlier version, or damaged
        return None


def _standing(report: Report, layer: Layer) -> Report | None:
    """The verdict without growth, where verifying again could only find the same."""
    from layerfactory.verify.records.growth import hold_against
    from layerfactory.verify.standing import still_stands

    bare = hold_against(report, layer.manifest, None)
    return bare if still_stands(bare, layer) else None


def _verify_anew(session: Session, outcome: Outcome) -> Report:
    from layerfactory.verify.report import verify

    return verify(
        require(outcome.layer),
        require(outcome.lock),
        image=outcome.plan.image,
        cache=session.output / BASELINES,
        jobs=session.jobs,
    )


def _verdict(report: Report, *, allow_unprobed: bool) -> VerifyError | None:
    if report.findings:
        count = len(report.findings)
        msg = f"{report.cell}: {count} finding{'s' if count > 1 else ''}"
        return VerifyError(msg, _remedy(report))
    if report.probe.state is ProbeState.NOT_PROBED and not allow_unprobed:
        return VerifyError(
            f"{report.cell}: NOT PROBED: {report.probe.reason}",
            "Verify it where its Python is at hand, or let it pass with --allow-unprobed.",
        )
    return None


def _remedy(report: Report) -> str:
    from layerfactory.verify.records import growth

    if all(finding.check == growth.CHECK for finding in report.findings):
        return growth.remedy(report.cell)
    return "They are listed above. Where a rule took too much, mend data/trim_rules.yaml."


def show_findings(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Every promise that a layer does not hold, and every layer that was not probed."""
    for outcome in outcomes:
        report = outcome.report
        if report is None:
            continue
        for finding in report.findings[:_SHOWN]:
            console.note(f"{report.cell}: {finding.check}: {finding.subject}: {finding.message}")
        if len(report.findings) > _SHOWN:
            console.note(f"{report.cell}: and {len(report.findings) - _SHOWN} more in the report")
        if report.probe.state is ProbeState.NOT_PROBED:
            console.warn(f"{report.cell}: NOT PROBED: {report.probe.reason}")
