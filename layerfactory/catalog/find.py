"""Finds one ARN in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.data.regions import region_groups, regions
from layerfactory.errors import CatalogError, MatrixError
from layerfactory.matrix.closest import closest
from layerfactory.matrix.extras import NO_EXTRAS, variant_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerfactory.catalog.row import Row
    from layerfactory.data.runtimes import Architecture

    _Asked = tuple[str, str, Callable[[str, str], bool]]
    """A column, what is wanted of it, and whether a value is that."""

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
    """The newest layer that fits; one that is retired only where all of them are.

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
        MatrixError: there is no such region.
    """
    if not rows:
        raise CatalogError(f"{source} lists no layer", "Publish first, with layerfactory release.")
    _refuse_unknown_region(rows, region)
    asked: tuple[_Asked, ...] = (
        ("architecture", str(architecture), str.__eq__),
        ("Python", python, str.__eq__),
        ("extras", variant_text(extras), str.__eq__),
        ("scikit-learn", scikit_learn, _begins),
        ("region", region, str.__eq__),
    )
    left = rows
    for each in asked:
        found = [row for row in left if _takes(each, row)]
        if not found:
            column, wanted, _ = each
            raise CatalogError(
                f"{source} has no layer for {column} {wanted}",
                _other_variants(rows, asked) or f"There is: {', '.join(_values(left, column))}.",
            )
        left = found
    return max(left, key=lambda row: (not row.retired, Version(row.scikit_learn), row.version))


def warnings(row: Row) -> tuple[str, ...]:
    """What to know of a row before its ARN is used; nothing where all is well."""
    found = []
    if row.retired is not None:
        instead = f"; take {row.retired.successor}" if row.retired.successor else ""
        found.append(
            f"{row.cell} is retired since {row.retired.since}: {row.retired.reason}{instead}"
        )
    if row.stale_since is not None:
        found.append(
            f"{row.region} has not answered since {row.stale_since}: this is what it had before"
        )
    return tuple(found)


def _refuse_unknown_region(rows: Sequence[Row], name: str) -> None:
    """Refuse what is no region, nor one that the catalogue knows of: regions may be new."""
    there = _values(rows, "region")
    if name in regions() or name in there:
        return
    if name in region_groups():
        members = {region.name for region in region_groups()[name]}
        of_group = ", ".join(each for each in there if each in members)
        remedy = f"There is: {of_group}." if of_group else "None of them has a layer."
        raise MatrixError(f"--region {name}: is a group; a function has one region", remedy)
    near = closest(name, regions())
    clause = f"; did you mean {' or '.join(near)}?" if near else ""
    raise MatrixError(
        f"--region {name}: there is no region {name}{clause}", f"There is: {', '.join(there)}."
    )


def _other_variants(rows: Sequence[Row], asked: Sequence[_Asked]) -> str:
    """Who asks for no extras may not know of them: the variants that are all else."""
    if ("extras", NO_EXTRAS) not in [each[:2] for each in asked]:
        return ""
    others = [each for each in asked if each[0] != "extras"]
    found = [row for row in rows if all(_takes(each, row) for each in others)]
    names = " or ".join(f"--extras {name}" for name in _values(found, "extras"))
    return f"There is one only with {names}." if names else ""


def _takes(asked: _Asked, row: Row) -> bool:
    column, wanted, fits = asked
    return fits(_VALUES[column](row), wanted)


def _values(rows: Sequence[Row], column: str) -> list[str]:
    """What a column has, each once, in the catalogue's order."""
    ordered = sorted(rows, key=lambda row: row.sort_key)
    return list(dict.fromkeys(map(_VALUES[column], ordered)))


def _begins(version: str, prefix: str) -> bool:
    """Whether the prefix ends at a dot: 1.5 begins 1.5.2, and not 1.50."""
    return not prefix or version == prefix or version.startswith(f"{prefix}.")
