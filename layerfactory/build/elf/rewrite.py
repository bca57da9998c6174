"""Writes ELF files anew from their segments: what no loader reads stays out.

Section headers, symbol tables and debug sections lie outside of the PT_LOAD segments, and nothing
at run time reads them. ``strip`` would move bytes out of line in files that auditwheel has patched
(``ELF load command address/offset not page-aligned``); here each segment keeps its bytes and its
address, and gets the next file offset that is congruent to that address.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

from layerfactory.build.elf.image import (
    E_PHOFF,
    E_SHNUM,
    E_SHOFF,
    P_OFFSET,
    ElfFormatError,
    ElfImage,
    ProgramHeader,
    check_64_bit,
    read_image,
)
from layerfactory.build.elf.view import loader_view


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file's bytes: smaller ones that load as before, or its own."""

    data: bytes
    kept_because: str = ""
    """Why the file stays as it is; empty where it was rewritten."""


@dataclass(frozen=True, slots=True)
class _Move:
    """A segment and its new place in the file."""

    load: ProgramHeader
    offset: int

    def moved(self, offset: int) -> int:
        """Where a byte of this segment lies now."""
        return self.offset + offset - self.load.offset


def rewrite(data: bytes, page_size: int) -> Rewrite:
    """Write an ELF file anew from its PT_LOAD segments; equal bytes give equal bytes.

    A file that is no ELF file, or cannot be rewritten safely, comes back as it is.

    Args:
        data: any file's bytes.
        page_size: the largest page, in bytes, of the kernels that shall load it.
    """
    try:
        image = read_image(data)
        written = _write(image, _layout(image, page_size))
        if len(written) >= len(data):
            return Rewrite(data, "it would not be smaller")
        if loader_view(written) != loader_view(data):
            return Rewrite(data, "a header points at bytes that have to change")
    except ElfFormatError as error:
        return Rewrite(data, str(error))
    return Rewrite(written)


def _layout(image: ElfImage, page_size: int) -> tuple[_Move, ...]:
    _check_kind(image)
    _check_segments(image.loads)
    if not image.loads[0].covers(0, image.header_size):
        msg = "its first segment does not begin with the file"
        raise ElfFormatError(msg)
    table = _owner(image.loads, image.phoff, image.table_size)
    if table is None:
        msg = "its program headers are in no segment"
        raise ElfFormatError(msg)
    moves: list[_Move] = []
    cursor = 0
    for load in image.loads:
        if load is table:
            # glibc takes the first segment whose pages hold the table: no other may share them.
            cursor += -cursor % page_size
        offset = cursor + (load.vaddr - cursor) % _modulus(load, page_size)
        moves.append(_Move(load, offset))
        cursor = offset + load.filesz
        if cursor > len(image.data):
            msg = "it would not be smaller"
            raise ElfFormatError(msg)
    return tuple(moves)


def _modulus(load: ProgramHeader, page_size: int) -> int:
    """What offset and address must be congruent by; never weaker than it was in the file."""
    coarse = max(load.align, page_size)
    return coarse if (load.offset - load.vaddr) % coarse == 0 else load.align


def _check_kind(image: ElfImage) -> None:
    check_64_bit(image)
    if image.type not in {"ET_DYN", "ET_EXEC"}:
        msg = "it is not a library or a program"
        raise ElfFormatError(msg)


def _check_segments(loads: tuple[ProgramHeader, ...]) -> None:
    if not loads:
        msg = "it has no segment to load"
        raise ElfFormatError(msg)
    for load in loads:
        if load.align.bit_count() != 1 or (load.offset - load.vaddr) % load.align:
            msg = "a segment is not aligned as it says"
            raise ElfFormatError(msg)
        if load.filesz > load.memsz:
            msg = "a segment is larger in the file than in memory"
            raise ElfFormatError(msg)
    for before, after in pairwise(loads):
        if before.end > after.offset or before.vaddr + before.memsz > after.vaddr:
            msg = "its segments overlap, or are not in order"
            raise ElfFormatError(msg)


def _owner(loads: tuple[ProgramHeader, ...], offset: int, size: int) -> ProgramHeader | None:
    return next((load for load in loads if load.covers(offset, size)), None)


def _new_offset(header: ProgramHeader, moves: tuple[_Move, ...]) -> int:
    """Where a header points in the new file.

    Raises:
        ElfFormatError: it points at bytes outside of the segments.
    """
    holders = [move for move in moves if move.load.covers(header.offset, header.filesz)]
    if header.filesz and not holders:
        msg = f"{header.type} is in no segment"
        raise ElfFormatError(msg)
    # An empty header between two segments belongs to the one that it lies beside in memory.
    shift = header.vaddr - header.offset
    holders.sort(key=lambda move: move.load.vaddr - move.load.offset != shift)
    return holders[0].moved(header.offset) if holders else 0


def _write(image: ElfImage, moves: tuple[_Move, ...]) -> bytes:
    written = bytearray(moves[-1].offset + moves[-1].load.filesz)
    for move in moves:
        content = image.data[move.load.offset : move.load.end]
        written[move.offset : move.offset + len(content)] = content
    table = next(m for m in moves if m.load.covers(image.phoff, image.table_size))
    phoff = table.moved(image.phoff)
    places = {move.load: move.offset for move in moves}
    for index, header in enumerate(image.headers):
        offset = places[header] if header in places else _new_offset(header, moves)
        struct.pack_into("<Q", written, phoff + index * image.entry_size + P_OFFSET, offset)
    struct.pack_into("<Q", written, E_PHOFF, phoff)
    struct.pack_into("<Q", written, E_SHOFF, 0)
    struct.pack_into("<HH", written, E_SHNUM, 0, 0)
    return bytes(written)
