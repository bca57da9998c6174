"""Where the index and what is retired lie: those of a trial are its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from layerfactory.catalog.files import CATALOG, CatalogFiles
from layerfactory.catalog.retired_file import NAME as RETIRED
from layerfactory.errors import MatrixError

if TYPE_CHECKING:
    from pathlib import Path


def catalog_path(root: Path, output: Path, given: Path | None, *, is_real: bool) -> Path:
    """Where the index lies: only a real AWS may change the one beside the matrix.

    Args:
        root: the folder of matrix.yaml.
        output: that of the built layers.
        given: on the command line.
        is_real: AWS is the real one.

    Raises:
        MatrixError: a rehearsal would write over it.
    """
    real = root / CATALOG
    path = given or (real if is_real else output / CATALOG)
    if not is_real and _same(path, real):
        raise MatrixError(
            f"{path}: a rehearsal may not write the real index, and this AWS is not the real one",
            "Choose another --catalog or --output, or leave them out.",
        )
    return path


def retired_path(root: Path, catalog: Path) -> Path:
    """What is retired in an index: beside it, under a name of its own where it has one itself."""
    if _same(catalog, root / CATALOG):
        return root / RETIRED
    stem = CatalogFiles.of(catalog).csv.stem
    name = RETIRED if stem == CATALOG.partition(".")[0] else f"{stem}.{RETIRED}"
    return catalog.with_name(name)


def other_index(catalog: Path, output: Path) -> str:
    """What to say where an index has not what was sought: that the output folder has another."""
    other = output / CATALOG
    if _same(catalog, other) or not CatalogFiles.of(other).exist:
        return ""
    return f"The output folder has an index as well: --catalog {other}"


def _same(path: Path, other: Path) -> bool:
    return bool(_files(path) & _files(other))


def _files(path: Path) -> set[str]:
    files = CatalogFiles.of(path)
    # Not Path.resolve, which raises where links lead round in a circle.
    return {os.path.realpath(files.csv), os.path.realpath(files.json)}
