"""What came of a function with the layer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class TrialState(StrEnum):
    """How far a function came."""

    PREDICTED = "predicted"
    """It ran, with the layer's scikit-learn, and predicted rightly."""
    NOT_CALLED = "created, not called"
    """AWS took it with this layer; there is no Docker, or no image, to run it in."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FunctionTrial:
    """One function and how it did."""

    state: TrialState
    reason: str = ""
    """Why it failed or was not called."""
    response: Mapping[str, Any] = field(default_factory=dict)
    """What it answered: ``prediction`` and versions, or ``errorMessage``."""
    image: str = ""
    """What it ran on; empty where it was not called."""
    image_kind: str = ""
    """How near that is to AWS: ``Lambda's own image``, ``a build image`` or ``a stand-in``."""
