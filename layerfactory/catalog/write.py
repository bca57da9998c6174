"""The catalogue as layers.csv has it: the same rows give the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layerfactory.catalog.row import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.catalog.row import Row


def to_csv(rows: Iterable[Row]) -> str:
    """The catalogue as text: sorted, a header first, and nothing but it for no rows."""
    import pandas as pd

    ordered = sorted(rows, key=lambda row: row.sort_key)
    frame = pd.DataFrame([_values(row) for row in ordered], columns=list(COLUMNS), dtype=object)
    return frame.to_csv(index=False, lineterminator="\n")


def _values(row: Row) -> dict[str, Any]:
    return {
        "Python version": row.python,
        "scikit-learn version": row.scikit_learn,
        "region": row.region,
        "arn": row.arn,
        "architecture": str(row.architecture),
        "version": row.version,
        "published": row.published.isoformat() if row.published else "",
        "extras": " ".join(row.extras),
        "status": str(row.status),
        "stale since": row.stale_since.isoformat() if row.stale_since else "",
        **_content(row),
        **_retired(row),
    }


def _content(row: Row) -> dict[str, Any]:
    if row.content is None:
        return {}
    return {
        "sha256": row.content.sha256,
        "zipped bytes": row.content.zipped_bytes,
        "unzipped bytes": row.content.unzipped_bytes,
        "numpy": row.content.numpy,
        "scipy": row.content.scipy,
        "joblib": row.content.joblib,
        "threadpoolctl": row.content.threadpoolctl,
    }


def _retired(row: Row) -> dict[str, Any]:
    if row.retired is None:
        return {}
    return {
        "retired": row.retired.since.isoformat(),
        "successor": row.retired.successor,
        "reason": row.retired.reason,
    }
