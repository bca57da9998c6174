"""Finds out what each region needs, before anything is built: by what its versions are made of.

A version says in its description what its zip was made of. Where that is what would be made today,
and everybody may use it, there is nothing to do: a list of layers, 50 to a call, tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from layerfactory.errors import AwsError, RegionNotEnabledError
from layerfactory.publish.identity import claimed_made_of
from layerfactory.publish.regionwise import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from threading import Event

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
    vouched: Collection[str] = frozenset()
    """ARNs that the index has read back as public already: they are not asked about again."""
    anew: bool = False
    """All of them are made again, whatever is there."""
    named: frozenset[str] = frozenset()
    """Regions that were asked for by name: one that is not enabled is a failure."""


@dataclass(frozen=True, slots=True)
class RegionNeeds:
    """What one region needs."""

    region: str
    cells: tuple[Cell, ...] = ()
    """Sorted."""
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
    try:
        client = aws.layers(region)
        there = client.list_layers()
        lacking = []
        for cell, made in sorted(wanted.cells.items()):
            if stop.is_set():
                break
            if not _is_there(client, there.get(cell.layer_name), made, wanted):
                lacking.append(cell)
    except RegionNotEnabledError as error:
        named = region.name in wanted.named
        return RegionNeeds(region.name, error=error if named else None, enabled=named)
    except AwsError as error:
        return RegionNeeds(region.name, error=error)
    return RegionNeeds(region.name, tuple(lacking))


def _is_there(client: LayerClient, listed: ListedVersion | None, made: str, wanted: Wanted) -> bool:
    """Whether the newest version is made of the same, and everybody may use it where they shall."""
    if wanted.anew or listed is None or claimed_made_of(listed.description) != made:
        return False
    if not wanted.public or listed.arn in wanted.vouched:
        return True
    name = listed.arn.rsplit(":", 2)[-2]
    return client.read(name, listed.version).public
