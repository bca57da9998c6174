"""Writes a zip that is the same to the byte wherever it is written: sorted, fixed dates and modes.

zipfile cannot take members that are compressed already, and zlib needs eight times as long for a
larger file than libdeflate; so the few structures of the format are written here, after APPNOTE.TXT
6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. There is no zip64: a layer is far below its limits.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# libdeflate's: it takes 1.2 s for a layer on two cores.
LEVEL = 6

STORED, _DEFLATED = 0, 8
_VERSION = 20  # 2.0: deflate
_UNIX = 3 << 8
_UTF8 = 1 << 11
# 1980-01-01 00:00, the first that the format knows.
_DOS_TIME, _DOS_DATE = 0, (1 << 5) | 1
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_MAX_MEMBERS = 0xFFFF
_REGULAR_FILE = 0o100000


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a zip, compressed."""

    name: str
    executable: bool
    crc: int
    size: int
    """Bytes before compression."""
    payload: bytes
    method: int


def compress(name: str, data: bytes, *, executable: bool, level: int = LEVEL) -> Member:
    """Compress one file; it is stored where that makes it no smaller."""
    import deflate

    packed = bytes(deflate.deflate_compress(data, level))
    stored = len(packed) >= len(data)
    return Member(
        name=name,
        executable=executable,
        crc=deflate.crc32(data),
        size=len(data),
        payload=data if stored else packed,
        method=STORED if stored else _DEFLATED,
    )


def zip_size(members: Iterable[Member]) -> int:
    """The bytes that a zip of these members has."""
    return _END.size + sum(map(member_size, members))


def member_size(member: Member) -> int:
    """The bytes that a member takes in a zip, its entry in the directory included."""
    return _LOCAL.size + _CENTRAL.size + 2 * len(member.name.encode()) + len(member.payload)


def write_zip(file: IO[bytes], members: Sequence[Member]) -> None:
    """Write the members, sorted by name.

    Raises:
        BuildError: there are more of them than the format holds.
    """
    if len(members) > _MAX_MEMBERS:
        raise BuildError(f"{len(members)} files are more than a zip without zip64 holds")
    central = []
    offset = 0
    for member in sorted(members, key=lambda member: member.name):
        name = member.name.encode()
        shared = _shared_fields(member, name)
        record = _LOCAL.pack(b"PK\x03\x04", *shared)
        file.write(record + name)
        file.write(member.payload)
        central.append(_central_record(member, shared, offset) + name)
        offset += len(record) + len(name) + len(member.payload)
    directory = b"".join(central)
    count = len(members)
    file.write(directory)
    file.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0))


def _shared_fields(member: Member, name: bytes) -> tuple[int, ...]:
    """The fields that the local header and the central directory both have."""
    sizes = (member.crc, len(member.payload), member.size)
    return (_VERSION, _UTF8, member.method, _DOS_TIME, _DOS_DATE, *sizes, len(name), 0)


def _central_record(member: Member, shared: tuple[int, ...], offset: int) -> bytes:
    mode = _REGULAR_FILE | (0o755 if member.executable else 0o644)
    trailer = (0, 0, 0, mode << 16, offset)
    return _CENTRAL.pack(b"PK\x01\x02", _UNIX | _VERSION, *shared, *trailer)
