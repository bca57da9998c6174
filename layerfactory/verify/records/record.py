"""What is kept of a cell when its layer was proven: sizes, packages, and how the probe ended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from layerfactory.matrix.cell import Cell
from layerfactory.sizes.members import FileSize
from layerfactory.verify.findings import ProbeState

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORD_VERSION = 1


@dataclass(frozen=True, slots=True)
class PackageRecord:
    """One distribution of a layer; sizes are in bytes."""

    name: str
    version: str
    unzipped_bytes: int
    zipped_bytes: int
    rules: Mapping[str, int]
    """What each rule took from it, unzipped."""


@dataclass(frozen=True, slots=True)
class ProbeRecord:
    """How the live probe ended."""

    state: ProbeState
    interpreter: str
    """The full version that ran it; empty where none did."""
    isolation: tuple[str, ...]
    """What was held, and the emulator where there was one."""
    estimators: int
    passed: int
    baseline_passed: int


@dataclass(frozen=True, slots=True)
class Record:
    """A cell as it was proven; sizes are in bytes."""

    cell: Cell
    sha256: str
    zipped_bytes: int
    unzipped_bytes: int
    untrimmed_bytes: int
    files: int
    bytecode: str
    """The policy: layers of another one have other sizes."""
    interpreter: str
    """The full version that compiled the bytecode."""
    builder: str
    packages: tuple[PackageRecord, ...]
    """Sorted by name."""
    largest: tuple[FileSize, ...]
    """The largest files in the zip, the largest first."""
    probe: ProbeRecord
    date: date
    """Of the proof."""
    version: int = RECORD_VERSION

    def package(self, name: str) -> PackageRecord | None:
        """A distribution by its name."""
        return next((package for package in self.packages if package.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """Plain values, as written to the file."""
        return {**asdict(self), "cell": self.cell.identifier, "date": self.date.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Record:
        """Read plain values back; raises KeyError, TypeError or ValueError."""
        if min(value["zipped_bytes"], value["unzipped_bytes"]) < 1:
            raise ValueError("a layer has a size")
        probe = value["probe"]
        isolation = tuple(probe["isolation"])
        fields = {
            **value,
            "cell": Cell.parse(value["cell"]),
            "packages": tuple(PackageRecord(**package) for package in value["packages"]),
            "largest": tuple(FileSize(**file) for file in value["largest"]),
            "probe": ProbeRecord(
                **{**probe, "state": ProbeState(probe["state"]), "isolation": isolation}
            ),
            "date": date.fromisoformat(value["date"]),
        }
        return cls(**fields)
