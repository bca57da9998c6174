"""Which of many rows the catalogue lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.catalog.retirement import Retirements
    from layerfactory.catalog.row import Row


def arrange(rows: Iterable[Row], retired: Retirements) -> tuple[Row, ...]:
    """What the catalogue lists of these: marked as retired or not, and sorted.

    Of a cell in a region: the newest version of a content that is not retired by name, and beside
    it each content that is, for those who look up what they use.
    """
    listed: dict[tuple[object, ...], Row] = {}
    for row in sorted(retired.mark(rows), key=lambda row: row.version):
        named = row.sha256 if retired.names_content(row.cell, row.sha256) else ""
        listed[row.cell, row.region, named] = row
    return tuple(sorted(listed.values(), key=lambda row: row.sort_key))


def one_a_place(rows: Iterable[Row]) -> tuple[Row, ...]:
    """One row for each cell and region, as layers.csv has it: a current one where there is one.

    Readers of 2020 know of no status; they shall find what is good, and find it once.
    """
    found: dict[tuple[object, ...], Row] = {}
    for row in sorted(rows, key=lambda row: (row.retired is None, row.version)):
        found[row.cell, row.region] = row
    return tuple(sorted(found.values(), key=lambda row: row.sort_key))
