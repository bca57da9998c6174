"""Puts the files of the site into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.build.files import replacing
from layerfactory.errors import BuildError, CatalogError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_site(files: Mapping[str, bytes], folder: Path) -> None:
    """Write each file whole or not at all; other files of the folder stay.

    Pages come last: none names a script that is not there yet.

    Raises:
        CatalogError: the folder cannot be written.
    """
    for path in sorted(files, key=lambda path: (path.endswith(".html"), path)):
        try:
            with replacing(folder / path, durable=False) as file:
                file.write(files[path])
        except BuildError as error:
            raise CatalogError(error.message, error.remedy) from error
