"""What is to be done where, decided from what we have and what AWS has. Nothing here acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from layerfactory.build.layer import Layer
    from layerfactory.data.regions import Region
    from layerfactory.errors import LayerFactoryError
    from layerfactory.publish.remote import RemoteVersion


@dataclass(frozen=True, slots=True)
class Target:
    """One layer in one region."""

    layer: Layer
    region: Region


@dataclass(frozen=True, slots=True)
class Skip:
    """The latest version is ours, and at least as public as wanted."""

    remote: RemoteVersion
    note: str = ""
    """What the user should know although there is nothing to do."""
    name: ClassVar[str] = "skip"


@dataclass(frozen=True, slots=True)
class Grant:
    """The latest version is ours, but private still."""

    version: int
    name: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True)
class Upload:
    """There is no version, or the latest holds something else."""

    name: ClassVar[str] = "publish"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The region could not be asked."""

    error: LayerFactoryError
    name: ClassVar[str] = "not reachable"


Action = Skip | Grant | Upload | Unreachable


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done for one layer in one region, and why."""

    target: Target
    remote: RemoteVersion | None
    """The latest version that AWS has."""
    action: Action


@dataclass(frozen=True, slots=True)
class Plan:
    """Every step, by cell and then by region; it can be printed, or carried out."""

    steps: tuple[Step, ...]
    public: bool
    """Every account may use the layers."""


def decide(layer: Layer, remote: RemoteVersion | None, *, public: bool) -> Action:
    """What one layer needs in one region.

    Args:
        layer: what we have.
        remote: the latest version there, if any.
        public: every account shall be able to use it.
    """
    if remote is None or remote.code_sha256 != layer.manifest.code_sha256:
        return Upload()
    if public and not remote.public:
        return Grant(remote.version)
    if remote.public and not public:
        note = f"{remote.arn} is public already and stays so, although private is wanted"
        return Skip(remote, note)
    return Skip(remote)
