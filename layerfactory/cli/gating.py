"""Which of the built layers may go out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.cli.stages import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.cli.session import Session
    from layerfactory.cli.stages import Outcome


def through_gate(
    session: Session, outcomes: Sequence[Outcome], *, allow_unprobed: bool
) -> tuple[Outcome, ...]:
    """Turn the layers that may not go out into failures; they stop no other."""
    return tuple(_judge(session, outcome, allow_unprobed=allow_unprobed) for outcome in outcomes)


def _judge(session: Session, outcome: Outcome, *, allow_unprobed: bool) -> Outcome:
    from layerfactory.errors import VerifyError
    from layerfactory.publish.gate import require_verified
    from layerfactory.verify.records.files import read_record
    from layerfactory.verify.records.growth import hold_against
    from layerfactory.verify.report import read_report

    if outcome.layer is None or outcome.error is not None:
        return outcome
    try:
        report = read_report(outcome.layer)
        if report is not None:
            # The record as it is today counts, whenever the verdict was given.
            record = read_record(session.records, outcome.plan.cell)
            report = hold_against(report, outcome.layer.manifest, record)
        require_verified(outcome.layer, report, allow_unprobed=allow_unprobed)
    except VerifyError as error:
        return replace(outcome, state=State.FAILED, error=error)
    return replace(outcome, report=report)
