"""Looks at the bytes of a model file without unpickling them."""

import mmap
import re
from typing import Tuple, Union

Buffer = Union[bytes, mmap.mmap]
PICKLE, JOBLIB, SKOPS, UNKNOWN = "pickle", "joblib", "skops", "unknown"
# What compressed files begin with: gzip, zlib, bz2, xz, lzma, lz4. joblib reads them all.
COMPRESSED = (b"\x1f\x8b", b"\x78", b"BZh", b"\xfd7zXZ", b"\x5d\x00", b"\x04\x22\x4d\x18")
ZIP = b"PK\x03\x04"
# A pickle of protocol 2 or later.
PROTOCOL = b"\x80"
# Arrays that only joblib can read back are wrapped in a class of this module.
JOBLIB_MODULE = b"joblib.numpy_pickle"
# The attribute that each of scikit-learn's estimators carries into its pickle; then whatever
# remembers the name, and the value as short or long text.
VERSION = re.compile(
    rb"_sklearn_version(?:\x94|q.|r.{4})?(?:\x8c(?P<short>.)|X(?P<long>.{4}))(?P<text>[0-9][0-9a-z.+]*)",
    re.DOTALL,
)


def sniff(data: Buffer) -> str:
    """Tell what wrote a model file by its bytes; its name may say anything."""
    head = bytes(data[:8])
    if head.startswith(ZIP):
        return SKOPS
    if head.startswith(COMPRESSED):
        return JOBLIB
    if head.startswith(PROTOCOL):
        return PICKLE if data.find(JOBLIB_MODULE) < 0 else JOBLIB
    return UNKNOWN


def versions(data: Buffer) -> Tuple[str, ...]:
    """Every release of scikit-learn that estimators in an uncompressed pickle were made with."""
    found = set()
    for match in VERSION.finditer(data):
        length = int.from_bytes(match.group("short") or match.group("long"), "little")
        found.add(match.group("text")[:length].decode("ascii"))
    return tuple(sorted(found))
