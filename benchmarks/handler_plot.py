"""Draws what was measured of the handlers as bars: one SVG, for dark and light. Pure."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from handler_figures import OURS, PACKAGE, S3, THEIRS

from layerfactory.sizes.squarify import Box
from layerfactory.sizes.svg import document, geometry, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from handler_figures import HandlerFigures, Series

BARS = ((THEIRS, PACKAGE), (THEIRS, S3), (OURS, PACKAGE), (OURS, S3))
"""In their order within each group."""
_WIDTH, _HEIGHT = 960.0, 320.0
_TOP, _LEGEND, _BELOW = 30.0, 34.0, 26.0
_GAP = 40.0
"""Between groups."""


def draw(
    figures: HandlerFigures,
    title: str,
    samples: Callable[[Series], Sequence[float]],
    words: Callable[[float], str],
) -> str:
    """The picture as the text of an SVG file: a group of bars for each model.

    Args:
        figures: what was measured.
        title: stands above, with its unit.
        samples: which of a series; bars are their medians.
        words: a median as text.
    """
    groups = sorted({(of.units, of.model_bytes) for of in figures.series})
    known = {(of.units, of.handler, of.source): median(samples(of)) for of in figures.series}
    top = _TOP + _LEGEND
    body = [text(0, 18, "title", f"{title}: {figures.cell}"), *_legend()]
    scale = _HEIGHT / max(known.values())
    width = _WIDTH / len(groups)
    for i, (units, model_bytes) in enumerate(groups):
        left = i * width + _GAP / 2
        values = [known.get((units, *bar)) for bar in BARS]
        body += _bars(values, Box(left, top, width - _GAP, _HEIGHT), scale, words)
        label = f"3 x {units}: {model_bytes / 1e6:.2f} MB"
        body.append(text(left, top + _HEIGHT + 20, "caption", label))
    return document(body, _WIDTH, top + _HEIGHT + _BELOW)


def _legend() -> Iterator[str]:
    for i, (handler, source) in enumerate(BARS):
        x = i * _WIDTH / len(BARS)
        yield f'<rect class="c{i}" x="{x:g}" y="{_TOP:g}" width="12" height="12"/>'
        yield text(x + 18, _TOP + 10.5, "legend", f"{handler}, from {source}")


def _bars(
    values: Sequence[float | None], box: Box, scale: float, words: Callable[[float], str]
) -> Iterator[str]:
    width = box.width / len(values)
    for i, value in enumerate(values):
        if value is None:
            continue
        height = value * scale
        x, y = box.x + i * width, box.y + box.height - height
        shape = geometry(Box(x, y, width - 4, height))
        yield f'<g><title>{words(value)}</title><rect class="leaf c{i}" {shape}/></g>'
        yield text(x, y - 4, "kind", words(value))
