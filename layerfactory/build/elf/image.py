"""An ELF file as a loader sees it: the header, the program headers and the mapped bytes.

Sections are never looked at: no loader reads them, and files written by `elf.rewrite` have none.
pyelftools' ``ELFFile`` insists on them and falls over damaged ones, so only its structures are
used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elftools.elf.structs import ELFStructs

MAGIC = b"\x7fELF"
_CLASSES = {1: 32, 2: 64}
_LITTLE_ENDIAN = {1: True, 2: False}
E_PHOFF, E_SHOFF, E_SHNUM = 32, 40, 60
"""Where a 64-bit ELF header says where its tables are: 8, 8 and 2 bytes; e_shstrndx is next."""
P_OFFSET = 8
"""Where a 64-bit program header has its file offset, 8 bytes."""
_EHDR64_SIZE = 64
_PN_XNUM = 0xFFFF
"""With so many program headers, their number stands in a section header."""


class ElfFormatError(ValueError):
    """The bytes are no ELF file, or not one that a loader could take; it says why."""


@dataclass(frozen=True, slots=True)
class ProgramHeader:
    """One entry of the program header table; the numbers are bytes."""

    type: str
    """pyelftools' name, such as ``PT_LOAD``; a number for those that it does not know."""
    flags: int
    offset: int
    vaddr: int
    filesz: int
    memsz: int
    align: int

    @property
    def end(self) -> int:
        """The offset behind its last byte in the file."""
        return self.offset + self.filesz

    def covers(self, offset: int, size: int) -> bool:
        """Whether that stretch of the file lies within this header's."""
        return self.offset <= offset and offset + size <= self.end


@dataclass(frozen=True, slots=True)
class ElfImage:
    """A readable ELF file: no PT_LOAD segment reaches beyond its end."""

    data: bytes
    structs: ELFStructs
    type: str
    machine: str
    phoff: int
    headers: tuple[ProgramHeader, ...]

    @property
    def header_size(self) -> int:
        """Of the ELF header, in bytes."""
        return int(self.structs.Elf_Ehdr.sizeof())

    @property
    def entry_size(self) -> int:
        """Of one program header, in bytes."""
        return int(self.structs.Elf_Phdr.sizeof())

    @property
    def table_size(self) -> int:
        """Of the program header table, in bytes."""
        return self.entry_size * len(self.headers)

    @property
    def loads(self) -> tuple[ProgramHeader, ...]:
        """The segments that the loader maps, in the order of the table."""
        return tuple(header for header in self.headers if header.type == "PT_LOAD")

    def read(self, vaddr: int, size: int) -> bytes:
        """The bytes that the file puts at an address.

        Raises:
            ElfFormatError: they are not all out of one segment.
        """
        for load in self.loads:
            start = vaddr - load.vaddr
            if start >= 0 and start + size <= load.filesz:
                return self.data[load.offset + start : load.offset + start + size]
        msg = f"nothing is loaded at {vaddr:#x}"
        raise ElfFormatError(msg)

    def dynamic(self) -> tuple[tuple[str, int], ...]:
        """The entries of PT_DYNAMIC, read from memory as the loader does, without DT_NULL.

        Raises:
            ElfFormatError: they are not in memory.
        """
        header = next((h for h in self.headers if h.type == "PT_DYNAMIC"), None)
        if header is None:
            return ()
        layout = self.structs.Elf_Dyn
        size = header.filesz - header.filesz % layout.sizeof()
        stream = BytesIO(self.read(header.vaddr, size))
        entries = []
        while stream.tell() < size:
            entry = layout.parse_stream(stream)
            if entry.d_tag == "DT_NULL":
                break
            entries.append((str(entry.d_tag), int(entry.d_val)))
        return tuple(entries)


def read_image(data: bytes) -> ElfImage:
    """Read the headers.

    Raises:
        ElfFormatError: these are not the bytes of a whole ELF file.
    """
    from elftools.common.exceptions import ELFParseError
    from elftools.common.utils import struct_parse

    identity = _identity(data)
    stream = BytesIO(data)
    try:
        header = struct_parse(_structs(identity).Elf_Ehdr, stream, 0)
        structs = _structs(identity, header.e_type, header.e_machine)
        _check_table(structs, header.e_phentsize, header.e_phnum)
        stream.seek(header.e_phoff)
        headers = tuple(
            _program_header(struct_parse(structs.Elf_Phdr, stream)) for _ in range(header.e_phnum)
        )
    except (ELFParseError, OverflowError):
        msg = "its headers are damaged"
        raise ElfFormatError(msg) from None
    if any(h.end > len(data) for h in headers if h.type == "PT_LOAD"):
        msg = "a segment ends behind the end of the file"
        raise ElfFormatError(msg)
    kind, machine = str(header.e_type), str(header.e_machine)
    return ElfImage(data, structs, kind, machine, header.e_phoff, headers)


def _program_header(entry: Any) -> ProgramHeader:
    return ProgramHeader(
        type=str(entry.p_type),
        flags=entry.p_flags,
        offset=entry.p_offset,
        vaddr=entry.p_vaddr,
        filesz=entry.p_filesz,
        memsz=entry.p_memsz,
        align=entry.p_align,
    )


def check_64_bit(image: ElfImage) -> None:
    """Let only files pass whose headers are laid out as on Lambda's processors.

    Raises:
        ElfFormatError: it is another kind of processor.
    """
    if image.header_size != _EHDR64_SIZE or not image.structs.little_endian:
        msg = "it is not for a 64-bit, little-endian processor"
        raise ElfFormatError(msg)


def _identity(data: bytes) -> tuple[int, bool]:
    if len(data) < len(MAGIC) + 2 or not data.startswith(MAGIC):
        msg = "it is not an ELF file"
        raise ElfFormatError(msg)
    elf_class, little_endian = _CLASSES.get(data[4]), _LITTLE_ENDIAN.get(data[5])
    if elf_class is None or little_endian is None:
        msg = "its headers are damaged"
        raise ElfFormatError(msg)
    return elf_class, little_endian


@lru_cache(maxsize=16)
def _structs(
    identity: tuple[int, bool], kind: str | None = None, machine: str | None = None
) -> ELFStructs:
    """The structures of pyelftools; making them takes longer than reading a file with them."""
    from elftools.elf.structs import ELFStructs

    elf_class, little_endian = identity
    structs = ELFStructs(little_endian=little_endian, elfclass=elf_class)
    structs.create_basic_structs()
    structs.create_advanced_structs(kind, machine)
    return structs


def _check_table(structs: ELFStructs, entry_size: int, entries: int) -> None:
    if entries and (entry_size != structs.Elf_Phdr.sizeof() or entries == _PN_XNUM):
        msg = "its table of program headers has an unknown form"
        raise ElfFormatError(msg)
