"""What came of a step of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from layerfactory.errors import error_fields

if TYPE_CHECKING:
    from layerfactory.errors import LayerFactoryError


class State(StrEnum):
    """How a step ended."""

    PUBLISHED = "published"
    DOUBLED = "doubled"
    """Another run published the same zip at the same moment; the earlier version counts."""
    GRANTED = "granted"
    REVOKED = "revoked"
    SKIPPED = "skipped"
    NOT_ENABLED = "not enabled"
    ALTERED = "altered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What came of one step."""

    cell: str
    """The cell's identifier."""
    region: str
    action: str
    """What the plan wanted: ``skip``, ``grant``, ``publish``, ``not reachable``, ..."""
    state: State
    version: int | None = None
    """As read back from AWS; none where nothing is there, or it could not be read."""
    arn: str = ""
    error: LayerFactoryError | None = None
    seconds: float = 0.0
    note: str = ""
    """What the user should know of a step that did not fail."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return {
            "cell": self.cell,
            "region": self.region,
            "action": self.action,
            "state": str(self.state),
            "version": self.version,
            "arn": self.arn,
            **error_fields(self.error),
            "seconds": round(self.seconds, 3),
            "note": self.note,
        }
