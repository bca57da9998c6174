"""A zip on its way to AWS, with what AWS is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.publish.identity import code_sha256
from layerfactory.publish.metadata import version_request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from layerfactory.build.layer import Layer


@dataclass(frozen=True, slots=True)
class Package:
    """One version of a layer before it is published, here or in one more region."""

    request: Mapping[str, Any]
    """The parameters of PublishLayerVersion, but for the content."""
    zip: Path
    sha256: str
    """Of the zip, hex."""
    zipped_bytes: int

    @classmethod
    def of(cls, layer: Layer) -> Package:
        """A layer as it was built."""
        manifest = layer.manifest
        return cls(version_request(layer), layer.zip, manifest.sha256, manifest.zipped_bytes)

    @property
    def layer_name(self) -> str:
        """What the layer is called on AWS."""
        name: str = self.request["LayerName"]
        return name

    @property
    def code_sha256(self) -> str:
        """What AWS will call ``CodeSha256``."""
        return code_sha256(self.sha256)
