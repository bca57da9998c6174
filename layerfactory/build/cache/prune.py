"""What lies in the cache, and what of it may go; builds beside it make anew what is gone."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from layerfactory.build import squeeze
from layerfactory.build.cache import hashes
from layerfactory.build.cache.store import LOCKS
from layerfactory.build.files import disk_faults
from layerfactory.build.parts import gather

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

UNFINISHED = "unfinished"
"""Stands for the kind of what a killed writer left."""
# Seconds after which nobody still writes a file, or holds what it locks. Where somebody does,
# what it makes is made twice.
_ABANDONED = 86_400.0
_KINDS = (gather.KIND, squeeze.KIND, hashes.KIND)
_KEY = "[0-9a-f]{64}"
# Nothing but what the store itself names so is listed: the folder may be anybody's.
_NAMES = re.compile(rf"{_KEY}|\.{_KEY}\.\w+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the cache."""

    kind: str
    path: Path
    bytes: int
    used: float
    """When it was last wanted, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Keep:
    """What stays when the cache is pruned."""

    used_since: float = 0.0
    """In seconds since the epoch."""
    max_bytes: int | None = None
    """Of all that stays; the most recently used stay first."""


NOTHING = Keep(used_since=float("inf"))


def read_entries(folder: Path) -> tuple[Entry, ...]:
    """Every file of the cache in ``folder``, sorted by path; none where there is no such folder.

    Raises:
        BuildError: the folder cannot be read.
    """
    with disk_faults(folder):
        return tuple(sorted(_entries(folder), key=lambda entry: entry.path))


def _entries(folder: Path) -> Iterator[Entry]:
    places = [f"{kind}/??/*" for kind in _KINDS] + [f"{LOCKS}/*"]
    for path in (path for place in places for path in folder.glob(place)):
        if not _NAMES.fullmatch(path.name):
            continue
        kind = UNFINISHED if path.name.startswith(".") else path.relative_to(folder).parts[0]
        with suppress(OSError):  # gone since it was listed
            stat = path.stat()
            yield Entry(kind, path, stat.st_size, stat.st_mtime)


def plan_prune(entries: Sequence[Entry], keep: Keep, now: float) -> tuple[Entry, ...]:
    """What goes, in the order of the entries; pure.

    Args:
        entries: all that there is.
        keep: what stays.
        now: in seconds since the epoch.
    """
    floors = dict.fromkeys((UNFINISHED, LOCKS), now - _ABANDONED)
    if keep == NOTHING:
        floors = {}
    recent = [entry for entry in entries if entry.used >= floors.get(entry.kind, keep.used_since)]
    recent.sort(key=lambda entry: (-entry.used, entry.path))
    sums = accumulate(entry.bytes for entry in recent)
    stays = {
        entry.path
        for entry, total in zip(recent, sums, strict=True)
        if keep.max_bytes is None or total <= keep.max_bytes
    }
    return tuple(entry for entry in entries if entry.path not in stays)


def remove(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Remove entries; return those that are gone. Who reads one at this moment reads on."""
    return tuple(entry for entry in entries if _removed(entry.path))


def _removed(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # a cache that may only be read
        return False
    return True
