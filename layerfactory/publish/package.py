"""A zip on its way to AWS, with what AWS is told of it."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.errors import VerifyError
from layerfactory.publish.identity import code_sha256
from layerfactory.publish.metadata import version_request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from layerfactory.build.layer import Layer

_AGAIN = "If it was built anew meanwhile, verify it and publish again; else build it again."


class HashedZip:
    """A zip that is read once from its beginning to its end, and hashed as it is read.

    What goes out is what was hashed, even if the file is changed or replaced meanwhile.

    Args:
        file: open at its beginning.
        package: what it shall be.
    """

    def __init__(self, file: BinaryIO, package: Package) -> None:
        self._file = file
        self._package = package
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes; raises VerifyError."""
        with _readable(self._package.zip):
            piece = self._file.read(size)
        self._digest.update(piece)
        return piece

    def require_intact(self) -> None:
        """See that what was read is the zip that the package describes; raises VerifyError."""
        sha256 = self._digest.hexdigest()
        if sha256 != self._package.sha256:
            raise VerifyError(
                f"{self._package.zip}: has sha256 {sha256}, and not {self._package.sha256}: "
                "it was changed on its way out",
                _AGAIN,
            )


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

    @contextmanager
    def opened(self) -> Iterator[HashedZip]:
        """The zip, open for one reading; raises VerifyError where it cannot be opened."""
        with _readable(self.zip):
            file = self.zip.open("rb")
        with file:
            yield HashedZip(file, self)

    def content(self) -> bytes:
        """The whole zip, and it is the one that was described.

        Raises:
            VerifyError: it is gone, cannot be read, or has another sha256.
        """
        with self.opened() as zipped:
            content = zipped.read()
            zipped.require_intact()
        return content


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise VerifyError(f"{path}: cannot be read: {error.strerror or error}", _AGAIN) from None
