"""Carries a balance out: layers side by side, each in the order of its numbers."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, Any

from layerfactory.errors import AwsError, CredentialsError, RegionUnavailableError
from layerfactory.publish.balance.values import Copy
from layerfactory.publish.regionwise import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event

    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.balance.values import BalancePlan, Step
    from layerfactory.publish.package import Package
    from layerfactory.publish.remote import RemoteVersion


class BalanceState(StrEnum):
    """How a step ended."""

    PUBLISHED = "published"
    GRANTED = "granted"
    FAILED = "failed"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class BalanceResult:
    """What came of one step."""

    layer_name: str
    region: str
    version: int
    action: str
    state: BalanceState
    arn: str = ""
    error: AwsError | None = None
    """Also where it was not tried: what stopped it."""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return {
            "layer": self.layer_name,
            "region": self.region,
            "version": self.version,
            "action": self.action,
            "state": str(self.state),
            "arn": self.arn,
            "error": self.error.message if self.error else "",
            "remedy": self.error.remedy if self.error else "",
            "seconds": round(self.seconds, 3),
        }


def apply_balance(
    aws: Aws,
    plan: BalancePlan,
    *,
    jobs: int = 4,
    progress: Callable[[BalanceResult], None] = lambda _: None,
) -> tuple[BalanceResult, ...]:
    """Do what the plan says. A step that fails ends its layer in its region, and nothing else.

    Args:
        aws: the account.
        plan: made by ``survey_balance``.
        jobs: how many zips are on the way at once.
        progress: told each result as it comes, by one thread at a time.

    Returns:
        A result for each step, in the plan's order.
    """
    layers = [list(steps) for _, steps in groupby(plan.steps, lambda step: step.layer_name)]
    run = _Run(aws, progress, inner_jobs=max(1, jobs // max(1, len(layers))))
    return tuple(result for results in side_by_side(run.serve, layers, jobs) for result in results)


class _Run:
    """One application: who was stopped, and who is told."""

    def __init__(
        self, aws: Aws, progress: Callable[[BalanceResult], None], *, inner_jobs: int
    ) -> None:
        self._aws = aws
        self._progress = progress
        self._inner_jobs = inner_jobs
        self._telling = Lock()
        self._gone: dict[Region, AwsError] = {}
        self._stopped: dict[tuple[str, Region], AwsError] = {}

    def serve(self, steps: Sequence[Step], stop: Event) -> list[BalanceResult]:
        """Bring one layer on, a number at a time."""
        results: list[BalanceResult] = []
        for _, same in groupby(steps, lambda step: step.version):
            if stop.is_set():
                break
            results += self._serve_version(list(same))
        return results

    def _serve_version(self, steps: Sequence[Step]) -> list[BalanceResult]:
        """One version in all regions that lack it: its zip is fetched once."""
        with ExitStack() as stack:
            zips = _Zips(self._aws, stack)
            return side_by_side(
                lambda step, _stop: self._carry_out(step, zips), steps, self._inner_jobs
            )

    def _carry_out(self, step: Step, zips: _Zips) -> BalanceResult:
        began = time.monotonic()
        key = step.layer_name, step.region
        result = BalanceResult(*_identity(step), BalanceState.NOT_TRIED)
        if error := self._stopped.get(key) or self._gone.get(step.region) or self._lost(step):
            result = replace(result, error=error)
        else:
            try:
                remote = self._act(step, zips)
                state = BalanceState.PUBLISHED if isinstance(step, Copy) else BalanceState.GRANTED
                result = replace(result, state=state, arn=remote.arn)
            except AwsError as error:
                self._stopped[key] = error
                self._note_gone(step.region, error)
                result = replace(result, state=BalanceState.FAILED, error=error)
        result = replace(result, seconds=time.monotonic() - began)
        with self._telling:
            self._progress(result)
        return result

    def _act(self, step: Step, zips: _Zips) -> RemoteVersion:
        client = self._aws.layers(step.region)
        if isinstance(step, Copy):
            number = client.publish(self._zip(step, zips), after=step.version - 1)
            if number != step.version:
                raise AwsError(
                    f"{step.region}: AWS gave {step.layer_name} the number {number}, where "
                    f"{step.version} was due: versions were deleted there, or somebody published "
                    "at the same time",
                    "It was left private. The numbers of this layer cannot be made equal there.",
                )
        if step.public:
            client.grant(step.layer_name, step.version)
        return _require_equal(client.read(step.layer_name, step.version), step)


    def _zip(self, step: Copy, zips: _Zips) -> Package:
        try:
            return zips.get(step)
        except AwsError as error:
            self._note_gone(step.source, error)
            # Of the source, not of the region that is served.
            raise AwsError(error.message, error.remedy) from error

    def _lost(self, step: Step) -> AwsError | None:
        return self._gone.get(step.source) if isinstance(step, Copy) else None

    def _note_gone(self, region: Region, error: AwsError) -> None:
        """A region that does not answer is not asked again and again."""
        if isinstance(error, (RegionUnavailableError, CredentialsError)):
            self._gone[region] = error


class _Zips:
    """The zip of one version, fetched by the first who needs it."""

    def __init__(self, aws: Aws, stack: ExitStack) -> None:
        self._aws = aws
        self._stack = stack
        self._lock = Lock()
        self._fetched: Package | AwsError | None = None

    def get(self, step: Copy) -> Package:
        """The zip, or why it could not be fetched; nobody tries again."""
        with self._lock:
            if self._fetched is None:
                try:
                    contents = self._aws.contents(step.source)
                    self._fetched = self._stack.enter_context(
                        contents.fetched(step.layer_name, step.version, step.code_sha256)
                    )
                except AwsError as error:
                    self._fetched = error
        if isinstance(self._fetched, AwsError):
            raise self._fetched
        return self._fetched


def _identity(step: Step) -> tuple[str, str, int, str]:
    return step.layer_name, step.region.name, step.version, step.name


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
