"""Which pages the site has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.site.benchmarks.page import benchmark_page
from layerfactory.site.benchmarks.read import Results
from layerfactory.site.cost.page import cost_page
from layerfactory.site.layers_page import layers_page
from layerfactory.site.tables import table_pages
from layerfactory.site.words import notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.catalog.row import Row
    from layerfactory.site.page import Page


def site_pages(
    rows: Sequence[Row], results: Results | None = None, *, rehearsal: bool = False
) -> tuple[Page, ...]:
    """Every page, in the header's order.

    Args:
        rows: the index.
        results: of the benchmarks; None where there are none.
        rehearsal: mark all layers as a rehearsal's, whatever account they are of.
    """
    band = notice(rows, rehearsal=rehearsal)
    return (
        layers_page(rows, rehearsal=rehearsal),
        cost_page(band),
        benchmark_page(results or Results(), band),
        *table_pages(rows, rehearsal=rehearsal),
    )
