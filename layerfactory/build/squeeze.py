"""Compresses a layer harder where that brings it under the line of the direct upload."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from layerfactory.build.archive import STORED, Member, zip_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.build.cache.store import Cache

KIND = "squeezed"
# libdeflate's best: ten times as long as archive.LEVEL for 3 % less.
BEST_LEVEL = 12
# It never saved more of a layer, or of its smaller half, than this.
_MOST_SAVED = 0.05


def squeeze(members: Sequence[Member], limit: int, jobs: int, cache: Cache) -> tuple[Member, ...]:
    """Compress harder, the largest members first, until the zip fits ``limit`` bytes.

    Where even all of it would not fit, the members come back as they are: a zip over the limit goes
    through S3 whatever it weighs. That is known as soon as what is left cannot save enough.

    Args:
        members: of one zip.
        limit: in bytes.
        jobs: threads; compressing leaves the interpreter's lock.
        cache: keeps what was compressed harder before.
    """
    excess = zip_size(members) - limit
    left = sum(len(member.payload) for member in members)
    if not 0 < excess <= _MOST_SAVED * left:
        return tuple(members)
    by_size = sorted(range(len(members)), key=lambda i: (-len(members[i].payload), members[i].name))
    result = list(members)
    with ThreadPoolExecutor(jobs) as pool:
        harder = pool.map(lambda index: _harder(members[index], cache), by_size)
        for index, member in zip(by_size, harder, strict=True):
            left -= len(result[index].payload)
            excess -= len(result[index].payload) - len(member.payload)
            result[index] = member
            if not 0 < excess <= _MOST_SAVED * left:
                break
        pool.shutdown(cancel_futures=True)
    return tuple(result) if excess <= 0 else tuple(members)


def _harder(member: Member, cache: Cache) -> Member:
    if member.method == STORED:
        return member
    key = _key(member)
    packed = cache.get(KIND, key)
    if packed is None:
        packed = _compress(member)
        cache.put(KIND, key, [packed])
    return replace(member, payload=min(packed, member.payload, key=len))


def _key(member: Member) -> str:
    said = f"{version('deflate')} {BEST_LEVEL} {member.size} "
    return hashlib.sha256(said.encode() + member.payload).hexdigest()


def _compress(member: Member) -> bytes:
    import deflate

    data = bytes(deflate.deflate_decompress(member.payload, member.size))
    return bytes(deflate.deflate_compress(data, BEST_LEVEL))
