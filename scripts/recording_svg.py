"""Draws what a terminal showed over time as one SVG that moves by itself, without a script."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from terminal_screen import Line, Run

_WIDE, _HIGH, _EDGE, _BAR = 8.4, 19, 14, 34
_REST = 5.0
"""Seconds for which the end is shown before it begins anew."""
_COLOURS = (
    *("#4b5563", "#f47174", "#7ec699", "#e8c46a", "#6cb6ff", "#d2a8ff", "#5fd0d6", "#d7dce2"),
    *("#8b949e", "#ff8f8f", "#a3e0b5", "#ffd98a", "#9ccbff", "#e2c5ff", "#8fe3e8", "#ffffff"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What was shown, and from when on, in seconds of the picture."""

    second: float
    lines: tuple[Line, ...]


def recording_svg(
    frames: Sequence[Frame], columns: int, rows: int, title: str, caption: str
) -> str:
    """The picture.

    Each line that was ever shown is there once; a frame is a column of references to lines, and all
    frames hang below each other in a strip that is pulled through the window.
    """
    width, height = 2 * _EDGE + columns * _WIDE, rows * _HIGH
    whole = _BAR + height + _EDGE + 26
    names: dict[Line, str] = {}
    strip = []
    for place, frame in enumerate(frames):
        for row, line in enumerate(frame.lines):
            if line:
                name = names.setdefault(line, f"l{len(names)}")
                y = place * height + row * _HIGH
                strip.append(f'<use href="#{name}" y="{y}"/>')
    lines = [f'<g id="{name}">{_text(line)}</g>' for line, name in names.items()]
    window = (
        f'<svg x="{_EDGE}" y="{_BAR}" width="{columns * _WIDE:.0f}" height="{height}">'
        f'<g class="strip">{"".join(strip)}</g></svg>'
    )
    parts = (
        _open(f"{width:.0f}", f"{whole}"),
        f'<title id="title">{escape(title)}</title><desc id="about">{escape(caption)}</desc>',
        f"<style>{_style(frames, height)}</style><defs>{''.join(lines)}</defs>",
        f'<rect width="{width:.0f}" height="{whole}" rx="10" fill="#161b22"/>',
        *(f'<circle cx="{4 + 18 * n}" cy="18" r="5.5" fill="{_COLOURS[n]}"/>' for n in (1, 2, 3)),
        window,
        f'<text class="caption" x="{_EDGE}" y="{whole - 14}">{escape(caption)}</text>',
        "</svg>",
    )
    return "\n".join(parts) + "\n"


def _open(width: str, height: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-labelledby="title about">'
    )


def _style(frames: Sequence[Frame], height: float) -> str:
    last = len(frames) - 1
    whole = frames[-1].second + _REST
    steps = [
        f"{100 * frame.second / whole:.2f}%{{transform:translateY({-place * height}px)}}"
        for place, frame in enumerate(frames)
    ]
    return (
        "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#d7dce2;"
        "white-space:pre}.b{font-weight:700}.d{opacity:.7}.caption{font-size:12px;fill:#8b949e}"
        f".strip{{animation:run {whole:.2f}s step-end infinite}}"
        f"@keyframes run{{{''.join(steps)}}}"
        "@media (prefers-reduced-motion:reduce)"
        f"{{.strip{{animation:none;transform:translateY({-last * height}px)}}}}"
    )


def _text(line: Line) -> str:
    return "".join(map(_run, line))


def _run(run: Run) -> str:
    begin = len(run.text) - len(run.text.lstrip())
    text = run.text.strip()
    x = (run.column + begin) * _WIDE
    kinds = " ".join(kind for kind, on in (("b", run.style.bold), ("d", run.style.dim)) if on)
    kind = f' class="{kinds}"' if kinds else ""
    fill = f' style="fill:{_COLOURS[run.style.colour]}"' if run.style.colour >= 0 else ""
    length = f' textLength="{len(text) * _WIDE:.1f}"' if len(text) > 1 else ""
    return f'<text x="{x:.1f}" y="14"{length}{kind}{fill}>{escape(text)}</text>'
