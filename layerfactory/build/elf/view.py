"""All that a loader reads of an ELF file, as a value: two files with equal views load alike."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.build.elf.image import (
    E_PHOFF,
    E_SHNUM,
    E_SHOFF,
    P_OFFSET,
    check_64_bit,
    read_image,
)

if TYPE_CHECKING:
    from layerfactory.build.elf.image import ElfImage, ProgramHeader

_NOTE_ALIGNMENT = 4
"""Of build-ids and ABI tags, in bytes; GNU properties are aligned by 8."""


@dataclass(frozen=True, slots=True)
class MappedHeader:
    """A program header without its file offset, and the bytes it points at."""

    type: str
    flags: int
    vaddr: int
    filesz: int
    memsz: int
    align: int
    content: bytes


@dataclass(frozen=True, slots=True)
class LoaderView:
    """Whatever decides how a 64-bit file is mapped and linked; file offsets do not."""

    machine: str
    type: str
    headers: tuple[MappedHeader, ...]
    """All of them in the order of the table."""
    dynamic: tuple[tuple[str, int], ...]
    """As found in memory."""


def loader_view(data: bytes) -> LoaderView:
    """Read a 64-bit, little-endian ELF file as its loader does.

    Raises:
        ElfFormatError: it is none, or its dynamic section is not in memory.
    """
    image = read_image(data)
    check_64_bit(image)
    masked = _without_offsets(image)
    return LoaderView(
        machine=image.machine,
        type=image.type,
        headers=tuple(_mapped(header, data, masked) for header in image.headers),
        dynamic=image.dynamic(),
    )


def _mapped(header: ProgramHeader, data: bytes, masked: bytes) -> MappedHeader:
    source = masked if _may_hold_offsets(header) else data
    return MappedHeader(
        type=header.type,
        flags=header.flags,
        vaddr=header.vaddr,
        filesz=header.filesz,
        memsz=header.memsz,
        align=header.align,
        content=source[header.offset : header.end],
    )


def _may_hold_offsets(header: ProgramHeader) -> bool:
    """Whether the bytes may be the ELF file's own headers, whose file offsets may change.

    Patchelf of 2019 let the program headers grow over the build-id note (numpy 1.18, scipy 1.4),
    so that such a PT_NOTE already points at them. glibc looks into no note aligned by 4 but for
    an ABI tag, which program headers never spell.
    """
    return header.type in {"PT_LOAD", "PT_PHDR"} or (
        header.type == "PT_NOTE" and header.align == _NOTE_ALIGNMENT
    )


def _without_offsets(image: ElfImage) -> bytes:
    masked = bytearray(image.data)
    for position in (E_PHOFF, E_SHOFF):
        struct.pack_into("<Q", masked, position, 0)
    struct.pack_into("<HH", masked, E_SHNUM, 0, 0)
    for index in range(len(image.headers)):
        position = image.phoff + index * image.entry_size + P_OFFSET
        struct.pack_into("<Q", masked, position, 0)
    return bytes(masked)
