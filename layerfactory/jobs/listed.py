"""Joins the rows of an index that was changed both here and in the open pull request."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from layerfactory.catalog.files import CATALOG, CatalogFiles

if TYPE_CHECKING:
    from layerfactory.catalog.row import Row
    from layerfactory.jobs.checkout import Checkout, Difference


def join_rows(checkout: Checkout, commit: str, difference: Difference) -> None:
    """Add to each index what the other commit lists more than both come from.

    Which rows hold is for the next index to say, which asks AWS for all of them.

    Raises:
        TrackerError: git refuses.
        CatalogError: an index cannot be read or written.
    """
    for name in sorted({str(Path(file).with_name(CATALOG)) for file in _of_index(difference)}):
        files = CatalogFiles.of(checkout.place(name))
        ours = {row.arn: row for row in files.read()}
        before = {row.arn for row in _rows(checkout, difference.base, name)}
        added = [row for row in _rows(checkout, commit, name) if row.arn not in before]
        files.write(({row.arn: row for row in added} | ours).values())


def _of_index(difference: Difference) -> list[str]:
    names = {CATALOG, CatalogFiles.of(Path(CATALOG)).json.name}
    return [file for file in difference.both if Path(file).name in names]


def _rows(checkout: Checkout, commit: str, name: str) -> tuple[Row, ...]:
    """What a commit lists."""
    with TemporaryDirectory() as folder:
        there = CatalogFiles.of(Path(folder, CATALOG))
        for path in (there.csv, there.json):
            text = checkout.text(commit, str(Path(name).with_name(path.name)))
            if text:
                path.write_text(text, encoding="utf-8")
        return there.read()
