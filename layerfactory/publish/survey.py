"""Asks regions what they have of our layers, by page, and decides what is to be done there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from layerfactory.errors import AwsError, RegionNotEnabledError
from layerfactory.publish.decide import decide
from layerfactory.publish.identity import claimed_sha256
from layerfactory.publish.plan import (
    Found,
    NoRoom,
    NotEnabled,
    Plan,
    Step,
    Target,
    Terms,
    Unreachable,
    Upload,
)
from layerfactory.publish.regionwise import is_gone, side_by_side
from layerfactory.publish.storage import Demand, storage_full

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence
    from threading import Event

    from layerfactory.build.layer import Layer
    from layerfactory.data.regions import Region
    from layerfactory.matrix.cell import Cell
    from layerfactory.publish.aws.layers import LayerClient
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.remote import ListedVersion, RemoteVersion


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one region's survey came to."""

    steps: Sequence[Step]
    demand: Demand | None = None


def survey(
    aws: Aws,
    layers: Sequence[Layer],
    regions: Sequence[Region],
    terms: Terms,
    *,
    jobs: int = 16,
    progress: Callable[[Region], None] = lambda _: None,
    interrupted: Callable[[], None] = lambda: None,
) -> Plan:
    """Ask every region for every layer, and decide what is to be done.

    A region that is gone is not asked again: all its steps say so.

    Args:
        aws: the account.
        layers: what we have.
        regions: where they shall be.
        terms: how they shall be there.
        jobs: how many regions are asked at once.
        progress: told each region when it was asked, by one thread at a time.
        interrupted: called on Ctrl-C, while the last answers come.
    """
    if not layers:
        return Plan((), terms)
    telling = Lock()

    def ask(region: Region, stop: Event) -> _Answer:
        answer = _survey_region(aws, layers, region, terms, stop)
        with telling:
            progress(region)
        return answer

    answers = side_by_side(ask, regions, jobs, aws.stop, interrupted)
    steps = [step for answer in answers for step in answer.steps]
    demands = [answer.demand for answer in answers if answer.demand is not None]
    return Plan(tuple(sorted(steps, key=_order)), terms, tuple(demands))


def look(client: LayerClient, layer: Layer, listed: ListedVersion | None, terms: Terms) -> Found:
    """Find out what a region has of one layer.

    Older versions are looked at only where the newest does not settle it. Where our permission is
    to be taken back, it never does: of two that were published at once the older one is public.

    Args:
        client: of the region.
        layer: what we have.
        listed: its newest version, as a list tells of it; none where there is no such layer.
        terms: how it shall be there.
    """
    if listed is None:
        return Found()
    newest = client.read(layer.cell.layer_name, listed.version)
    same = newest.code_sha256 == layer.manifest.code_sha256
    if same and (newest.public or not terms.public) and not terms.revoke:
        return Found(newest, newest)
    # One that says nothing may be ours as well; to keep a zip private is worth a look at it.
    claims = {layer.manifest.sha256, ""} if terms.revoke else {layer.manifest.sha256}
    holders = _holders(client, layer, newest, claims)
    if not terms.revoke:
        return Found(newest, next(holders, None))
    ours = tuple(holders)
    granted = tuple(remote for remote in ours if remote.access.ours)
    return Found(newest, ours[0] if ours else None, granted)


def _holders(
    client: LayerClient, layer: Layer, newest: RemoteVersion, claims: Container[str]
) -> Iterator[RemoteVersion]:
    """The versions that hold our zip; of two that were published at once the first counts."""
    name = layer.cell.layer_name
    for listed in reversed(client.list_versions(name)):
        if listed.version == newest.version:
            remote = newest
        elif claimed_sha256(listed.description) in claims:
            remote = client.read(name, listed.version)
        else:
            continue
        if remote.code_sha256 == layer.manifest.code_sha256:
            yield remote


def _order(step: Step) -> tuple[Cell, str]:
    return step.target.layer.cell, step.target.region.name


def _survey_region(
    aws: Aws, layers: Sequence[Layer], region: Region, terms: Terms, stop: Event
) -> _Answer:
    steps: list[Step] = []
    try:
        client = aws.layers(region)
        newest = client.list_layers()
        for layer in layers:
            if stop.is_set():
                break
            steps.append(_survey_layer(client, layer, newest, terms))
    except AwsError as error:
        away = _away(error, region, terms)
        return _Answer([Step(Target(layer, region), None, away) for layer in layers])
    return _with_room(client, steps)


def _away(error: AwsError, region: Region, terms: Terms) -> NotEnabled | Unreachable:
    pardoned = isinstance(error, RegionNotEnabledError) and region.name not in terms.named
    return NotEnabled(error) if pardoned else Unreachable(error)


def _survey_layer(
    client: LayerClient, layer: Layer, newest: Mapping[str, ListedVersion], terms: Terms
) -> Step:
    target = Target(layer, client.region)
    try:
        found = look(client, layer, newest.get(layer.cell.layer_name), terms)
    except AwsError as error:
        if is_gone(error):
            raise
        return Step(target, None, Unreachable(error))
    return Step(target, found.newest, decide(layer, found, terms))


def _with_room(client: LayerClient, steps: Sequence[Step]) -> _Answer:
    """Hold what is to be uploaded against the region's storage, before any of it is."""
    taking = sum(
        step.target.layer.manifest.zipped_bytes for step in steps if isinstance(step.action, Upload)
    )
    if not taking:
        return _Answer(steps)
    try:
        demand = Demand(client.region, taking, client.storage())
    except AwsError as error:
        return _Answer(steps, Demand(client.region, taking, None, error.message))
    if demand.fits:
        return _Answer(steps, demand)
    full = NoRoom(storage_full(demand))
    changed = [
        replace(step, action=full) if isinstance(step.action, Upload) else step for step in steps
    ]
    return _Answer(changed, demand)
