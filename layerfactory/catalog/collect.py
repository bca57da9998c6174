"""Rebuilds the catalogue from what AWS has; what we believe to have done counts for nothing."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.catalog.row import Content, Row
from layerfactory.errors import AwsError
from layerfactory.publish.regionwise import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from threading import Event

    from layerfactory.build.layer import Manifest
    from layerfactory.data.regions import Region
    from layerfactory.matrix.cell import Cell
    from layerfactory.publish.aws.layers import LayerClient
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.remote import RemoteVersion

Known = dict[tuple["Cell", str], Content]
"""Contents by cell and by CodeSha256 (base64)."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The catalogue as it should be, and what a maintainer should know of it."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    """Versions that are not listed, each with its reason."""
    unanswered: tuple[tuple[str, AwsError], ...]
    """Regions that could not be asked; they keep their old rows."""


@dataclass(frozen=True, slots=True)
class _Answer:
    region: str
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    error: AwsError | None = None


def collect(
    aws: Aws,
    cells: Iterable[Cell],
    regions: Sequence[Region],
    *,
    manifests: Iterable[Manifest],
    rows: Sequence[Row],
    jobs: int = 16,
) -> Collected:
    """Ask AWS for the newest version of each layer that is public and whose content is known.

    A row whose cell and region were asked is there afterwards only if AWS confirmed it; all others
    stay as they are.

    Args:
        aws: the account.
        cells: what to ask for.
        regions: where to ask.
        manifests: of layers at hand.
        rows: the catalogue until now, which also tells known content.
        jobs: how many regions are asked at once.
    """
    asked = sorted(set(cells))
    known = known_contents(manifests, rows)

    def ask(region: Region, stop: Event) -> _Answer:
        return _ask_region(aws, asked, region, known, stop)

    answers = side_by_side(ask, regions, jobs)
    confirmed = [row for answer in answers for row in answer.rows]
    answered = {answer.region for answer in answers if answer.error is None}
    kept = [row for row in rows if row.region not in answered or row.cell not in asked]
    return Collected(
        rows=tuple(sorted([*kept, *confirmed], key=lambda row: row.sort_key)),
        notes=tuple(note for answer in answers for note in answer.notes),
        unanswered=tuple((each.region, each.error) for each in answers if each.error is not None),
    )


def known_contents(manifests: Iterable[Manifest], rows: Iterable[Row]) -> Known:
    """Every content whose facts are at hand."""
    contents = [row.content for row in rows if row.content is not None]
    contents += [Content.of(manifest) for manifest in manifests]
    return {(content.cell, _code_sha256(content)): content for content in contents}


def _code_sha256(content: Content) -> str:
    return base64.b64encode(bytes.fromhex(content.sha256)).decode()


def _ask_region(
    aws: Aws, cells: Sequence[Cell], region: Region, known: Known, stop: Event
) -> _Answer:
    rows: list[Row] = []
    notes: list[str] = []
    for cell in cells:
        if stop.is_set():
            break
        try:
            row, refused = _newest_listed(aws.layers(region), cell, known)
        except AwsError as error:
            return _Answer(region.name, error=error)
        rows += [row] if row else []
        notes += refused
    return _Answer(region.name, tuple(rows), tuple(notes))


def _newest_listed(client: LayerClient, cell: Cell, known: Known) -> tuple[Row | None, list[str]]:
    """The newest version that may be listed, and why the newer ones may not."""
    notes: list[str] = []
    if not any(known_cell == cell for known_cell, _ in known):
        return None, _note_unknown(client, cell)
    for version in client.versions(cell.layer_name):
        remote = client.read(cell.layer_name, version)
        content = known.get((cell, remote.code_sha256))
        if content is not None and remote.public:
            return Row.of(content, remote, client.region.name), notes
        notes.append(_reason(remote, is_known=content is not None))
    return None, notes


def _note_unknown(client: LayerClient, cell: Cell) -> list[str]:
    versions = client.versions(cell.layer_name)
    if not versions:
        return []
    place = f"{client.region}: {cell.layer_name}:{versions[0]}"
    return [f"{place} is not listed: no manifest and no row tells what is in it"]


def _reason(remote: RemoteVersion, *, is_known: bool) -> str:
    why = "it is private" if is_known else "no manifest and no row tells what is in it"
    return f"{remote.arn} is not listed: {why}"
