"""What came of the packages' own tests, as it is written beside the layer."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.build.files import write_json
from layerfactory.errors import VerifyError
from layerfactory.verify.findings import Finding
from layerfactory.verify.upstream.judge import Difference

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from layerfactory.build.layer import Layer

UPSTREAM_VERSION = 1


@dataclass(frozen=True, slots=True)
class Side:
    """The run on the layer, or that on the untrimmed install."""

    counts: Mapping[str, int]
    """How many tests ended in each way."""
    seconds: float

    @property
    def tests(self) -> int:
        """How many there were."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class UpstreamReport:
    """The verdict of the packages' own tests on one zip, named by its hash."""

    cell: str
    sha256: str
    """Of the zip, hex."""
    date: str
    """The day of the run, in ISO 8601."""
    selection: str
    python: str
    """The full version of the interpreter."""
    tools: Mapping[str, str]
    """Versions of what ran the tests."""
    packages: Mapping[str, str]
    """Versions of what was tested."""
    isolation: tuple[str, ...]
    paths: tuple[str, ...]
    """What pytest was given."""
    absent: tuple[str, ...]
    """Parts of the selection that this release does not have."""
    laid_over: int
    """Files that were added to the layer."""
    layer: Side
    untrimmed: Side
    differences: tuple[Difference, ...]
    """All of them, with those that are allowed."""
    findings: tuple[Finding, ...]
    version: int = UPSTREAM_VERSION

    @property
    def passed(self) -> bool:
        """Every test ended as on the untrimmed install, or is allowed not to."""
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "passed": self.passed}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> UpstreamReport:
        """Read plain values back; raises KeyError or TypeError where they are no report."""
        fields = {name: value[name] for name in cls.__dataclass_fields__}
        fields |= {name: tuple(value[name]) for name in ("isolation", "paths", "absent")}
        fields |= {name: Side(**value[name]) for name in ("layer", "untrimmed")}
        fields["differences"] = tuple(Difference(**entry) for entry in value["differences"])
        fields["findings"] = tuple(Finding(**entry) for entry in value["findings"])
        return cls(**fields)


def upstream_path(layer: Layer) -> Path:
    """Where the report on a layer lies: beside the zip."""
    return layer.zip.with_name(f"{layer.cell.identifier}.upstream.json")


def write_upstream(layer: Layer, report: UpstreamReport) -> Path:
    """Write it, whole or not at all; raises BuildError."""
    path = upstream_path(layer)
    write_json(path, report.to_json())
    return path


def read_upstream(path: Path) -> UpstreamReport:
    """Read one back.

    Raises:
        VerifyError: the file is no report of this version.
    """
    again = "Make it anew: layerfactory verify --upstream-tests"
    try:
        report = UpstreamReport.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VerifyError(f"{path}: not a report on upstream tests ({error})", again) from None
    if report.version != UPSTREAM_VERSION:
        msg = f"{path}: a report of version {report.version}, not {UPSTREAM_VERSION}"
        raise VerifyError(msg, again)
    return report
