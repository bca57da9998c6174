"""Is the zip one that Lambda takes, that comes out the same everywhere, and of the told size?"""

from __future__ import annotations

import stat
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from layerfactory.build.layer import ROOT
from layerfactory.data.runtimes import limits
from layerfactory.verify.findings import Finding

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from layerfactory.build.layer import Manifest
    from layerfactory.verify.unzipped import Unzipped

_DATE = (1980, 1, 1, 0, 0, 0)
"""The first that zip knows; every member has it, whenever the layer is built."""
_UNIX = 3
_PLAIN, _EXECUTABLE = 0o644, 0o755


def check_size(unzipped: Unzipped, manifest: Manifest) -> Iterator[Finding]:
    """The manifest's numbers, and Lambda's limit. A zip over 50 MiB is no fault: S3 takes it."""
    unzipped_bytes = sum(member.file_size for member in unzipped.files)
    limit = limits().unzipped_bytes
    if unzipped_bytes > limit:
        message = f"unpacks to {unzipped_bytes:,} bytes; Lambda takes {limit:,}"
        yield Finding("size", "zip", message)
    told = {
        "sha256": (manifest.sha256, unzipped.sha256),
        "zipped_bytes": (manifest.zipped_bytes, unzipped.zipped_bytes),
        "unzipped_bytes": (manifest.unzipped_bytes, unzipped_bytes),
        "files": (manifest.files, len(unzipped.files)),
    }
    for name, (promised, real) in told.items():
        if promised != real:
            yield Finding("size", name, f"the manifest says {promised}, the zip has {real}")


def check_packing(unzipped: Unzipped) -> Iterator[Finding]:
    """Names, order, dates and modes of the members."""
    names = [member.filename for member in unzipped.members]
    for name, count in Counter(names).items():
        if count > 1:
            yield Finding("zip", name, f"is there {count} times")
    for before, after in pairwise(names):
        if before > after:
            yield Finding("zip", after, f"comes after {before}: the members are not sorted")
            break
    for member in unzipped.members:
        yield from _check_member(member, unzipped)


def _check_member(member: zipfile.ZipInfo, unzipped: Unzipped) -> Iterator[Finding]:
    name = member.filename
    if _escapes(name):
        yield Finding("zip", name, "leads out of the folder that it is unpacked in")
    elif not name.startswith(ROOT):
        yield Finding("zip", name, f"is not under {ROOT}")
    if member.date_time != _DATE:
        yield Finding("zip", name, "has a date of its own, so that no two builds are equal")
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield Finding("zip", name, "is a link or a device, not a file")
    elif member.create_system != _UNIX or stat.S_IMODE(mode) not in _modes(member, unzipped):
        yield Finding("zip", name, f"has the mode {stat.S_IMODE(mode):04o}")


def _escapes(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _modes(member: zipfile.ZipInfo, unzipped: Unzipped) -> set[int]:
    if member.is_dir():
        return {_EXECUTABLE}
    runs = member.filename in unzipped.elf or member.filename in unzipped.scripts
    return {_PLAIN, _EXECUTABLE} if runs else {_PLAIN}
