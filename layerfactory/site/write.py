"""Puts the files of the site into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.build.files import replacing
from layerfactory.errors import BuildError, CatalogError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


_OURS = b"Made by layerfactory "
"""What every page's footer says."""


def write_site(files: Mapping[str, bytes], folder: Path) -> None:
    """Write each file whole or not at all.

    Pages come last: none names a script that is not there yet. Tables of regions that the index no
    longer has go, for people find them by a search and copy what is stale. Other files stay.

    Raises:
        CatalogError: the folder cannot be written.
    """
    for path in sorted(files, key=lambda path: (path.endswith(".html"), path)):
        try:
            with replacing(folder / path, durable=False) as file:
                file.write(files[path])
        except BuildError as error:
            raise CatalogError(error.message, error.remedy) from error
    _remove_tables(files, folder)


def _remove_tables(files: Mapping[str, bytes], folder: Path) -> None:
    """Those that were written here once, and are not among the files."""
    try:
        for table in folder.glob("tables/*.html"):
            if f"tables/{table.name}" not in files and _OURS in table.read_bytes():
                table.unlink()
    except OSError as error:
        raise CatalogError(
            f"{error.filename}: cannot be removed: {error.strerror}",
            "It is of a region that the index no longer has. Remove it, or write to a new folder.",
        ) from error
