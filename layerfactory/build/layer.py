"""A built layer: the zip and, beside it, the manifest that says what is inside."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.data.typed import read_typed
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.matrix.cell import Cell

MANIFEST_VERSION = 2
ROOT = "python/"
"""Lambda puts ``/opt/python`` on ``sys.path``; a layer unpacks at ``/opt``."""


@dataclass(frozen=True, slots=True)
class RuleUse:
    """What one trim rule took away."""

    rule: str
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class PackagedWheel:
    """One distribution inside the layer."""

    name: str
    version: str
    wheel: str
    """The wheel's file name."""
    sha256: str
    """The wheel's sha256, hex, as locked."""
    license: str
    """SPDX expression; empty where the metadata tells none."""
    bytes: int
    """Bytes of its files in the layer, unzipped."""
    zipped_bytes: int
    """Bytes that they take in the zip, with their entries in its directory."""
    rules: tuple[RuleUse, ...]
    """What was taken from it; sorted by rule."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a layer holds and how it was made. Sizes are in bytes."""

    cell: str
    layer_name: str
    sha256: str
    """Of the zip, hex."""
    zipped_bytes: int
    unzipped_bytes: int
    untrimmed_bytes: int
    """What the wheels unpack to, before anything is dropped or compiled."""
    bytecode_bytes: int
    """What compiling added."""
    files: int
    license: str
    """SPDX expression over everything inside."""
    license_texts: tuple[str, ...]
    """Of the wheels, as paths below ``python/``: each must be in the layer."""
    bytecode: str
    builder: str
    interpreter: str
    """The full version of the Python that compiled the bytecode, such as ``3.12.1``."""
    image: str
    """Name and digest of the build image; empty without Docker."""
    lock_sha256: str
    recipe_sha256: str
    """Of everything that decides the bytes: lock, rules, policy, interpreter, builder, code."""
    source_commit: str
    """Of the checkout that built it; ``-dirty`` behind it where it had changes."""
    packages: tuple[PackagedWheel, ...]
    rules: tuple[RuleUse, ...]
    version: int = MANIFEST_VERSION

    @property
    def code_sha256(self) -> str:
        """The zip's sha256 in base64: what AWS calls ``CodeSha256``."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()

    def package_version(self, name: str) -> str:
        """The version of a distribution inside, or an empty string."""
        return next((p.version for p in self.packages if p.name == name), "")

    def to_json(self) -> dict[str, Any]:
        """Plain values, as written to the manifest file."""
        from dataclasses import asdict

        return {**asdict(self), "code_sha256": self.code_sha256}

    @property
    def claims_sha256(self) -> str:
        """The hash of all that it says of the layer, hex; not of how it came to be built."""
        claims = {**self.to_json(), "recipe_sha256": "", "source_commit": ""}
        return hashlib.sha256(json.dumps(claims, sort_keys=True).encode()).hexdigest()

    @classmethod
    def from_json(cls, value: Any, source: Path) -> Manifest:
        """Read plain values back.

        Raises:
            BuildError: the file is not a manifest of this version.
        """
        found = value.get("version") if isinstance(value, dict) else None
        if found != MANIFEST_VERSION:
            msg = f"{source}: a manifest of version {found!r}, not {MANIFEST_VERSION}"
            raise BuildError(msg, "Build the cell again.")
        try:
            return read_typed(cls, value)
        except ValueError as error:
            msg = f"{source}: not a layer's manifest ({error})"
            raise BuildError(msg, "Build the cell again.") from None


@dataclass(frozen=True, slots=True)
class Layer:
    """A zip on disk with its manifest."""

    cell: Cell
    zip: Path
    manifest: Manifest

    @property
    def manifest_path(self) -> Path:
        """The manifest lies beside the zip."""
        return self.zip.with_suffix(".json")
