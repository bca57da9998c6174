"""Rows of a catalogue, made for tests, and strategies that draw many of them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from layerfactory.catalog.row import Content, Retired, Row
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell

ACCOUNT = "123456789012"
DAY = date(2026, 11, 23)


def sha_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def make_content(cell: Cell, build: str = "first") -> Content:
    """Other bytes, and other facts, for each build of a cell."""
    sha256 = sha_of(f"{cell} {build}")
    size = 50_000_000 + int(sha256[:4], 16)
    return Content(cell, sha256, size, 3 * size, "2.0", "1.18.1", "1.6.0", "3.6.0")


def make_row(
    cell: Cell | str = "py3.12-sklearn1.9.1-x86_64",
    region: str = "us-west-2",
    *,
    version: int = 1,
    build: str = "first",
    published: date | None = DAY,
    stale_since: date | None = None,
    retired: Retired | None = None,
) -> Row:
    of = Cell.parse(cell) if isinstance(cell, str) else cell
    return Row(
        python=of.python,
        scikit_learn=of.scikit_learn,
        region=region,
        arn=f"arn:aws:lambda:{region}:{ACCOUNT}:layer:{of.layer_name}:{version}",
        architecture=of.architecture,
        version=version,
        content=make_content(of, build) if build else None,
        published=published,
        extras=of.extras,
        retired=retired,
        stale_since=stale_since,
    )


CELLS = st.builds(
    Cell,
    st.sampled_from(["3.7", "3.9", "3.10", "3.12"]),
    st.sampled_from(["0.22.2.post1", "1.5.2", "1.10.0", "1.9.1"]),
    st.sampled_from(Architecture),
    st.sampled_from([(), ("pandas",), ("pandas", "scikit-image")]),
)
REGIONS = st.sampled_from(["us-west-2", "eu-west-1", "cn-north-1"])
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
REASONS = (
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
    .filter(str.isprintable)
    .map(str.strip)
    .filter(bool)
)
RETIRED = st.builds(Retired, DAYS, st.sampled_from(["", "py3.12-sklearn1.9.1-x86_64"]), REASONS)


@st.composite
def catalogues(draw: st.DrawFn) -> list[Row]:
    """Rows as a catalogue has them: of equal cell and content, all are retired or none is."""
    drawn = draw(
        st.lists(
            st.builds(
                make_row,
                CELLS,
                REGIONS,
                version=st.integers(1, 30),
                build=st.sampled_from(["first", "second", ""]),
                published=st.none() | DAYS,
                stale_since=st.none() | DAYS,
            ),
            max_size=12,
            unique_by=lambda row: (row.cell, row.region, row.sha256),
        )
    )
    # No version has two contents.
    rows = {row.arn: row for row in drawn}.values()
    marks: dict[tuple[Cell, str], Retired | None] = {}
    for row in rows:
        key = (row.cell, row.sha256)
        if key not in marks:
            marks[key] = draw(st.none() | RETIRED)
    return [replace(row, retired=marks[row.cell, row.sha256]) for row in rows]


def code_sha256(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()
