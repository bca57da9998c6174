"""What a built zip has inside that its manifest does not list: libraries and licence texts."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from layerfactory.build.layer import ROOT
from layerfactory.build.licenses import library_licenses
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from layerfactory.build.layer import Layer


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library that a wheel brings along: no distribution of its own tells of it."""

    path: str
    """Below ``python/``."""
    sha256: str
    license: str
    """SPDX expression; empty where it is not known."""

    @property
    def name(self) -> str:
        """The file's name, without the hash that auditwheel puts into it: ``libgfortran``."""
        return PurePosixPath(self.path).name.partition(".so")[0].partition("-")[0]


@dataclass(frozen=True, slots=True)
class Inside:
    """What was read of one zip."""

    libraries: tuple[Library, ...]
    """Sorted by path."""
    texts: tuple[tuple[str, str], ...]
    """Licence texts: the path below ``python/``, and the text; sorted by path."""


def read_inside(layer: Layer) -> Inside:
    """Read the libraries and licence texts of a layer.

    Raises:
        BuildError: the zip cannot be read, or lacks a text that its manifest names.
    """
    try:
        with zipfile.ZipFile(layer.zip) as archive:
            names = sorted(archive.namelist())
            return Inside(
                tuple(_library(archive, name) for name in names if _is_library(name)),
                tuple(
                    (name, _text(archive.read(ROOT + name)))
                    for name in layer.manifest.license_texts
                ),
            )
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise BuildError(
            f"{layer.zip}: cannot be read as its manifest has it ({error})",
            f"Build it again: layerfactory build --force --only '{layer.cell}'",
        ) from None


def _is_library(name: str) -> bool:
    path = PurePosixPath(name)
    return path.parent.name.endswith(".libs") and ".so" in path.name


def _library(archive: zipfile.ZipFile, name: str) -> Library:
    path = name.removeprefix(ROOT)
    sha256 = hashlib.sha256(archive.read(name)).hexdigest()
    return Library(path, sha256, " AND ".join(sorted(library_licenses([path]))))


def _text(content: bytes) -> str:
    """A licence text with the breaks of Unix, and one at its end."""
    text = content.decode("utf-8", errors="replace")
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") + "\n"
