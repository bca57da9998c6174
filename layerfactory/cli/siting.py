"""Makes the site out of an index, and tells what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layerfactory.catalog.files import read_rows
from layerfactory.cli.places import other_index
from layerfactory.cli.views import counted, document
from layerfactory.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from layerfactory.catalog.row import Row
    from layerfactory.console import Console


def make_site(
    catalog: Path, folder: Path, benchmarks: Path, records: Path, *, rehearsal: bool = False
) -> dict[str, bytes]:
    """Write the site; returns its files by their paths in the folder.

    Args:
        catalog: the index.
        folder: of the site.
        benchmarks: results, as they are committed.
        records: of what was proven.
        rehearsal: mark every layer as a rehearsal's.

    Raises:
        CatalogError: there is no index, it or a result is damaged, or the folder cannot be written.
        VerifyError: a record is damaged.
    """
    from layerfactory.cli import options

    if not catalog.exists():
        hint = other_index(catalog, options.OUTPUT)
        raise CatalogError(
            f"{catalog}: there is no such file", hint or "Name the index with --from."
        )
    return write_rows(read_rows(catalog), folder, benchmarks, records, rehearsal=rehearsal)


def write_rows(
    rows: Sequence[Row], folder: Path, benchmarks: Path, records: Path, *, rehearsal: bool
) -> dict[str, bytes]:
    """Write the site of the rows of an index; see `make_site`."""
    from layerfactory.site.benchmarks.read import read_results
    from layerfactory.site.pages import site_pages
    from layerfactory.site.render import render
    from layerfactory.site.write import write_site

    files = render(site_pages(rows, read_results(benchmarks, records), rehearsal=rehearsal))
    write_site(files, folder)
    return files


def show_site(console: Console, files: Mapping[str, bytes], folder: Path) -> None:
    """Where to open it, and what its pages lead to that is not there."""
    from layerfactory.site.render import DOCS

    console.say(f"{folder / 'index.html'}: {counted(len(files), 'file')}")
    if not (folder / DOCS).exists():
        console.warn(f"{folder / DOCS} is not there, and pages lead to it: make docs-site")


def to_json(files: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    """What ``site --json`` prints: each file with its size in bytes."""
    sizes = {path: len(content) for path, content in sorted(files.items())}
    return document("site", folder=str(folder), files=sizes)
