"""What the site weighs and how quick its filter is, beside one plain table of all rows. Pure."""

from __future__ import annotations

import gzip
from dataclasses import asdict, dataclass
from html import escape
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layerfactory.catalog.row import Row

WEIGHT_AIM = 1_000_000
"""Bytes of the first view, at most, as the disk has them."""
PLAIN = "plain.html"
_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>All layers</title>
<p><input id="q"> <span id="count"></span></p>
<table><tbody>
"""
_TAIL = """</tbody></table>
<script>
const rows = [...document.querySelectorAll("tr")];
document.getElementById("q").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
    count += row.hidden ? 0 : 1;
  }
  document.getElementById("count").textContent = count;
});
</script>
"""


@dataclass(frozen=True, slots=True)
class Weight:
    """Of what a browser loads for the first view, in bytes."""

    plain: int
    gzipped: int
    files: int


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds of each run, in a new window each."""

    ready: tuple[float, ...]
    """From asking for the page to the end of its first frame with rows."""
    first_filter: tuple[float, ...]
    """From the key to the end of the next frame; the first one in that window."""


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """Both pages, measured by turns in one browser."""

    rows: int
    question: str
    found: int
    site: Weight
    table: Weight
    site_speed: Speed
    table_speed: Speed

    def ratios(self) -> dict[str, float]:
        """The site's to the plain table's, by medians."""
        ours, theirs = self.site_speed, self.table_speed
        return {
            "weight": self.site.plain / self.table.plain,
            "weight_gzipped": self.site.gzipped / self.table.gzipped,
            "ready": median(ours.ready) / median(theirs.ready),
            "first_filter": median(ours.first_filter) / median(theirs.first_filter),
        }

    def to_json(self) -> dict[str, Any]:
        """Plain values: what was measured, and what follows from it."""
        aims = {"weight": self.site.plain < WEIGHT_AIM}
        return {**asdict(self), "ratios": self.ratios(), "aims": aims}


def first_view(files: Mapping[str, bytes], page: bytes) -> dict[str, bytes]:
    """What a page loads: itself, and the files whose addresses stand in it."""
    text = page.decode()
    return {"": page, **{path: files[path] for path in sorted(files) if f'"{path}?' in text}}


def weigh(files: Iterable[bytes]) -> Weight:
    """The weight of files, each gzipped by itself as a server does it."""
    every = list(files)
    gzipped = sum(len(gzip.compress(content, mtime=0)) for content in every)
    return Weight(sum(map(len, every)), gzipped, len(every))


def plain_table(rows: Iterable[Row]) -> bytes:
    """All rows as one table, with a filter that looks into the document."""
    lines = "".join(f"<tr>{''.join(map(_cell, _values(row)))}</tr>\n" for row in rows)
    return f"{_HEAD}{lines}{_TAIL}".encode()


def markdown(figures: SiteFigures) -> str:
    """The figures as a table for the docs."""
    ours, theirs, ratios = figures.site_speed, figures.table_speed, figures.ratios()
    lines = [
        f"{figures.rows:,} rows; `{figures.question}` finds {figures.found:,} of them.",
        "",
        "| figure | site | one plain table | ratio |",
        "| --- | ---: | ---: | ---: |",
        _line(
            "first view, kB", _kb(figures.site.plain), _kb(figures.table.plain), ratios["weight"]
        ),
        _line(
            "the same gzipped, kB",
            _kb(figures.site.gzipped),
            _kb(figures.table.gzipped),
            ratios["weight_gzipped"],
        ),
        _line("ready, ms", _ms(ours.ready), _ms(theirs.ready), ratios["ready"]),
        _line(
            "first filter, ms",
            _ms(ours.first_filter),
            _ms(theirs.first_filter),
            ratios["first_filter"],
        ),
    ]
    return "\n".join(lines) + "\n"


def _values(row: Row) -> tuple[str, ...]:
    content = row.content
    known = (
        (content.sha256, content.numpy, content.scipy, content.joblib, content.threadpoolctl)
        if content
        else ()
    )
    day = str(row.published or "")
    extras = " ".join(row.extras)
    return (
        row.python,
        row.scikit_learn,
        extras,
        str(row.architecture),
        row.region,
        row.arn,
        day,
        str(row.status),
        *known,
    )


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _line(name: str, ours: str, theirs: str, ratio: float) -> str:
    return f"| {name} | {ours} | {theirs} | {ratio:.2f} |"


def _kb(count: int) -> str:
    return f"{count / 1000:,.0f}"


def _ms(values: tuple[float, ...]) -> str:
    return f"{median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"
