"""What `plan` and `lock` show of a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.cli.stages import State
from layerfactory.cli.views import CELL
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
LOCK_COLUMNS = (
    CELL,
    Column("state"),
    Column("as of"),
    Column("numpy"),
    Column("scipy"),
    Column("joblib"),
    Column("reason", whole=True),
)


def plan_row(outcome: Outcome) -> tuple[str, ...]:
    """A row of PLAN_COLUMNS."""
    deprecated = outcome.plan.cell.runtime.deprecated
    zipped = megabytes(outcome.layer.manifest.zipped_bytes) if outcome.layer else ""
    versions = _versions(outcome, "numpy", "scipy")
    end = deprecated.isoformat() if deprecated else ""
    return (str(outcome.plan.cell), str(outcome.state), *versions, zipped, end, _why(outcome))


def lock_row(outcome: Outcome) -> tuple[str, ...]:
    """A row of LOCK_COLUMNS."""
    as_of = outcome.lock.as_of.isoformat() if outcome.lock else ""
    versions = _versions(outcome, "numpy", "scipy", "joblib")
    return (str(outcome.plan.cell), str(outcome.state), as_of, *versions, _why(outcome))


def _versions(outcome: Outcome, *names: str) -> tuple[str, ...]:
    wheels = outcome.lock.wheels if outcome.lock else ()
    locked = {wheel.name: wheel.version for wheel in wheels}
    return tuple(locked.get(name, "") for name in names)


def _why(outcome: Outcome) -> str:
    if outcome.state is State.FAILED and outcome.error is not None:
        return outcome.error.message.splitlines()[0]
    return outcome.reason
