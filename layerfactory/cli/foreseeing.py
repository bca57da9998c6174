"""The stage that tells how far each cell has come, and changes nothing: of plan and dry runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.build.locks.lockfile import read_lock
from layerfactory.build.store import load_layer
from layerfactory.cli.stages import State, is_of, require_supported
from layerfactory.errors import VerifyError
from layerfactory.verify.findings import ProbeState

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerfactory.build.layer import Layer
    from layerfactory.cli.session import Session
    from layerfactory.cli.stages import Outcome
    from layerfactory.verify.findings import Report


def foresee(session: Session, outcome: Outcome, _progress: Callable[[str], None]) -> Outcome:
    """Say how far the cell has come, so what building it would do; do nothing.

    A verdict that is no good is a state and no error: telling of it does not fail.
    """
    cell = outcome.plan.cell
    found = read_lock(session.locks, cell)
    if found is None:
        require_supported(session, outcome.plan)
        return replace(outcome, state=State.TO_LOCK)
    locked = replace(outcome, lock=found, state=State.TO_BUILD)
    layer = load_layer(session.output, cell, session.cache)
    if layer is None or not is_of(layer, locked) or session.force:
        return locked
    built = replace(locked, layer=layer, state=State.BUILT)
    report = _verdict(session, layer)
    return built if report is None else _judged(built, report)


def _verdict(session: Session, layer: Layer) -> Report | None:
    """The verdict on this zip by today's checks, with what its record says of its size today."""
    from layerfactory.verify.records.files import read_record
    from layerfactory.verify.records.growth import hold_against
    from layerfactory.verify.report import read_report
    from layerfactory.verify.standing import why_void

    try:
        report = read_report(layer)
        record = read_record(session.records, layer.cell)
    except VerifyError:  # damaged, or of another version: to be verified again
        return None
    if report is None or why_void(report, layer):
        return None
    return hold_against(report, layer.manifest, record)


def _judged(outcome: Outcome, report: Report) -> Outcome:
    judged = replace(outcome, report=report)
    if report.passed:
        return replace(judged, state=State.VERIFIED)
    if count := len(report.findings):
        reason = f"{count} finding{'s' if count > 1 else ''}"
        return replace(judged, state=State.FAILED, reason=reason)
    if report.probe.state is ProbeState.NOT_PROBED:
        return replace(judged, state=State.NOT_PROBED, reason=report.probe.reason)
    return replace(judged, state=State.FAILED, reason="its probe failed")
