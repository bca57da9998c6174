"""What `plan` and `lock` show of a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.cli.views import CELL, versions, why
from layerfactory.console import Column, megabytes

if TYPE_CHECKING:
    from layerfactory.cli.stages import Outcome

PLAN_COLUMNS = (
    CELL,
    Column("state"),
    Column("numpy"),
    Column("scipy"),
    Column("zip MB", "right"),
    Column("runtime ends"),
    Column("reason", whole=True),
)


def plan_row(outcome: Outcome) -> tuple[str, ...]:
    """A row of PLAN_COLUMNS."""
    deprecated = outcome.plan.cell.runtime.deprecated
    zipped = megabytes(outcome.layer.manifest.zipped_bytes) if outcome.layer else ""
    end = deprecated.isoformat() if deprecated else ""
    return (
        str(outcome.plan.cell),
        str(outcome.state),
        *versions(outcome, "numpy", "scipy"),
        zipped,
        end,
        why(outcome),
    )
