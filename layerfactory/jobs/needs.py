"""Finds out what each region needs, before anything is built: by what its versions are made of.

A version says in its description what its zip was made of. Where that is what would be made today,
everybody may use it, and the index lists it, there is nothing to do: a list of layers, 50 to a
call, tells. What is published and not listed is no use to anybody, so it is a need as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Lock
from typing import TYPE_CHECKING

from layerfactory.errors import AwsError, RegionNotEnabledError
from layerfactory.publish.identity import claimed_made_of
from layerfactory.publish.regionwise import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from threading import Event

    from layerfactory.catalog.collect import Known
    from layerfactory.data.regions import Region
    from layerfactory.matrix.cell import Cell
    from layerfactory.publish.aws.layers import LayerClient
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.remote import ListedVersion


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every region shall have."""

    cells: Mapping[Cell, str]
    """With what ``made_of`` says of each today."""
    public: bool
    listed: Collection[str] = frozenset()
    """ARNs that the index has read back as public already: they are not asked about again."""
    known: Known = field(default_factory=dict)
    """Contents of which an index can be made, as their facts are at hand."""
    anew: bool = False
    """All of them are made again, whatever is there."""
    named: frozenset[str] = frozenset()
    """Regions that were asked for by name: one that is not enabled is a failure."""


@dataclass(frozen=True, slots=True)
class RegionNeeds:
    """What one region needs."""

    region: str
    cells: tuple[Cell, ...] = ()
    """To be made and published; sorted."""
    unlisted: tuple[Cell, ...] = ()
    """Published, and only to be listed; sorted."""
    error: AwsError | None = None
    """Why it could not be asked; nothing can be done there."""
    enabled: bool = True
    """Not so: an opt-in region that nobody named, which is no failure."""


def find_needs(
    aws: Aws,
    wanted: Wanted,
    regions: Sequence[Region],
    *,
    jobs: int = 16,
    progress: Callable[[RegionNeeds], None] = lambda _: None,
) -> tuple[RegionNeeds, ...]:
    """Ask every region what it has, and tell what it lacks.

    Args:
        aws: the account.
        wanted: what each shall have.
        regions: to ask.
        jobs: how many are asked at once.
        progress: told each answer, by one thread at a time.
    """
    telling = Lock()

    def ask(region: Region, stop: Event) -> RegionNeeds:
        found = _ask_region(aws, wanted, region, stop)
        with telling:
            progress(found)
        return found

    return tuple(side_by_side(ask, regions, jobs, aws.stop))


def _ask_region(aws: Aws, wanted: Wanted, region: Region, stop: Event) -> RegionNeeds:
    found: dict[_Need, list[Cell]] = {need: [] for need in _Need}
    try:
        client = aws.layers(region)
        there = client.list_layers()
        for cell, made in sorted(wanted.cells.items()):
            if stop.is_set():
                break
            found[_need(client, cell, made, there.get(cell.layer_name), wanted)].append(cell)
    except RegionNotEnabledError as error:
        named = region.name in wanted.named
        return RegionNeeds(region.name, error=error if named else None, enabled=named)
    except AwsError as error:
        return RegionNeeds(region.name, error=error)
    return RegionNeeds(region.name, tuple(found[_Need.LAYER]), tuple(found[_Need.LISTING]))


class _Need(Enum):
    """Of a cell in a region."""

    NOTHING = auto()
    LISTING = auto()
    LAYER = auto()


def _need(
    client: LayerClient, cell: Cell, made: str, listed: ListedVersion | None, wanted: Wanted
) -> _Need:
    """What is still to be done, after the newest version and the index."""
    if wanted.anew or listed is None or claimed_made_of(listed.description) != made:
        return _Need.LAYER
    if not wanted.public or listed.arn in wanted.listed:
        return _Need.NOTHING
    remote = client.read(cell.layer_name, listed.version)
    # What no one can tell the facts of cannot be listed. It is made again: that gives the same zip,
    # of which no new version is published, and its manifest.
    known = remote.code_sha256 in wanted.known.get(cell, {})
    return _Need.LISTING if remote.public and known else _Need.LAYER
