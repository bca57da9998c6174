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
    try:
        for path in folder.glob("tables/*.html"):
            if path.relative_to(folder).as_posix() not in files and _OURS in path.read_bytes():
                path.unlink()
    except OSError as error:
        raise CatalogError(f"{error.filename}: cannot be removed: {error.strerror}") from error
