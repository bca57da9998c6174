"""Draws docs/pipeline.svg: the rooms from matrix.yaml to layers.csv, in light and in dark."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 940, 236
_BOX, _TALL, _GAP, _LEFT, _TOP = 148, 84, 40, 20, 76
_OPEN = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
    f'width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-labelledby="title">'
)
_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>'
)
_STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f; }
  .name { font-weight: 600; font-size: 15px; } .file { font-family: ui-monospace, monospace; }
  .small { font-size: 12px; fill: #57606a; }
  .paper { fill: #ffffff; } .room { fill: #eef4fb; stroke: #4a78a8; }
  .thing { fill: #fdf3e3; stroke: #b3792a; }
  .way { stroke: #57606a; fill: none; stroke-width: 1.5; } .ask { stroke-dasharray: 4 4; }
  .tip { fill: #57606a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .small { fill: #9da7b3; }
    .paper { fill: #0d1117; } .room { fill: #15263a; stroke: #5b8fc4; }
    .thing { fill: #33270f; stroke: #c9974a; }
    .way { stroke: #9da7b3; } .tip { fill: #9da7b3; }
  }
"""


@dataclass(frozen=True, slots=True)
class _Room:
    name: str
    lines: tuple[str, str]


ROOMS = (
    _Room("matrix", ("which cells", "can exist")),
    _Room("build", ("lock, trim,", "compile, zip")),
    _Room("verify", ("every file,", "every estimator")),
    _Room("publish", ("plan, then act,", "region by region")),
    _Room("catalog", ("what AWS", "really has")),
)
TITLE = "From matrix.yaml to layers.csv in five rooms"


def pipeline_svg() -> str:
    """The picture, as one SVG document."""
    parts = [
        _OPEN,
        f'<title id="title">{escape(TITLE)}</title>',
        "<!-- Written by scripts/pipeline_svg.py: `make docs`. -->",
        f"<style>{_STYLE}</style>",
        _TIP,
        f'<rect class="paper" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>',
    ]
    for place, room in enumerate(ROOMS):
        parts += _room(place, room)
    last = len(ROOMS) - 1
    parts += _beside(0, "matrix.yaml", above=True, into=True, file=True)
    parts += _beside(last, "layers.csv, .json", above=True, into=False, file=True)
    parts += _beside(0, "package index", above=False, into=True)
    parts += _beside(1, "dist/: zip, manifest", above=False, into=False, file=True)
    parts += _beside(2, "the layer's own Python", above=False, into=True)
    parts += _beside(3, "AWS, each region", above=False, into=False)
    parts += _beside(last, "AWS, read back", above=False, into=True)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(place: int) -> int:
    return _LEFT + place * (_BOX + _GAP)


def _room(place: int, room: _Room) -> list[str]:
    x, middle = _x(place), _x(place) + _BOX // 2
    parts = [f'<rect class="room" x="{x}" y="{_TOP}" width="{_BOX}" height="{_TALL}" rx="8"/>']
    parts.append(_text(middle, _TOP + 27, room.name, "name"))
    parts += [_text(middle, _TOP + 49 + 17 * n, line) for n, line in enumerate(room.lines)]
    if place:
        y = _TOP + _TALL // 2
        parts.append(_arrow(x - _GAP + 3, y, x - 3, y))
    return parts


def _beside(place: int, name: str, *, above: bool, into: bool, file: bool = False) -> list[str]:
    """What a room reads or writes, over or under it."""
    middle, room_edge = _x(place) + _BOX // 2, _TOP if above else _TOP + _TALL
    y = 16 if above else _TOP + _TALL + 32
    thing_edge = y + 28 if above else y
    away = -3 if above else 3
    ends = (thing_edge - away, room_edge + away) if into else (room_edge + away, thing_edge - away)
    kind = "file small" if file else "small"
    return [
        f'<rect class="thing" x="{middle - 78}" y="{y}" width="156" height="28" rx="14"/>',
        _text(middle, y + 18, name, kind),
        _arrow(middle, ends[0], middle, ends[1], ask=not file),
    ]


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    of_kind = f' class="{kind}"' if kind else ""
    return f'<text{of_kind} x="{x}" y="{y}" text-anchor="middle">{escape(text)}</text>'


def _arrow(x1: int, y1: int, x2: int, y2: int, *, ask: bool = False) -> str:
    kind = "way ask" if ask else "way"
    return f'<path class="{kind}" d="M{x1} {y1}L{x2} {y2}" marker-end="url(#tip)"/>'
