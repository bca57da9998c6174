"""What a picture is made of: text, boxes, colours for light and dark. Nothing is fetched."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.sizes.squarify import Box

_MARGIN = 12.0
FONTS = {"head": 14.0, "subhead": 11.5, "part": 11.5, "kind": 10.5}
"""Sizes of the labels' fonts, in pixels."""
COLOURS = (
    ("#9ec5f4", "#2a5b94"),
    ("#f3b98a", "#8d5220"),
    ("#a9d6a2", "#3a7036"),
    ("#d2b5ea", "#6a478c"),
    ("#f0a8b5", "#8f3a4c"),
    ("#9fd8d6", "#246e6d"),
    ("#e6d488", "#78661c"),
    ("#c8c8c8", "#5a5a5a"),
)
"""For light and for dark; the last one is for all packages beyond."""
_HATCH = (
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><line class="line" x1="0" y1="0" x2="0" y2="7"/>'
    "</pattern></defs>"
)


def geometry(box: Box) -> str:
    """A box as the attributes of a rectangle."""
    return f'x="{box.x:.2f}" y="{box.y:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'


def text(x: float, y: float, style: str, words: str) -> str:
    """A line of text at its lower left; whatever it says is escaped."""
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def document(body: Iterable[str], width: float, bottom: float) -> str:
    """A whole SVG file, with a margin around what is drawn."""
    width, height = width + 2 * _MARGIN, bottom + 2 * _MARGIN
    extent = f'width="{width:g}" height="{height:.0f}"'
    view = f"{-_MARGIN:g} {-_MARGIN:g} {width:g} {height:.0f}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" {extent}>',
            f"<style>{_style()}</style>",
            _HATCH,
            f'<rect class="paper" x="{-_MARGIN:g}" y="{-_MARGIN:g}" {extent}/>',
            *body,
            "</svg>\n",
        ]
    )


def _style() -> str:
    fonts = "".join(f".{name}{{font-size:{size:g}px}}" for name, size in FONTS.items())
    dark = _ink("#f0f3f6", "#0d1117", [dark for _, dark in COLOURS])
    return (
        "text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}"
        "text,.hatch,.frame1,.frame2{pointer-events:none}"
        ".title{font-size:16px}.caption,.legend{font-size:12px}"
        f".title,.head,.subhead{{font-weight:600}}{fonts}"
        ".leaf{stroke-width:.6}.hatch{fill:url(#hatch)}.frame1,.frame2{fill:none}"
        ".frame1{stroke-width:1.8}.frame2{stroke-width:4}.line{stroke-width:4;stroke-opacity:.55}"
        f"{_ink('#1b1f24', '#ffffff', [light for light, _ in COLOURS])}"
        f"@media(prefers-color-scheme:dark){{{dark}}}"
    )


def _ink(text: str, paper: str, colours: Iterable[str]) -> str:
    fills = "".join(f".c{i}{{fill:{colour}}}" for i, colour in enumerate(colours))
    lines = f".leaf,.frame1,.frame2,.line{{stroke:{paper}}}"
    return f"text{{fill:{text}}}.paper{{fill:{paper}}}{lines}{fills}"
