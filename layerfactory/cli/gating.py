"""Which of the built layers may go out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layerfactory.cli.stages import State
from layerfactory.errors import VerifyError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layerfactory.build.layer import Layer
    from layerfactory.cli.session import Session
    from layerfactory.cli.stages import Outcome
    from layerfactory.verify.findings import Report


@dataclass(frozen=True, slots=True)
class Gate:
    """What lets a layer pass."""

    allow_unprobed: bool = False
    verdicts: Path | None = None
    """The folder of the verdicts, if not beside the zips."""


def through_gate(session: Session, outcomes: Sequence[Outcome], gate: Gate) -> tuple[Outcome, ...]:
    """Turn the layers that may not go out into failures; they stop no other."""
    return tuple(_judge(session, outcome, gate) for outcome in outcomes)


def _judge(session: Session, outcome: Outcome, gate: Gate) -> Outcome:
    if outcome.layer is None or outcome.error is not None:
        return outcome
    try:
        report = require_good(session, outcome.layer, gate)
    except VerifyError as error:
        return replace(outcome, state=State.FAILED, error=error)
    return replace(outcome, report=report)


def require_good(session: Session, layer: Layer, gate: Gate) -> Report | None:
    """The verdict on a layer that may go out; raises VerifyError where it may not."""
    from layerfactory.publish.gate import require_verified
    from layerfactory.verify.records.files import read_record
    from layerfactory.verify.records.growth import hold_against
    from layerfactory.verify.report import read_report

    report = read_report(layer, gate.verdicts)
    if report is not None:
        # The record as it is today counts, whenever the verdict was given.
        record = read_record(session.records, layer.cell)
        report = hold_against(report, layer.manifest, record)
    require_verified(layer, report, allow_unprobed=gate.allow_unprobed)
    return report
