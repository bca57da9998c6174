"""A row of the catalogue: one layer version that everybody can use."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING

from layerfactory.matrix.cell import Cell

if TYPE_CHECKING:
    from datetime import date

    from layerfactory.build.layer import Manifest
    from layerfactory.data.runtimes import Architecture
    from layerfactory.publish.remote import RemoteVersion
    from layerfactory.verify.records.record import Record

COLUMNS_2020 = ("Python version", "scikit-learn version", "region", "arn")
"""All that the catalogue of 2020 had; they stay the first, as scripts read them by position."""

COLUMNS_WITHOUT_EXTRAS = (
    *COLUMNS_2020,
    "architecture",
    "version",
    "sha256",
    "zipped bytes",
    "unzipped bytes",
    "numpy",
    "scipy",
    "joblib",
    "threadpoolctl",
    "published",
)
"""Before there were variants."""

COLUMNS_WITHOUT_STATUS = (*COLUMNS_WITHOUT_EXTRAS, "extras")
"""Before layers could be retired, or a row be stale."""

COLUMNS = (*COLUMNS_WITHOUT_STATUS, "status", "stale since", "retired", "successor", "reason")
"""New ones stand last: whoever reads by position goes on reading the same."""

KNOWN_COLUMNS = frozenset({COLUMNS, COLUMNS_WITHOUT_STATUS, COLUMNS_WITHOUT_EXTRAS, COLUMNS_2020})
"""Every header that was ever written."""


class Status(StrEnum):
    """Whether a layer is one to begin with."""

    CURRENT = "current"
    RETIRED = "retired"
    """It stays where it is, and whoever uses it had better move on."""


@dataclass(frozen=True, slots=True)
class Retired:
    """That a layer is retired, and what to take in its place."""

    since: date
    """The day in UTC."""
    successor: str
    """A cell's identifier; empty where nothing takes its place."""
    reason: str
    """One line."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is known of one zip by its hash, wherever it is published."""

    cell: Cell
    sha256: str
    """Of the zip, hex."""
    zipped_bytes: int
    unzipped_bytes: int
    numpy: str
    scipy: str
    joblib: str
    threadpoolctl: str

    @property
    def code_sha256(self) -> str:
        """The sha256 in base64: what AWS calls ``CodeSha256``."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()

    @classmethod
    def of(cls, manifest: Manifest) -> Content:
        """Out of a layer's manifest."""
        return cls(
            cell=Cell.parse(manifest.cell),
            sha256=manifest.sha256,
            zipped_bytes=manifest.zipped_bytes,
            unzipped_bytes=manifest.unzipped_bytes,
            numpy=manifest.package_version("numpy"),
            scipy=manifest.package_version("scipy"),
            joblib=manifest.package_version("joblib"),
            threadpoolctl=manifest.package_version("threadpoolctl"),
        )

    @classmethod
    def recorded(cls, record: Record) -> Content:
        """Out of what was kept when the layer was proven."""
        versions = {package.name: package.version for package in record.packages}
        return cls(
            cell=record.cell,
            sha256=record.sha256,
            zipped_bytes=record.zipped_bytes,
            unzipped_bytes=record.unzipped_bytes,
            numpy=versions.get("numpy", ""),
            scipy=versions.get("scipy", ""),
            joblib=versions.get("joblib", ""),
            threadpoolctl=versions.get("threadpoolctl", ""),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One published layer version. In rows of 2020 all after ``version`` is unknown."""

    python: str
    scikit_learn: str
    region: str
    arn: str
    architecture: Architecture
    version: int
    content: Content | None = None
    published: date | None = None
    """The day in UTC."""
    extras: tuple[str, ...] = ()
    """What the layer carries beside scikit-learn; none in the default variant."""
    retired: Retired | None = None
    stale_since: date | None = None
    """The day in UTC since which its region has not answered; none where the last answer counts."""

    @classmethod
    def of(cls, content: Content, remote: RemoteVersion, region: str) -> Row:
        """A version that was read back, whose content is known."""
        return cls(
            python=content.cell.python,
            scikit_learn=content.cell.scikit_learn,
            region=region,
            arn=remote.arn,
            architecture=content.cell.architecture,
            version=remote.version,
            content=content,
            published=remote.created.astimezone(UTC).date(),
            extras=content.cell.extras,
        )

    @property
    def cell(self) -> Cell:
        """What the layer is for."""
        return Cell(self.python, self.scikit_learn, self.architecture, self.extras)

    @property
    def status(self) -> Status:
        """Whether it is one to begin with."""
        return Status.RETIRED if self.retired else Status.CURRENT

    @property
    def sha256(self) -> str:
        """Of the zip, hex; empty where it is unknown."""
        return self.content.sha256 if self.content else ""

    @property
    def sort_key(self) -> tuple[Cell, str, int]:
        """By Python, scikit-learn (as versions), extras and architecture, then by region."""
        return self.cell, self.region, self.version
