"""Carries out the steps of one region, one after the other."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.errors import (
    AlteredLayerError,
    AwsError,
    LayerFactoryError,
    StorageFullError,
)
from layerfactory.publish.decide import altered, decide
from layerfactory.publish.gate import require_intact
from layerfactory.publish.package import Package
from layerfactory.publish.plan import (
    Action,
    Altered,
    Grant,
    NoRoom,
    NotEnabled,
    Revoke,
    Skip,
    Unreachable,
    Upload,
)
from layerfactory.publish.regionwise import is_gone
from layerfactory.publish.result import PublishResult, State
from layerfactory.publish.survey import look
from layerfactory.publish.turns import turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerfactory.build.cache.store import Cache
    from layerfactory.build.layer import Layer
    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.layers import LayerClient
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.plan import Step, Terms
    from layerfactory.publish.remote import RemoteVersion

_AGAIN = "Run the same command again; it does only what is missing."


class RegionServer:
    """Once its region is gone, the other steps are not tried.

    Args:
        aws: the account.
        region: where the steps are to be carried out.
        terms: of the plan.
        locks: where runs on this machine keep each other from uploading here at once.
        begins: told each step that takes time when it begins, and with what.
    """

    def __init__(
        self,
        aws: Aws,
        region: Region,
        terms: Terms,
        locks: Cache,
        begins: Callable[[Step, str], None],
    ) -> None:
        self._aws = aws
        self._region = region
        self._terms = terms
        self._locks = locks
        self._begins = begins
        self._gone: AwsError | None = None
        self._full: StorageFullError | None = None

    def carry_out(self, step: Step) -> PublishResult:
        """Do one step; what AWS refuses is in the result."""
        begin = time.monotonic()
        result = PublishResult(
            cell=step.target.layer.cell.identifier,
            region=self._region.name,
            action=step.action.name,
            state=State.FAILED,
        )
        try:
            done = self._act(step, result)
        except LayerFactoryError as error:
            self._remember(error)
            state = State.ALTERED if isinstance(error, AlteredLayerError) else State.FAILED
            done = replace(result, state=state, error=error)
        return replace(done, seconds=time.monotonic() - begin)

    def _remember(self, error: LayerFactoryError) -> None:
        if isinstance(error, AwsError) and is_gone(error):
            self._gone = error
        if isinstance(error, StorageFullError):
            self._full = error

    def _act(self, step: Step, result: PublishResult) -> PublishResult:
        match step.action:
            case NotEnabled(error):
                return replace(result, state=State.NOT_ENABLED, note=error.message)
            case Unreachable(error) | NoRoom(error):
                raise error
            case Upload():
                self._require_region(self._gone or self._full)
                return self._upload(step, result)
            case _:
                return self._settle(step.target.layer, step.action, result)

    def _settle(self, layer: Layer, action: Action, result: PublishResult) -> PublishResult:
        """Do what a version that is there already needs."""
        match action:
            case Skip(remote, note):
                return _done(result, State.SKIPPED, remote, note)
            case Altered():
                raise altered(self._region, action)
            case Grant(remote, note):
                self._require_region(self._gone)
                self._client.grant(remote.layer_name, remote.version)
                return _done(result, State.GRANTED, self._read_back(layer, remote.version), note)
            case Revoke(remote, note, versions):
                self._require_region(self._gone)
                for version in versions:
                    self._client.revoke(remote.layer_name, version)
                    self._read_back(layer, version)
                return _done(result, State.REVOKED, remote, note)
            case _:
                raise RuntimeError(f"{action} is no matter of a version that is there")

    def _upload(self, step: Step, result: PublishResult) -> PublishResult:
        layer, name = step.target.layer, step.target.layer.cell.layer_name
        require_intact(layer)

        def waits() -> None:
            self._begins(step, "waiting for another run on this machine")

        with turn(self._locks, self._aws, self._region, waits):
            self._begins(step, "uploading")
            versions = self._client.list_versions(name)
            before = versions[0].version if versions else 0
            if before != (step.remote.version if step.remote else 0):
                found = look(self._client, layer, versions[0] if versions else None, self._terms)
                action = decide(layer, found, self._terms)
                if not isinstance(action, Upload):
                    return self._settle(layer, action, result)
            version = self._client.publish(Package.of(layer), after=before)
        return self._finish(layer, before, version, result)

    def _finish(
        self, layer: Layer, before: int, version: int, result: PublishResult
    ) -> PublishResult:
        """Grant what was uploaded; where somebody was quicker, the earlier version counts."""
        earlier = self._published_between(layer, before, version)
        counts = earlier or version
        if self._terms.public:
            self._client.grant(layer.cell.layer_name, counts)
        remote = self._read_back(layer, counts)
        if not earlier:
            return _done(result, State.PUBLISHED, remote, _note_of_gap(before, remote))
        note = f"version {version} is a double of {remote.arn}, which another run published"
        return _done(result, State.DOUBLED, remote, note)

    def _published_between(self, layer: Layer, before: int, version: int) -> int | None:
        """The version with our zip that came between our look and our upload."""
        if version == before + 1:
            return None
        name, code = layer.cell.layer_name, layer.manifest.code_sha256
        listed = reversed(self._client.list_versions(name))
        between = [each.version for each in listed if before < each.version < version]
        return next((v for v in between if self._client.read(name, v).code_sha256 == code), None)

    def _read_back(self, layer: Layer, version: int) -> RemoteVersion:
        """Nothing counts as done before AWS itself says so."""
        remote = self._client.read(layer.cell.layer_name, version)
        faults = []
        if remote.code_sha256 != layer.manifest.code_sha256:
            faults.append("holds other bytes than the zip")
        if self._terms.public and not remote.public:
            faults.append("is not public")
        if remote.access.ours and self._terms.revoke:
            faults.append("is public still")
        if faults:
            msg = f"{self._region}: {remote.arn} was read back and {' and '.join(faults)}"
            raise AwsError(msg, _AGAIN)
        return remote

    @property
    def _client(self) -> LayerClient:
        return self._aws.layers(self._region)

    @staticmethod
    def _require_region(error: AwsError | None) -> None:
        if error is not None:
            raise error


def _note_of_gap(before: int, remote: RemoteVersion) -> str:
    """AWS gives no number twice, so that one that is missing was taken by a version."""
    if remote.version == before + 1:
        return ""
    return (
        f"{remote.arn} came after version {before}: numbers between were deleted, or published by "
        "somebody else, and other regions may number it otherwise"
    )


def _done(
    result: PublishResult, state: State, remote: RemoteVersion, note: str = ""
) -> PublishResult:
    return replace(result, state=state, version=remote.version, arn=remote.arn, note=note)
