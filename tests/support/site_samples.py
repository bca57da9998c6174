"""An index as large as it may become: every layer that is recorded, in every region of AWS."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from layerfactory.catalog.row import Content, Retired, Row
from layerfactory.data.regions import region_groups
from layerfactory.matrix.cell import Cell

RECORDS = Path(__file__).resolve().parents[2] / "records"
ACCOUNT = "446751924810"
"""Not that of the embedded AWS, whose layers are marked."""
STALE = "me-south-1"
RETIRED = Retired(date(2026, 10, 1), "py3.13-sklearn1.9.1-x86_64", "Lambda deprecates its Python")


def whole_index() -> list[Row]:
    """Some 8,500 rows: those of Python 3.6 are retired, and one region has not answered."""
    contents = [_content(json.loads(path.read_text())) for path in RECORDS.glob("py*.json")]
    return [
        _row(content, region.name, number)
        for content in sorted(contents, key=lambda content: content.cell)
        for number, region in enumerate(region_groups()["all"])
    ]


def _content(record: dict[str, Any]) -> Content:
    versions = {package["name"]: package["version"] for package in record["packages"]}
    return Content(
        cell=Cell.parse(record["cell"]),
        sha256=record["sha256"],
        zipped_bytes=record["zipped_bytes"],
        unzipped_bytes=record["unzipped_bytes"],
        **{name: versions.get(name, "") for name in ("numpy", "scipy", "joblib", "threadpoolctl")},
    )


def _row(content: Content, region: str, number: int) -> Row:
    cell = content.cell
    # Regions need not agree on a number.
    version = 1 + int(content.sha256[number], 16) % 3
    return Row(
        python=cell.python,
        scikit_learn=cell.scikit_learn,
        region=region,
        arn=f"arn:aws:lambda:{region}:{ACCOUNT}:layer:{cell.layer_name}:{version}",
        architecture=cell.architecture,
        version=version,
        content=content,
        published=date(2026, 11, 1 + version),
        extras=cell.extras,
        retired=RETIRED if cell.python == "3.6" else None,
        stale_since=date(2026, 11, 20) if region == STALE else None,
    )
