"""The cost page: what it shows without a script, and what the script is handed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from layerfactory.data.prices import prices
from layerfactory.site.cost import chart
from layerfactory.site.cost.book import price_book
from layerfactory.site.cost.formulas import OPTIONS
from layerfactory.site.cost.outcome import OTHERS, ROWS, outcome
from layerfactory.site.cost.scenario import GATEWAYS, PRESETS, RANGES, Scenario
from layerfactory.site.cost.words import LINES, NOTHING, WORDS

if TYPE_CHECKING:
    from layerfactory.data.prices import RegionPrices

_BOOK = "assets/cost-book.js"


def book_script() -> bytes:
    """The script's prices, words and geometry: a script itself, for pages that lie on a disk."""
    known = prices()
    given = {
        "book": asdict(price_book(known)),
        "words": {**WORDS, "nothing": NOTHING},
        "lines": LINES,
        "options": OPTIONS,
        "rows": ROWS,
        "samples": chart.SAMPLES,
        "geometry": {
            "left": chart.LEFT,
            "top": chart.TOP,
            "width": chart.WIDTH,
            "height": chart.HEIGHT,
            "x_decades": chart.X_DECADES,
            "y_decades": chart.Y_DECADES,
            "marks": chart.MARKS,
        },
        "ranges": RANGES,
        "hours": known.hours_per_month,
        "start": asdict(Scenario()),
        "presets": {preset.id: asdict(preset) for preset in PRESETS},
    }
    return f"globalThis.layerfactoryCost = {json.dumps(given)};\n".encode()
