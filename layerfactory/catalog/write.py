"""Writes layers.csv: the same rows give the same bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layerfactory.build.files import write_text
from layerfactory.catalog.row import COLUMNS
from layerfactory.errors import BuildError, CatalogError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.catalog.row import Row


def to_csv(rows: Iterable[Row]) -> str:
    """The catalogue as text: sorted, a header first, and nothing but it for no rows."""
    import pandas as pd

    ordered = sorted(rows, key=lambda row: row.sort_key)
    frame = pd.DataFrame([_values(row) for row in ordered], columns=list(COLUMNS), dtype=object)
    return frame.to_csv(index=False, lineterminator="\n")


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write the catalogue, whole or not at all; a link stays one, and its target is written.

    Raises:
        CatalogError: the file cannot be written.
    """
    try:
        write_text(Path(os.path.realpath(path)), to_csv(rows))
    except BuildError as error:
        raise CatalogError(error.message, error.remedy) from error


def _values(row: Row) -> dict[str, Any]:
    known = {
        "Python version": row.python,
        "scikit-learn version": row.scikit_learn,
        "region": row.region,
        "arn": row.arn,
        "architecture": str(row.architecture),
        "version": row.version,
        "published": row.published.isoformat() if row.published else "",
        "extras": " ".join(row.extras),
    }
    if row.content is None:
        return known
    return known | {
        "sha256": row.content.sha256,
        "zipped bytes": row.content.zipped_bytes,
        "unzipped bytes": row.content.unzipped_bytes,
        "numpy": row.content.numpy,
        "scipy": row.content.scipy,
        "joblib": row.content.joblib,
        "threadpoolctl": row.content.threadpoolctl,
    }
