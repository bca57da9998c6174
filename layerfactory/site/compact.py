"""The index as the finder's script reads it: each fact once, and not once a region.

Of 8,000 rows the ARNs alone are most of a megabyte. Here a layer has one number for each place, and
``static/rows.js`` makes rows of it again; a test holds that these are the rows of layers.csv.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from layerfactory.data.regions import regions

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from layerfactory.catalog.row import Content, Row

    _Place = tuple[str, str, str]
    """Region, partition and account."""

FORM = 1
"""Of the data; script and data are always of one making."""


def compact(rows: Iterable[Row]) -> dict[str, Any]:
    """The index as plain values.

    ``places`` are region, partition and account; ``titles`` what AWS calls each region that there
    is. In ``layers``, ``rank`` and ``order`` stand for the order of cells and of scikit-learn
    versions, so that the script compares numbers; ``numbers`` has the version of the layer in each
    place, 0 where it is not there.
    """
    ordered = sorted(rows, key=lambda row: (row.sort_key, row.arn))
    places = sorted({_place(row) for row in ordered})
    ranks = _dense(row.cell for row in ordered)
    orders = _dense(sorted((row.scikit_learn for row in ordered), key=Version), key=Version)
    return {
        "form": FORM,
        "titles": {region.name: region.title for region in regions().values()},
        "places": places,
        "layers": [
            {
                "rank": ranks[alike[0].cell],
                "order": orders[alike[0].scikit_learn],
                **_layer(alike, places),
            }
            for alike in _layers(ordered)
        ],
    }


def script(values: Mapping[str, Any], name: str) -> bytes:
    """Values as a script that gives them a global name: pages that lie on a disk cannot fetch."""
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return f'"use strict";\nglobalThis.{name} = {text};\n'.encode()


def _place(row: Row) -> _Place:
    _, partition, _, region, account, *_ = row.arn.split(":")
    return region, partition, account


def _layer_name(row: Row) -> str:
    return row.arn.split(":")[6]


def _dense(ordered: Iterable[Any], key: Any = lambda value: value) -> dict[Any, int]:
    """A number for each value, growing with it and equal for equal ones."""
    found: dict[Any, int] = {}
    last, number = None, -1
    for value in ordered:
        if last is None or key(value) != last:
            last, number = key(value), number + 1
        found[value] = number
    return found


def _layers(ordered: Sequence[Row]) -> list[list[Row]]:
    """Rows that differ by place only; of two in one place the second begins another layer."""

    def facts(row: Row) -> tuple[Hashable, ...]:
        return row.cell, _layer_name(row), row.sha256, str(row.content), str(row.retired)

    found: list[list[Row]] = []
    # Stable, so the layers stay in the order of cells.
    for _, group in groupby(sorted(ordered, key=lambda row: (row.cell, *facts(row)[1:])), facts):
        begun: list[dict[_Place, Row]] = []
        for row in group:
            free = next((each for each in begun if _place(row) not in each), None)
            if free is None:
                begun.append(free := {})
            free[_place(row)] = row
        found += [list(each.values()) for each in begun]
    return found


def _layer(alike: Sequence[Row], places: Sequence[_Place]) -> dict[str, Any]:
    row = alike[0]
    there = {_place(each): each for each in alike}
    published = {place: _day(each.published) for place, each in there.items()}
    stale = {place: _day(each.stale_since) for place, each in there.items()}
    values = {
        "python": row.python,
        "scikit_learn": row.scikit_learn,
        "architecture": str(row.architecture),
        "extras": list(row.extras),
        "cell": row.cell.identifier,
        "name": _layer_name(row),
        "numbers": [there[place].version if place in there else 0 for place in places],
        "published": _thin(published, places),
        **_content(row.content),
    }
    if any(stale.values()):
        values["stale"] = _thin(stale, places)
    if row.retired:
        since, successor, reason = row.retired.since, row.retired.successor, row.retired.reason
        values["retired"] = [since.isoformat(), successor, reason]
    return values


def _content(content: Content | None) -> dict[str, Any]:
    if content is None:
        return {}
    return {
        "sha256": content.sha256,
        "sizes": [content.zipped_bytes, content.unzipped_bytes],
        "packages": [content.numpy, content.scipy, content.joblib, content.threadpoolctl],
    }


def _thin(values: Mapping[_Place, str], places: Sequence[_Place]) -> str | list[str]:
    """One value where it is the same everywhere, else one for each place."""
    distinct = set(values.values())
    return distinct.pop() if len(distinct) == 1 else [values.get(place, "") for place in places]


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
