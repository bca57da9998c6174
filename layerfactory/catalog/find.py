"""Finds one ARN in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerfactory.catalog.row import Row
    from layerfactory.data.runtimes import Architecture


def find_arn(
    rows: Sequence[Row],
    *,
    python: str,
    scikit_learn: str = "",
    region: str,
    architecture: Architecture,
) -> Row:
    """The newest layer that fits.

    Args:
        rows: the catalogue.
        python: exactly, such as ``3.12``.
        scikit_learn: a version, or the beginning of one: ``1.5`` finds the newest 1.5.x; all fit
            where it is empty.
        region: exactly.
        architecture: of the function.

    Raises:
        CatalogError: nothing fits; the message says what there is.
    """
    if not rows:
        raise CatalogError("layers.csv lists no layer", "Publish first: layerfactory release")
    found = _narrow(rows, "architecture", str(architecture), lambda row: str(row.architecture))
    found = _narrow(found, "Python", python, lambda row: row.python)
    fitting = [row for row in found if _begins(row.scikit_learn, scikit_learn)]
    if not fitting:
        raise _nothing(found, "scikit-learn", scikit_learn, lambda row: row.scikit_learn)
    fitting = _narrow(fitting, "region", region, lambda row: row.region)
    return max(fitting, key=lambda row: (Version(row.scikit_learn), row.version))


def _begins(version: str, prefix: str) -> bool:
    """Whether the prefix ends at a dot: 1.5 begins 1.5.2, and not 1.50."""
    return not prefix or version == prefix or version.startswith(f"{prefix}.")


def _narrow(rows: Sequence[Row], word: str, wanted: str, value: Callable[[Row], str]) -> list[Row]:
    found = [row for row in rows if value(row) == wanted]
    if not found:
        raise _nothing(rows, word, wanted, value)
    return found


def _nothing(
    rows: Sequence[Row], word: str, wanted: str, value: Callable[[Row], str]
) -> CatalogError:
    there = dict.fromkeys(value(row) for row in sorted(rows, key=lambda row: row.sort_key))
    return CatalogError(
        f"layers.csv has no layer for {word} {wanted}", f"There is: {', '.join(there)}."
    )
