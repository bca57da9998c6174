"""What came of a step of a balance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from layerfactory.errors import error_fields

if TYPE_CHECKING:
    from layerfactory.errors import LayerFactoryError


class BalanceState(StrEnum):
    """How a step ended."""

    PUBLISHED = "published"
    DOUBLED = "doubled"
    """Another run published the same zip at the same moment; its version, the due one, counts."""
    GRANTED = "granted"
    FAILED = "failed"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class BalanceResult:
    """What came of one step."""

    layer_name: str
    region: str
    version: int
    action: str
    state: BalanceState
    arn: str = ""
    error: LayerFactoryError | None = None
    """Also where it was not tried: what stopped it."""
    seconds: float = 0.0
    note: str = ""
    """What the user should know of a step that did not fail."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return {
            "layer": self.layer_name,
            "region": self.region,
            "version": self.version,
            "action": self.action,
            "state": str(self.state),
            "arn": self.arn,
            **error_fields(self.error),
            "seconds": round(self.seconds, 3),
            "note": self.note,
        }
