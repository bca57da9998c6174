"""Asks AWS what it has, and carries a plan out: regions side by side, none stopping another."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Any

from layerfactory.errors import (
    AwsError,
    CredentialsError,
    LayerFactoryError,
    RegionUnavailableError,
)
from layerfactory.publish.gate import require_intact
from layerfactory.publish.plan import (
    Grant,
    Plan,
    Skip,
    Step,
    Target,
    Unreachable,
    Upload,
    decide,
)
from layerfactory.publish.regionwise import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from threading import Event

    from layerfactory.build.layer import Layer
    from layerfactory.data.regions import Region
    from layerfactory.matrix.cell import Cell
    from layerfactory.publish.aws.layers import LayerClient
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.remote import RemoteVersion


class State(StrEnum):
    """How a step ended."""

    PUBLISHED = "published"
    GRANTED = "granted"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What came of one step."""

    cell: str
    """The cell's identifier."""
    region: str
    action: str
    """What the plan wanted: ``skip``, ``grant``, ``publish``, ``not reachable``."""
    state: State
    version: int | None = None
    """As read back from AWS; none where nothing is there, or it could not be read."""
    arn: str = ""
    error: LayerFactoryError | None = None
    seconds: float = 0.0
    note: str = ""
    """What the user should know of a step that did not fail."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return {
            "cell": self.cell,
            "region": self.region,
            "action": self.action,
            "state": str(self.state),
            "version": self.version,
            "arn": self.arn,
            "error": self.error.message if self.error else "",
            "remedy": self.error.remedy if self.error else "",
            "seconds": round(self.seconds, 3),
            "note": self.note,
        }


def survey(
    aws: Aws, layers: Sequence[Layer], regions: Sequence[Region], *, public: bool, jobs: int = 16
) -> Plan:
    """Ask every region for every layer, and decide what is to be done.

    A region that fails once is not asked again: all its steps say so.

    Args:
        aws: the account.
        layers: what we have.
        regions: where they shall be.
        public: every account shall be able to use them.
        jobs: how many regions are asked at once.
    """

    def ask(region: Region, stop: Event) -> list[Step]:
        return _survey_region(aws, layers, region, stop, public=public)

    steps = [step for found in side_by_side(ask, regions, jobs) for step in found]
    return Plan(tuple(sorted(steps, key=_order)), public)


def apply(
    aws: Aws,
    plan: Plan,
    *,
    jobs: int = 4,
    progress: Callable[[PublishResult], None] = lambda _: None,
) -> tuple[PublishResult, ...]:
    """Carry the plan out. What AWS refuses is a result; the other steps go on.

    Args:
        aws: the account.
        plan: made by ``survey``.
        jobs: how many regions are served at once; each upload takes five times its zip in memory.
        progress: told each result as it comes, by one thread at a time.

    Returns:
        A result for each step, in the plan's order.
    """
    telling = Lock()

    def serve(steps: Sequence[Step], stop: Event) -> list[PublishResult]:
        results = []
        for result in _serve_region(aws, steps, stop, public=plan.public):
            results.append(result)
            with telling:
                progress(result)
        return results

    served = side_by_side(serve, _by_region(plan), jobs)
    results = {(result.cell, result.region): result for some in served for result in some}
    keys = [(step.target.layer.cell.identifier, step.target.region.name) for step in plan.steps]
    return tuple(results[key] for key in keys)


def _order(step: Step) -> tuple[Cell, str]:
    return step.target.layer.cell, step.target.region.name


def _by_region(plan: Plan) -> list[list[Step]]:
    regions: dict[str, list[Step]] = {}
    for step in plan.steps:
        regions.setdefault(step.target.region.name, []).append(step)
    return list(regions.values())


def _survey_region(
    aws: Aws, layers: Sequence[Layer], region: Region, stop: Event, *, public: bool
) -> list[Step]:
    steps: list[Step] = []
    for layer in layers:
        if stop.is_set():
            break
        try:
            remote = aws.layers(region).latest_version(layer.cell.layer_name)
        except AwsError as error:
            return [Step(Target(each, region), None, Unreachable(error)) for each in layers]
        steps.append(Step(Target(layer, region), remote, decide(layer, remote, public=public)))
    return steps


def _serve_region(
    aws: Aws, steps: Sequence[Step], stop: Event, *, public: bool
) -> Iterator[PublishResult]:
    """One step after another; once the region is gone, its other steps are not tried."""
    gone: AwsError | None = None
    for step in steps:
        if stop.is_set():
            return
        result = _carry_out(aws, step, gone, public=public)
        if isinstance(result.error, (RegionUnavailableError, CredentialsError)):
            gone = result.error
        yield result


def _carry_out(aws: Aws, step: Step, gone: AwsError | None, *, public: bool) -> PublishResult:
    begin = time.monotonic()
    result = PublishResult(
        cell=step.target.layer.cell.identifier,
        region=step.target.region.name,
        action=step.action.name,
        state=State.FAILED,
        note=step.action.note if isinstance(step.action, Skip) else "",
    )
    try:
        state, remote = _act(aws, step, gone, public=public)
    except LayerFactoryError as error:
        return replace(result, error=error, seconds=time.monotonic() - begin)
    seconds = time.monotonic() - begin
    return replace(result, state=state, version=remote.version, arn=remote.arn, seconds=seconds)


def _act(
    aws: Aws, step: Step, gone: AwsError | None, *, public: bool
) -> tuple[State, RemoteVersion]:
    match step.action:
        case Skip(remote):
            return State.SKIPPED, remote
        case Unreachable(error):
            raise error
    if gone is not None:
        raise gone
    layer, client = step.target.layer, aws.layers(step.target.region)
    match step.action:
        case Grant(version):
            client.grant(layer.cell.layer_name, version)
            return State.GRANTED, _read_back(client, layer, version, public=public)
        case Upload():
            return State.PUBLISHED, _upload(client, layer, public=public)


def _upload(client: LayerClient, layer: Layer, *, public: bool) -> RemoteVersion:
    require_intact(layer)
    version = client.publish(layer)
    if public:
        client.grant(layer.cell.layer_name, version)
    return _read_back(client, layer, version, public=public)


def _read_back(client: LayerClient, layer: Layer, version: int, *, public: bool) -> RemoteVersion:
    """Nothing counts as published before AWS itself says so."""
    remote = client.read(layer.cell.layer_name, version)
    faults = []
    if remote.code_sha256 != layer.manifest.code_sha256:
        faults.append("holds other bytes than the zip")
    if public and not remote.public:
        faults.append("is not public")
    if faults:
        msg = f"{client.region}: {remote.arn} was read back and {' and '.join(faults)}"
        raise AwsError(msg, "Run the same command again; it does only what is missing.")
    return remote
