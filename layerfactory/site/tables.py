"""The index as plain tables, a page for each region: they work without any script."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from layerfactory.catalog.find import warnings
from layerfactory.site.page import Page
from layerfactory.site.words import dated, megabytes, notice, region_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.catalog.row import Row


def table_path(region: str) -> str:
    """Where a region's table lies in the site."""
    return f"tables/{region}.html"


def table_pages(rows: Sequence[Row], *, rehearsal: bool = False) -> tuple[Page, ...]:
    """A page for each region that has a layer.

    Args:
        rows: the index.
        rehearsal: mark all layers as a rehearsal's, whatever account they are of.
    """
    by_region = groupby(sorted(rows, key=attrgetter("region", "sort_key")), attrgetter("region"))
    footer, band = dated(rows), notice(rows, rehearsal=rehearsal)
    return tuple(
        Page(
            path=table_path(region),
            template="table.html",
            title=f"Layers in {region}",
            description=f"Every layer with scikit-learn in {region}, with its ARN.",
            values={
                "place": region_title(region),
                # The newest first: it is what most people look for.
                "rows": [_cells(row) for row in reversed(list(of_region))],
            },
            dated=footer,
            notice=band,
        )
        for region, of_region in by_region
    )


def _cells(row: Row) -> dict[str, str]:
    """What a row of the table says."""
    content = row.content
    known = (
        {
            "zipped": megabytes(content.zipped_bytes),
            "unzipped": megabytes(content.unzipped_bytes),
            "numpy": content.numpy,
            "scipy": content.scipy,
            "joblib": content.joblib,
            "threadpoolctl": content.threadpoolctl,
        }
        if content
        else {}
    )
    return {
        "python": row.python,
        "scikit_learn": row.scikit_learn,
        "architecture": str(row.architecture),
        "extras": ", ".join(row.extras),
        "arn": row.arn,
        "sha256": row.sha256,
        "published": row.published.isoformat() if row.published else "",
        "marks": "; ".join(warnings(row)),
        **dict.fromkeys(("zipped", "unzipped", "numpy", "scipy", "joblib", "threadpoolctl"), ""),
        **known,
    }
