"""The benchmark page: pictures and tables out of the committed results, none of it typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.site.benchmarks.building import many_cells, one_cell, sizes
from layerfactory.site.benchmarks.serving import chaos, handler, scale
from layerfactory.site.page import Page

if TYPE_CHECKING:
    from layerfactory.site.benchmarks.read import Results


def benchmark_page(results: Results, notice: str = "") -> Page:
    """The page.

    Args:
        results: what was measured.
        notice: what to warn of on every page.
    """
    sections = (
        handler(results.handler),
        sizes(results),
        one_cell(results.one_cell),
        many_cells("ten-layers", "Layers of one Python", "ten_cells.json", results.ten_cells),
        many_cells("all-layers", "Every layer", "all_x86_64.json", results.all_cells),
        scale(results.scale),
        chaos(results.chaos),
    )
    return Page(
        path="benchmarks.html",
        template="benchmarks.html",
        title="How fast, how large",
        description="Cold and warm starts of the handler, sizes of the layers, and what building "
        "and publishing them takes, as measured.",
        label="Benchmarks",
        values={"sections": sections},
        styles=("assets/benchmarks.css",),
        dated="Every figure comes out of a committed result; each section says when and on what.",
        notice=notice,
    )
