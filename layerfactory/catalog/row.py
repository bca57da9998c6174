"""A row of the catalogue: one layer version that everybody can use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from layerfactory.matrix.cell import Cell

if TYPE_CHECKING:
    from datetime import date

    from layerfactory.build.layer import Manifest
    from layerfactory.data.runtimes import Architecture
    from layerfactory.publish.remote import RemoteVersion

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

COLUMNS = (*COLUMNS_WITHOUT_EXTRAS, "extras")
"""New ones stand last: whoever reads by position goes on reading the same."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is known of one zip by its hash, wherever it is published."""

    cell: Cell
    sha256: str
    """Hex."""
    zipped_bytes: int
    unzipped_bytes: int
    numpy: str
    scipy: str
    joblib: str
    threadpoolctl: str

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
    def sort_key(self) -> tuple[Cell, str, int]:
        """By Python, scikit-learn (as versions), extras and architecture, then by region."""
        return self.cell, self.region, self.version
