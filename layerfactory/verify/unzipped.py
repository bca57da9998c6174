"""Reads a layer's zip once, to its end, and keeps what the static checks look at.

The zip is what gets published, so it is read itself and never the tree it was made from.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from layerfactory.build.elf.facts import ElfFacts, read_facts
from layerfactory.build.elf.image import MAGIC
from layerfactory.data.runtimes import limits
from layerfactory.verify.findings import Finding

if TYPE_CHECKING:
    from pathlib import Path

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # encrypted
    NotImplementedError,
    ValueError,
    OverflowError,
)
"""All that zipfile raises on zips that are damaged."""
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What Lambda unpacks."""
_READ_BEYOND_LIMIT = 1.1
"""A zip that is a little too large is read, so that all its faults are told; a bomb is not."""
_SHARED_OBJECT = re.compile(r"\.so(\.[^/]*)?$")
"""By its name the loader's: ``_fast.cpython-313-x86_64-linux-gnu.so``, ``libgomp.so.1.0.0``."""
_PYC_HEADER = 16
"""Magic number, flags, and a hash or time and size; PEP 552, in bytes."""


@dataclass(frozen=True, slots=True)
class Unzipped:
    """What a zip holds, by member name."""

    sha256: str
    zipped_bytes: int
    members: tuple[zipfile.ZipInfo, ...] = ()
    """In the zip's own order, with duplicates."""
    elf: dict[str, ElfFacts | None] = field(default_factory=dict)
    """None for one that is no ELF file by its content, or cannot be read."""
    scripts: set[str] = field(default_factory=set)
    """Files that begin with ``#!``."""
    bytecode: dict[str, bytes] = field(default_factory=dict)
    """The header of each .pyc file."""
    sources: dict[str, bytes] = field(default_factory=dict)
    """Each .py file."""
    metadata: dict[str, bytes] = field(default_factory=dict)
    """METADATA and WHEEL of each dist-info folder."""
    damage: list[Finding] = field(default_factory=list)
    read: bool = True
    """Whether its members were read; not where they would unpack to far more than Lambda takes."""

    @property
    def names(self) -> frozenset[str]:
        """All members' names."""
        return frozenset(member.filename for member in self.members)

    @property
    def files(self) -> tuple[zipfile.ZipInfo, ...]:
        """The members that are not folders."""
        return tuple(member for member in self.members if not member.is_dir())


def unzip(path: Path) -> Unzipped:
    """Read a zip; whatever is wrong with it becomes a finding."""
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            zipped_bytes = file.tell()
    except OSError as error:
        finding = Finding("zip", path.name, f"cannot be read: {error.strerror}")
        return Unzipped(sha256="", zipped_bytes=0, damage=[finding])
    try:
        with zipfile.ZipFile(path) as archive:
            result = Unzipped(sha256, zipped_bytes, tuple(archive.infolist()))
            # zipfile stops at the size that a member declares: it can be trusted for this.
            declared = sum(member.file_size for member in result.members)
            if declared > _READ_BEYOND_LIMIT * limits().unzipped_bytes:
                return replace(result, read=False)
            for member in result.files:
                _read(archive, member, result)
    except _DAMAGE as error:
        finding = Finding("zip", path.name, f"is damaged or cut short: {error}")
        return Unzipped(sha256, zipped_bytes, damage=[finding])
    return result


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, result: Unzipped) -> None:
    if member.compress_type not in _METHODS:
        message = f"is compressed by method {member.compress_type}; Lambda takes deflate"
        result.damage.append(Finding("zip", member.filename, message))
        return
    try:
        data = archive.read(member)
    except _DAMAGE as error:
        result.damage.append(Finding("zip", member.filename, f"cannot be unpacked: {error}"))
        return
    name = member.filename
    if data.startswith(MAGIC):
        result.elf[name] = read_facts(data)
    elif _SHARED_OBJECT.search(name):
        result.elf[name] = None
    elif data.startswith(b"#!"):
        result.scripts.add(name)
    if name.endswith(".pyc"):
        result.bytecode[name] = data[:_PYC_HEADER]
    elif name.endswith(".py"):
        result.sources[name] = data
    elif name.endswith((".dist-info/METADATA", ".dist-info/WHEEL")):
        result.metadata[name] = data
