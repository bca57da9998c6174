"""What each file of a layer costs, out of the central directory of its zip: nothing is unpacked."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from layerfactory.build.layer import ROOT
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

METADATA = "metadata"
"""The part of a package that holds its dist-info folder."""
LIBRARIES = "libraries"
"""The part that holds the shared libraries which the wheel brings along."""
TOP = "top level"
"""The part that holds the modules right in the package."""
_HEADERS = 30 + 46
"""Bytes that a member's local header and its entry in the directory have beside its name."""
_IMPORT_NAMES = {"sklearn": "scikit-learn", "dateutil": "python-dateutil"}
"""Packages that are imported by a name other than their distribution's; wheels do not say so."""
_ABI_TAG = re.compile(r"\.(cpython-|abi3)[^/]*\.so$")
_KINDS = {
    ".so": "extensions",
    ".pyc": "bytecode",
    ".py": "sources",
}


@dataclass(frozen=True, slots=True)
class FileSize:
    """A file of a layer; sizes are in bytes."""

    path: str
    """Below ``python/``."""
    unzipped_bytes: int
    zipped_bytes: int
    """What it adds to the zip: its compressed content, its name twice, and its headers."""

    @property
    def short(self) -> str:
        """The path without the tag of the interpreter, for a narrow table."""
        return _ABI_TAG.sub(".*.so", self.path)


@dataclass(frozen=True, slots=True)
class Place:
    """Which package a file belongs to, which part of it, and what it is."""

    package: str
    part: str
    kind: str


def read_sizes(path: Path) -> tuple[FileSize, ...]:
    """The files of a zip in its own order.

    Raises:
        BuildError: it is gone or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise BuildError(f"{path}: cannot be read: {error}", "Build the cell again.") from None
    return tuple(
        FileSize(
            path=member.filename.removeprefix(ROOT),
            unzipped_bytes=member.file_size,
            zipped_bytes=member.compress_size + _HEADERS + 2 * len(member.filename.encode()),
        )
        for member in members
    )


def place(path: str, packages: Collection[str]) -> Place:
    """Where a file belongs.

    Args:
        path: below ``python/``.
        packages: names of the distributions inside; what belongs to none of them keeps the name
            that it is imported by.
    """
    top, _, rest = path.partition("/")
    stem = top.partition(".")[0]
    if top.endswith(".dist-info"):
        package, part = top.partition("-")[0], METADATA
    elif top.endswith(".libs"):
        package, part = top.removesuffix(".libs"), LIBRARIES
    else:
        package, inner = stem, rest.split("/")
        part = inner[0] if len(inner) > 1 else TOP
    if part == ".libs":  # of wheels before 2021
        part = LIBRARIES
    return Place(_distribution(package, packages), part, _kind(path, part))


def _distribution(name: str, packages: Collection[str]) -> str:
    normalised = canonicalize_name(_IMPORT_NAMES.get(name, name))
    return normalised if normalised in packages else name


def _kind(path: str, part: str) -> str:
    name = path.rpartition("/")[2]
    if part == METADATA:
        return METADATA
    if part == LIBRARIES:
        # Each for itself: they are the largest files there are.
        return re.split(r"[-.]", name, maxsplit=1)[0].rstrip("_")
    suffix = name[name.rfind(".") :] if "." in name else ""
    return _KINDS.get(suffix, "data")
