"""A pure model of AWS's layers, which speaks as the clients of `layerfactory.publish.aws` do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING

from layerfactory.publish.identity import code_sha256
from layerfactory.publish.policy import Access
from layerfactory.publish.remote import ListedVersion, RemoteVersion
from layerfactory.publish.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.data.regions import Region
    from layerfactory.publish.package import Package

ACCOUNT = "123456789012"
PLENTY = 75 * 2**30


@dataclass(frozen=True)
class Version:
    """One version of a layer: what it holds, what it says, and who may use it."""

    sha256: str
    description: str
    access: Access = field(default_factory=Access)


def marked(content: bytes, access: Access | None = None) -> Version:
    """As layerfactory publishes it."""
    sha256 = hashlib.sha256(content).hexdigest()
    return Version(sha256, f"scikit-learn sha256:{sha256}", access or Access())


@dataclass
class ModelRegion:
    """The client of one region; ``layers`` holds each layer's versions, oldest first."""

    region: Region
    layers: dict[str, list[Version]] = field(default_factory=dict)
    error: Exception | None = None
    """What every call raises."""
    limit: int = PLENTY
    used: int = 0
    calls: list[str] = field(default_factory=list)

    def list_layers(self) -> dict[str, ListedVersion]:
        self._note("ListLayers")
        return {name: self._listed(name, len(held)) for name, held in self.layers.items() if held}

    def list_versions(self, layer_name: str) -> tuple[ListedVersion, ...]:
        self._note("ListLayerVersions")
        count = len(self.layers.get(layer_name, ()))
        return tuple(self._listed(layer_name, number) for number in range(count, 0, -1))

    def read(self, layer_name: str, version: int) -> RemoteVersion:
        self._note("GetLayerVersion")
        held, listed = self.layers[layer_name][version - 1], self._listed(layer_name, version)
        return RemoteVersion(
            layer_name=layer_name,
            version=version,
            arn=listed.arn,
            code_sha256=code_sha256(held.sha256),
            created=listed.created,
            description=held.description,
            access=held.access,
        )

    def publish(self, package: Package, *, after: int = 0) -> int:
        self._note("PublishLayerVersion")
        versions = self.layers.setdefault(package.layer_name, [])
        versions.append(Version(package.sha256, package.request["Description"]))
        self.used += package.zipped_bytes
        return len(versions)

    def grant(self, layer_name: str, version: int) -> None:
        self._note("AddLayerVersionPermission")
        self._change(layer_name, version, public=True, ours=True)

    def revoke(self, layer_name: str, version: int) -> None:
        self._note("RemoveLayerVersionPermission")
        by_others = "everybody" in self.layers[layer_name][version - 1].access.others
        self._change(layer_name, version, public=by_others, ours=False)

    def storage(self) -> Storage:
        self._note("GetAccountSettings")
        return Storage(self.used, self.limit)

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if self.error is not None:
            raise self.error

    def _change(self, layer_name: str, version: int, *, public: bool, ours: bool) -> None:
        held = self.layers[layer_name][version - 1]
        access = replace(held.access, public=public, ours=ours)
        self.layers[layer_name][version - 1] = replace(held, access=access)

    def _listed(self, layer_name: str, number: int) -> ListedVersion:
        place = f"arn:{self.region.partition}:lambda:{self.region}:{ACCOUNT}:layer"
        held = self.layers[layer_name][number - 1]
        created = datetime(2026, 11, 23, tzinfo=UTC)
        return ListedVersion(number, f"{place}:{layer_name}:{number}", held.description, created)


class ModelAws:
    """What `Aws` gives: a client a region."""

    def __init__(self, clients: Iterable[ModelRegion]) -> None:
        self.stop = Event()
        self.accounts = {"aws": ACCOUNT}
        self.clients = {client.region: client for client in clients}

    def layers(self, region: Region) -> ModelRegion:
        return self.clients[region]
