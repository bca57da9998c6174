"""Carries a balance out: layers side by side, each in the order of its numbers."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING

from layerfactory.build.cache.store import FORGETFUL
from layerfactory.errors import (
    AwsError,
    LayerFactoryError,
    NoAddressError,
    PublishError,
    StorageFullError,
)
from layerfactory.publish.balance.result import BalanceResult, BalanceState
from layerfactory.publish.balance.values import Copy
from layerfactory.publish.regionwise import is_gone, side_by_side
from layerfactory.publish.storage import storage_full
from layerfactory.publish.turns import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event

    from layerfactory.build.cache.store import Cache
    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.layers import LayerClient
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.balance.values import BalancePlan, Step
    from layerfactory.publish.package import Package
    from layerfactory.publish.remote import RemoteVersion


def apply_balance(
    aws: Aws,
    plan: BalancePlan,
    *,
    jobs: int = 4,
    locks: Cache = FORGETFUL,
    progress: Callable[[BalanceResult], None] = lambda _: None,
    begins: Callable[[Step, str], None] = lambda *_: None,
    interrupted: Callable[[], None] = lambda: None,
) -> tuple[BalanceResult, ...]:
    """Do what the plan says. A step that fails ends its layer in its region, and nothing else.

    Args:
        aws: the account.
        plan: made by ``survey_balance``.
        jobs: how many zips are on the way at once.
        locks: where runs on this machine keep each other from uploading to a region at once.
        progress: told each result as it comes, by one thread at a time.
        begins: told what begins of a step that takes time, by any thread.
        interrupted: called on Ctrl-C, while what is on the way ends.

    Returns:
        A result for each step, in the plan's order.
    """
    layers = [list(steps) for _, steps in groupby(plan.steps, lambda step: step.layer_name)]
    run = _Run(aws, locks, progress, begins, inner_jobs=max(1, jobs // max(1, len(layers))))
    for demand in plan.demands:
        if not demand.fits:
            run.full[demand.region] = storage_full(demand)
    served = side_by_side(run.serve, layers, jobs, aws.stop, interrupted)
    return tuple(result for results in served for result in results)


class _Run:
    """One application: where no more is to be tried, and who is told.

    Args:
        aws: the account.
        locks: where runs on this machine keep each other from uploading to a region at once.
        progress: told each result.
        begins: told what begins.
        inner_jobs: how many regions get one zip at once.
    """

    def __init__(
        self,
        aws: Aws,
        locks: Cache,
        progress: Callable[[BalanceResult], None],
        begins: Callable[[Step, str], None],
        *,
        inner_jobs: int,
    ) -> None:
        self.full: dict[Region, LayerFactoryError] = {}
        """Regions that take no zip more; they hand out theirs all the same."""
        self._gone: dict[Region, LayerFactoryError] = {}
        self._aws = aws
        self._locks = locks
        self._progress = progress
        self._begins = begins
        self._inner_jobs = inner_jobs
        self._telling = Lock()
        self._stopped: dict[tuple[str, Region], LayerFactoryError] = {}

    def serve(self, steps: Sequence[Step], stop: Event) -> list[BalanceResult]:
        """Bring one layer on, a number at a time; the zip of a number is fetched once."""
        results: list[BalanceResult] = []
        for _, same in groupby(steps, lambda step: step.version):
            if stop.is_set():
                break
            with ExitStack() as stack:
                work = partial(self._carry_out, zips=_Zips(self._aws, stack))
                results += side_by_side(work, list(same), self._inner_jobs, stop)
        return results

    def _carry_out(self, step: Step, _stop: Event, *, zips: _Zips) -> BalanceResult:
        began = time.monotonic()
        identity = step.layer_name, step.region.name, step.version, step.name
        result = BalanceResult(*identity, BalanceState.NOT_TRIED)
        if error := self._why_not(step):
            result = replace(result, error=error)
        else:
            result = self._try(step, zips, result)
        result = replace(result, seconds=time.monotonic() - began)
        with self._telling:
            self._progress(result)
        return result

    def _why_not(self, step: Step) -> LayerFactoryError | None:
        place = step.layer_name, step.region
        why = self._stopped.get(place) or self._gone.get(step.region)
        if isinstance(step, Copy):
            why = why or self.full.get(step.region) or self._gone.get(step.source)
        return why

    def _try(self, step: Step, zips: _Zips, result: BalanceResult) -> BalanceResult:
        try:
            return self._act(step, zips, result)
        except LayerFactoryError as error:
            self._stopped[step.layer_name, step.region] = error
            self._note_gone(step.region, error)
            return replace(result, state=BalanceState.FAILED, error=error)

    def _act(self, step: Step, zips: _Zips, result: BalanceResult) -> BalanceResult:
        client, number = self._aws.layers(step.region), step.version
        state = BalanceState.GRANTED
        if isinstance(step, Copy):
            self._begins(step, f"fetching it from {step.source}")
            package = self._zip(step, zips)
            waits = partial(self._begins, step, "waiting for another run on this machine")
            with turn(self._locks, self._aws, step.region, waits):
                self._begins(step, "uploading")
                number = _publish(client, step, package)
            state = BalanceState.PUBLISHED
        if step.public:
            client.grant(step.layer_name, step.version)
        remote = _require_equal(client.read(step.layer_name, step.version), step)
        if number == step.version:
            return replace(result, state=state, arn=remote.arn)
        note = f"version {number} is a double of {remote.arn}, which another run published"
        return replace(result, state=BalanceState.DOUBLED, arn=remote.arn, note=note)

    def _zip(self, step: Copy, zips: _Zips) -> Package:
        try:
            return zips.get(step)
        except NoAddressError:
            raise
        except LayerFactoryError as error:
            self._note_gone(step.source, error)
            # It says nothing of the region that is served.
            raise PublishError(error.message, error.remedy) from error

    def _note_gone(self, region: Region, error: LayerFactoryError) -> None:
        """What fails for the whole region is not tried there again and again."""
        if is_gone(error):
            self._gone[region] = error
        if isinstance(error, StorageFullError):
            self.full[region] = error


def _publish(client: LayerClient, step: Copy, package: Package) -> int:
    """Make one version; return its number, which is the due one or that of a double of it."""
    place = f"{step.region}: {step.layer_name}"
    newest = max((each.version for each in client.list_versions(step.layer_name)), default=0)
    if newest != step.version - 1:
        raise AwsError(
            f"{place}:{step.version} was due, and :{newest} is there: somebody published meanwhile",
            "Run the same command again: it looks anew at what there is.",
        )
    number = client.publish(package, after=newest)
    if number != step.version and (why := _why_not_due(client, step)):
        raise AwsError(
            f"{place}:{step.version} was due, and AWS gave the number {number}: {why}",
            "It was left private. The numbers of this layer cannot be made equal there any more.",
        )
    return number


def _why_not_due(client: LayerClient, step: Copy) -> str:
    """Who has the due number; empty where it is another run, which published the same zip."""
    listed = client.list_versions(step.layer_name)
    if all(each.version != step.version for each in listed):
        return "later versions were deleted there"
    if client.read(step.layer_name, step.version).code_sha256 != step.code_sha256:
        return "somebody published another zip meanwhile"
    return ""


class _Zips:
    """The zip of one version, fetched by the first who needs it."""

    def __init__(self, aws: Aws, stack: ExitStack) -> None:
        self._aws = aws
        self._stack = stack
        self._lock = Lock()
        self._fetched: Package | LayerFactoryError | None = None

    def get(self, step: Copy) -> Package:
        """The zip, or why it could not be fetched; nobody tries again."""
        with self._lock:
            if self._fetched is None:
                try:
                    contents = self._aws.contents(step.source)
                    self._fetched = self._stack.enter_context(
                        contents.fetched(step.layer_name, step.version, step.code_sha256)
                    )
                except LayerFactoryError as error:
                    self._fetched = error
        if isinstance(self._fetched, LayerFactoryError):
            raise self._fetched
        return self._fetched


def _require_equal(remote: RemoteVersion, step: Step) -> RemoteVersion:
    """Nothing counts as done before AWS itself says so."""
    faults = []
    if remote.code_sha256 != step.code_sha256:
        faults.append(f"holds other bytes than in {step.source}")
    if step.public and not remote.public:
        faults.append("is not public")
    if faults:
        msg = f"{step.region}: {remote.arn} was read back and {' and '.join(faults)}"
        raise AwsError(msg, "Run the same command again; it does only what is missing.")
    return remote
