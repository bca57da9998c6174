"""What verification finds: all of it at once, never only the first."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from layerfactory.data.typed import read_typed

REPORT_VERSION = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise that a layer does not hold."""

    check: str
    """Which check found it: ``size``, ``zip``, ``elf``, ``contents``, ``bytecode``, ``probe``."""
    subject: str
    """The file, package or estimator it is about."""
    message: str


class ProbeState(StrEnum):
    """How the live probe ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_PROBED = "not probed"


@dataclass(frozen=True, slots=True)
class Probe:
    """What the layer did in its own interpreter, beside an untrimmed install of the same lock."""

    state: ProbeState
    reason: str = ""
    """Why it was not probed."""
    interpreter: str = ""
    """The full version that ran it."""
    isolation: tuple[str, ...] = ()
    """What was really held: ``read-only``, ``no network``, ``container``; and any emulator."""
    estimators: int = 0
    """How many ``all_estimators`` gave."""
    passed: int = 0
    """How many of them were fitted and predicted on the layer."""
    baseline_passed: int = 0
    """How many of them were on the untrimmed install."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on one zip, named by its hash."""

    cell: str
    sha256: str
    findings: tuple[Finding, ...]
    probe: Probe
    claims_sha256: str
    """Of what the manifest said of the layer when it was verified."""
    checks_sha256: str
    """Of the checks that gave it, and of the lock that they held the layer against."""
    version: int = REPORT_VERSION

    @property
    def passed(self) -> bool:
        """Nothing was found, and the layer was really probed."""
        return not self.findings and self.probe.state is ProbeState.PASSED

    def to_json(self) -> dict[str, Any]:
        """Plain values, as written beside the zip."""
        return {**asdict(self), "passed": self.passed}

    @classmethod
    def from_json(cls, value: Any) -> Report:
        """Read plain values back; raises ValueError where they are no report."""
        return read_typed(cls, value)
