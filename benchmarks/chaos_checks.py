"""What must hold of what AWS has and of what the index says. Pure: each check gives faults."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from chaos_log import Deed


@dataclass(frozen=True, slots=True)
class Seen:
    """A version as AWS has it."""

    version: int
    code_sha256: str
    public: bool


Place = tuple[str, str]
"""A region, and a layer's name."""
Having = dict[Place, tuple[Seen, ...]]
"""The versions of each layer, oldest first."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the index."""

    region: str
    arn: str
    code_sha256: str
    stale: bool = False
    """Its region did not answer when the index was made."""

    @property
    def place(self) -> Place:
        """Which layer it lists."""
        return self.region, self.arn.split(":")[-2]

    @property
    def version(self) -> int:
        """Of the ARN."""
        return int(self.arn.rsplit(":", 1)[1])


def read_listed(records: Iterable[Mapping[str, str]]) -> tuple[Listed, ...]:
    """The rows of layers.csv, as any reader of CSV has them."""
    return tuple(
        Listed(
            record["region"],
            record["arn"],
            base64.b64encode(bytes.fromhex(record["sha256"])).decode(),
            stale=bool(record["stale since"]),
        )
        for record in records
    )


def read_entries(value: Mapping[str, Any]) -> tuple[Listed, ...]:
    """The same out of layers.json."""
    return tuple(
        Listed(region, place["arn"], layer["code_sha256"], stale="stale_since" in place)
        for layer in value["layers"]
        for region, place in layer["regions"].items()
    )


def missing(has: Having, wanted: Mapping[Place, str]) -> list[str]:
    """Layers that are not there for everybody with the wanted hash."""
    return [
        f"{region}: {layer} is not there, or not public"
        for (region, layer), sha256 in sorted(wanted.items())
        if not any(seen.public for seen in _right(has, (region, layer), sha256))
    ]


def public_twice(has: Having, wanted: Mapping[Place, str]) -> list[str]:
    """Layers that everybody may use in two versions of the same bytes."""
    return [
        f"{region}: {layer} is public {count} times with the same bytes"
        for (region, layer), sha256 in sorted(wanted.items())
        for count in [sum(seen.public for seen in _right(has, (region, layer), sha256))]
        if count > 1
    ]


def gone(has: Having, made: Iterable[Deed]) -> list[str]:
    """Versions that were made and are there no longer."""
    return [
        f"{deed.region}: {deed.layer}:{deed.version} is gone again"
        for deed in made
        if deed.version not in {seen.version for seen in has.get((deed.region, deed.layer), ())}
    ]


def foreign(has: Having, ours: Iterable[str]) -> list[str]:
    """Versions that hold what nobody built."""
    known = set(ours)
    return [
        f"{region}: {layer}:{seen.version} holds bytes that nobody built"
        for (region, layer), versions in sorted(has.items())
        for seen in versions
        if seen.code_sha256 not in known
    ]


def untrue(rows: Sequence[Listed], has: Having) -> list[str]:
    """Rows of versions that are not there, hold something else, or are private."""
    return [
        f"the index lists {row.arn}, which is not there so"
        for row in rows
        if not any(
            (seen.version, seen.code_sha256, seen.public) == (row.version, row.code_sha256, True)
            for seen in has.get(row.place, ())
        )
    ]


def misindexed(rows: Sequence[Listed], wanted: Mapping[Place, str]) -> Iterator[str]:
    """Layers that the index does not list exactly once with the wanted hash."""
    for (region, layer), sha256 in sorted(wanted.items()):
        found = [row for row in rows if row.place == (region, layer)]
        if len(found) != 1:
            yield f"layers.csv has {len(found)} rows for {layer} in {region}"
        elif found[0].code_sha256 != sha256:
            yield f"layers.csv lists {found[0].arn} with another hash than our build"


def twice(rows: Sequence[Listed]) -> list[str]:
    """Layers that the index lists more than once in a region."""
    places = [row.place for row in rows]
    return [
        f"layers.csv lists {layer} in {region} twice"
        for region, layer in sorted({place for place in places if places.count(place) > 1})
    ]


def apart(rows: Iterable[Listed], entries: Iterable[Listed]) -> list[str]:
    """Rows that only one of layers.csv and layers.json has."""
    return [
        f"layers.csv and layers.json differ in {row.arn}"
        for row in sorted(set(rows) ^ set(entries), key=lambda row: row.arn)
    ]


def mismarked(rows: Iterable[Listed], gone_region: str) -> list[str]:
    """Rows that are stale though their region answers, or not though it is gone."""
    return [
        f"layers.csv lists {row.arn} {'as stale' if row.stale else 'not as stale'}"
        for row in rows
        if row.stale is not (row.region == gone_region)
    ]


def _right(has: Having, place: Place, sha256: str) -> list[Seen]:
    return [seen for seen in has.get(place, ()) if seen.code_sha256 == sha256]
