"""Finds one ARN in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.errors import CatalogError
from layerfactory.matrix.extras import variant_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerfactory.catalog.row import Row
    from layerfactory.data.runtimes import Architecture

_VALUES: dict[str, Callable[[Row], str]] = {
    "architecture": lambda row: str(row.architecture),
    "Python": lambda row: row.python,
    "extras": lambda row: variant_text(row.extras),
    "scikit-learn": lambda row: row.scikit_learn,
    "region": lambda row: row.region,
}


def find_arn(
    rows: Sequence[Row],
    *,
    python: str,
    scikit_learn: str = "",
    extras: tuple[str, ...] = (),
    region: str,
    architecture: Architecture,
    source: str = "layers.csv",
) -> Row:
    """The newest layer that fits.

    Args:
        rows: the catalogue.
        python: exactly, such as ``3.12``.
        scikit_learn: a version, or the beginning of one: ``1.5`` finds the newest 1.5.x; all fit
            where it is empty.
        extras: exactly, normalised and sorted; none is the default variant.
        region: exactly.
        architecture: of the function.
        source: where the rows are from, for the messages.

    Raises:
        CatalogError: nothing fits; the message says what there is.
    """
    if not rows:
        raise CatalogError(f"{source} lists no layer", "Publish first: layerfactory release")
    asked = (
        ("architecture", str(architecture), str.__eq__),
        ("Python", python, str.__eq__),
        ("extras", variant_text(extras), str.__eq__),
        ("scikit-learn", scikit_learn, _begins),
        ("region", region, str.__eq__),
    )
    for column, wanted, fits in asked:
        rows = _narrow(rows, column, wanted, fits, source)
    return max(rows, key=lambda row: (Version(row.scikit_learn), row.version))


def _begins(version: str, prefix: str) -> bool:
    """Whether the prefix ends at a dot: 1.5 begins 1.5.2, and not 1.50."""
    return not prefix or version == prefix or version.startswith(f"{prefix}.")


def _narrow(
    rows: Sequence[Row],
    column: str,
    wanted: str,
    fits: Callable[[str, str], bool],
    source: str,
) -> list[Row]:
    value = _VALUES[column]
    found = [row for row in rows if fits(value(row), wanted)]
    if not found:
        there = dict.fromkeys(value(row) for row in sorted(rows, key=lambda row: row.sort_key))
        raise CatalogError(
            f"{source} has no layer for {column} {wanted}", f"There is: {', '.join(there)}."
        )
    return found
