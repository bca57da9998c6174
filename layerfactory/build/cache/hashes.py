"""The sha256 of large files, remembered for as long as nobody touches them.

A file is known by all that its file system says of it. No program can set the time of the last
change of a file's inode (ctime): whoever writes, replaces, renames or touches the file moves it.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.build.cache.store import Cache

KIND = "hashes"
# Two changes within one tick of the file system's clock look like one. The coarsest ticks are of
# two seconds: what changed later than that is hashed again next time.
_SETTLED_NS = 2_000_000_000


def file_sha256(path: Path, cache: Cache) -> str:
    """The sha256 of a file, hex; it is read only if it changed since it was last hashed.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        now = time.time_ns()
        seen = os.fstat(file.fileno())
        key = _key(path, seen)
        kept = cache.get(KIND, key)
        if kept is not None:
            return kept.decode()
        found = hashlib.file_digest(file, "sha256").hexdigest()
        unchanged = _key(path, os.fstat(file.fileno())) == key
    if unchanged and now - seen.st_ctime_ns > _SETTLED_NS:
        cache.put(KIND, key, [found.encode()])
    return found


def _key(path: Path, seen: os.stat_result) -> str:
    place = [str(path.absolute()), seen.st_dev, seen.st_ino]
    state = [seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns]
    return hashlib.sha256(json.dumps([*place, *state]).encode()).hexdigest()
