"""What is kept of a cell when its layer was proven: sizes, packages, and how the probe ended."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.data.typed import read_typed
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode
from layerfactory.sizes.members import FileSize
from layerfactory.verify.findings import ProbeState

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD_VERSION = 1
# Pages are written out of records, and a record comes from a job that runs what is in a layer.
_PLAIN = re.compile(r"[\w .,:+/@()=~%-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class PackageRecord:
    """One distribution of a layer; sizes are in bytes."""

    name: str
    version: str
    unzipped_bytes: int
    zipped_bytes: int
    rules: dict[str, int]
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
    date: dt.date
    """Of the proof."""
    version: int = RECORD_VERSION

    def package(self, name: str) -> PackageRecord | None:
        """A distribution by its name."""
        return next((package for package in self.packages if package.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """Plain values, as written to the file."""
        return {**asdict(self), "cell": self.cell.identifier, "date": self.date.isoformat()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Record:
        """Read plain values back; raises ValueError or MatrixError."""
        cell = asdict(Cell.parse(str(value.get("cell"))))
        if odd := value.keys() - cls.__dataclass_fields__.keys():
            raise ValueError(f"{min(odd)}: there is no such field")
        record = read_typed(cls, {**value, "cell": cell})
        if min(record.zipped_bytes, record.unzipped_bytes) < 1:
            raise ValueError("a layer has a size")
        if record.bytecode not in list(Bytecode):
            raise ValueError(f"bytecode: {record.bytecode!r} is no policy")
        if strange := next((text for text in _texts(record) if not _PLAIN.fullmatch(text)), ""):
            raise ValueError(f"{strange!r}: is no name, version or path")
        return record


def _texts(record: Record) -> Iterator[str]:
    yield from (record.sha256, record.interpreter, record.builder)
    yield from (record.probe.interpreter, *record.probe.isolation)
    for package in record.packages:
        yield from (package.name, package.version, *package.rules)
    yield from (file.path for file in record.largest)
