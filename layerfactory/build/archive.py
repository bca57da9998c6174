"""Writes a zip that is the same to the byte wherever it is written: sorted, fixed dates and modes.

zipfile cannot take members that are compressed already, and zlib needs eight times as long for a
larger file than libdeflate; so the few structures of the format are written here, after APPNOTE.TXT
6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. There is no zip64: a layer is far below its limits.
"""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# libdeflate's levels. 6 takes 1.2 s for a layer on two cores; 12 takes ten times as long for 3 %.
LEVEL = 6
BEST_LEVEL = 12

_STORED, _DEFLATED = 0, 8
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
        method=_STORED if stored else _DEFLATED,
    )


def squeeze(members: Sequence[Member], limit: int, jobs: int) -> tuple[Member, ...]:
    """Compress harder, the largest members first, until the zip fits ``limit`` bytes.

    Where even all of it would not fit, the members come back as they are: the time is better
    spent elsewhere, since a zip over the limit goes through S3 whatever it weighs.
    """
    excess = zip_size(members) - limit
    by_size = sorted(range(len(members)), key=lambda i: (-len(members[i].payload), members[i].name))
    # Level 12 never saved more than 5 % of a layer.
    if excess <= 0 or excess > 0.05 * sum(len(member.payload) for member in members):
        return tuple(members)
    result = list(members)
    with ThreadPoolExecutor(jobs) as pool:
        for index, harder in zip(
            by_size, pool.map(_harder, (members[i] for i in by_size)), strict=True
        ):
            excess -= len(result[index].payload) - len(harder.payload)
            result[index] = harder
            if excess <= 0:
                pool.shutdown(cancel_futures=True)
                return tuple(result)
    return tuple(members)


def _harder(member: Member) -> Member:
    import deflate

    if member.method == _STORED:
        return member
    data = bytes(deflate.deflate_decompress(member.payload, member.size))
    packed = bytes(deflate.deflate_compress(data, BEST_LEVEL))
    return replace(member, payload=min(packed, member.payload, key=len))


def zip_size(members: Iterable[Member]) -> int:
    """The bytes that a zip of these members has."""
    fixed = _LOCAL.size + _CENTRAL.size
    return _END.size + sum(
        fixed + 2 * len(member.name.encode()) + len(member.payload) for member in members
    )


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
