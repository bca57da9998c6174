"""What AWS has: versions of layers, as lists tell of them and as they were read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.publish.policy import NOBODY, Access

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """One version as lists tell of it: without its hash, and without its policy."""

    version: int
    arn: str
    description: str
    created: datetime


@dataclass(frozen=True, slots=True)
class RemoteVersion:
    """One version of a layer in one region, as it was read back."""

    layer_name: str
    version: int
    arn: str
    code_sha256: str
    """The zip's sha256 in base64, as AWS counted it."""
    created: datetime
    description: str = ""
    access: Access = NOBODY
    zipped_bytes: int = 0

    @property
    def public(self) -> bool:
        """Its policy lets every account use it."""
        return self.access.public
