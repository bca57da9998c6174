"""The layer finder: the site's first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.site.compact import compact, script
from layerfactory.site.page import Page
from layerfactory.site.tables import table_path
from layerfactory.site.words import dated, notice, region_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.catalog.row import Row


DATA = "data/layers.js"
"""Where the index lies in the site, as the finder reads it."""

_SCRIPTS = (
    "rows.js",
    "match.js",
    "pasted.js",
    "snippets.js",
    "wording.js",
    "choices.js",
    "elements.js",
    "copy.js",
    "selects.js",
    "answer.js",
    "model.js",
    "all.js",
    "finder.js",
)
"""Each needs only those before it; the last one begins."""


def layers_page(rows: Sequence[Row], *, rehearsal: bool = False) -> Page:
    """The page with which people find their layer.

    Args:
        rows: the index.
        rehearsal: mark all layers as a rehearsal's, whatever account they are of.
    """
    regions = sorted({row.region for row in rows})
    return Page(
        path="index.html",
        template="layers.html",
        title="Find your layer",
        description="AWS Lambda layers with scikit-learn: choose, and copy the ARN.",
        label="Layers",
        values={"regions": [(region_title(name), table_path(name)) for name in regions]},
        styles=("assets/layers.css",),
        scripts=(DATA, *(f"assets/{name}" for name in _SCRIPTS)) if rows else (),
        files={DATA: script(compact(rows), "LAYERS")} if rows else {},
        dated=dated(rows),
        notice=notice(rows, rehearsal=rehearsal),
    )
