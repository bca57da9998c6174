"""The room that a region has for code, and whether what is to be uploaded fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.errors import StorageFullError

if TYPE_CHECKING:
    from layerfactory.data.regions import Region

STORAGE_REMEDY = (
    "Ask Service Quotas for more of Lambda's storage for functions and layers in that region "
    "(75 GB unless raised before), or publish fewer cells there."
)


@dataclass(frozen=True, slots=True)
class Storage:
    """A region's code storage, in bytes: functions and layers of the account together."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Demand:
    """What a plan will take of a region's storage."""

    region: Region
    taking: int
    """Bytes of all zips that are to be uploaded there."""
    storage: Storage | None
    """None where it could not be asked."""
    unknown: str = ""
    """Why it could not."""

    @property
    def fits(self) -> bool:
        """Whether there is room; where it is not known, trying will tell."""
        return self.storage is None or self.storage.used + self.taking <= self.storage.limit

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return {
            "region": self.region.name,
            "taking_bytes": self.taking,
            "used_bytes": self.storage.used if self.storage else None,
            "limit_bytes": self.storage.limit if self.storage else None,
            "fits": self.fits if self.storage else None,
            "unknown": self.unknown,
        }


def storage_full(demand: Demand) -> StorageFullError:
    """That a region has no room for what is to be uploaded there."""
    storage = demand.storage
    if storage is None:
        raise RuntimeError("a region whose storage is not known is never full")
    return StorageFullError(
        f"{demand.region}: {demand.taking:,} bytes do not fit beside the {storage.used:,} that are "
        f"in use, of {storage.limit:,}",
        STORAGE_REMEDY,
    )
