"""Asks AWS for what the catalogue lists; what we believe to have done counts for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.catalog.row import Content, Row
from layerfactory.errors import AwsError
from layerfactory.publish.identity import claimed_sha256
from layerfactory.publish.regionwise import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from threading import Event

    from layerfactory.build.layer import Manifest
    from layerfactory.catalog.retirement import Retirements
    from layerfactory.data.regions import Region
    from layerfactory.matrix.cell import Cell
    from layerfactory.publish.aws.layers import LayerClient
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.remote import ListedVersion
    from layerfactory.verify.records.record import Record

Known = dict["Cell", dict[str, Content]]
"""Contents by cell, and there by CodeSha256 (base64)."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A version that is there and may not be listed."""

    arn: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one region answered."""

    region: str
    rows: tuple[Row, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    error: AwsError | None = None
    """Why it did not answer; then there are no rows, as some alone would pass for all."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the regions answered, and what they were asked for."""

    cells: frozenset[Cell]
    regions: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked of each region."""

    cells: tuple[Cell, ...]
    known: Known
    retired: Retirements


def ask_regions(
    aws: Aws,
    cells: Iterable[Cell],
    regions: Sequence[Region],
    *,
    known: Known,
    retired: Retirements,
    jobs: int = 16,
    progress: Callable[[Answer], None] = lambda _: None,
) -> Answers:
    """Ask for the newest version of each layer that is public and whose content is known.

    Layers are listed by page: one that a region has not costs nothing there. An older version is
    read only as long as the newer ones may not be listed, or are retired by their hash.

    Args:
        aws: the account.
        cells: what to ask for.
        regions: where to ask.
        known: contents whose facts are at hand.
        retired: what is.
        jobs: how many regions are asked at once.
        progress: told each answer as it comes, by any thread.
    """
    wanted = _Wanted(tuple(sorted(set(cells))), known, retired)

    def ask(region: Region, stop: Event) -> Answer:
        answer = _ask_region(aws, region, wanted, stop)
        progress(answer)
        return answer

    answers = side_by_side(ask, regions, jobs, aws.stop)
    return Answers(frozenset(wanted.cells), tuple(answers))


def known_contents(
    manifests: Iterable[Manifest], rows: Iterable[Row], records: Iterable[Record] = ()
) -> Known:
    """Every content whose facts are at hand."""
    contents = [Content.recorded(record) for record in records]
    contents += [row.content for row in rows if row.content is not None]
    contents += [Content.of(manifest) for manifest in manifests]
    known: Known = {}
    for content in contents:
        known.setdefault(content.cell, {})[content.code_sha256] = content
    return known


def _ask_region(aws: Aws, region: Region, wanted: _Wanted, stop: Event) -> Answer:
    rows: list[Row] = []
    unlisted: list[Unlisted] = []
    try:
        client = aws.layers(region)
        there = client.list_layers()
        for cell in wanted.cells:
            if stop.is_set():
                break
            if (newest := there.get(cell.layer_name)) is not None:
                found, refused = _ask_layer(client, cell, newest, wanted)
                rows += found
                unlisted += refused
    except AwsError as error:
        return Answer(region.name, error=error)
    return Answer(region.name, tuple(rows), tuple(unlisted))


def _ask_layer(
    client: LayerClient, cell: Cell, newest: ListedVersion, wanted: _Wanted
) -> tuple[list[Row], list[Unlisted]]:
    """The versions that may be listed, and why the newer ones may not."""
    rows: list[Row] = []
    unlisted: list[Unlisted] = []
    contents = wanted.known.get(cell)
    if contents is None:
        return [], [Unlisted(newest.arn, _UNKNOWN)]
    sought = wanted.retired.contents(cell) & {content.sha256 for content in contents.values()}
    current = False
    for listed in _versions(client, cell, newest):
        claimed = claimed_sha256(listed.description)
        if current and claimed and claimed not in sought:
            continue
        remote = client.read(cell.layer_name, listed.version)
        content = contents.get(remote.code_sha256)
        if content is None or not remote.public:
            why = _PRIVATE if content is not None else _UNKNOWN
            unlisted += [] if current else [Unlisted(remote.arn, why)]
        elif content.sha256 in sought or not current:
            rows.append(Row.of(content, remote, client.region.name))
            current = current or not wanted.retired.names_content(cell, content.sha256)
            sought -= {content.sha256}
        if current and not sought:
            break
    return rows, unlisted


def _versions(client: LayerClient, cell: Cell, newest: ListedVersion) -> Iterator[ListedVersion]:
    """Newest first; the older ones are asked for when the newest was not enough."""
    yield newest
    for listed in client.list_versions(cell.layer_name):
        if listed.version < newest.version:
            yield listed


_UNKNOWN = "no manifest, record or row tells what is in it"
_PRIVATE = "it is private"
