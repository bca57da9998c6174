"""Is there bytecode for every module, of the kind that is never compiled again at import?"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING

from layerfactory.build.bytecode import cached_path
from layerfactory.matrix.model import Bytecode
from layerfactory.verify.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerfactory.verify.unzipped import Unzipped

_HEADER_BYTES = 16
_MAGIC = slice(0, 4)
_FLAGS = slice(4, 8)
_UNCHECKED_HASH = (0b01).to_bytes(4, "little")
"""PEP 552: by hash, and never held against the source."""


def check_bytecode(unzipped: Unzipped, policy: str, python: str) -> Iterator[Finding]:
    """What the policy asks for, and one magic number throughout.

    Args:
        unzipped: what the zip holds.
        policy: the manifest's ``bytecode``.
        python: the minor version that the layer is for.
    """
    yield from _check_magic(unzipped.bytecode)
    if policy not in list(Bytecode):
        yield Finding("bytecode", "manifest", f"{policy!r} is no bytecode policy")
    elif policy == Bytecode.SOURCES:
        yield from _check_sources(unzipped, python)
    else:
        yield from _check_sourceless(unzipped)


def _check_magic(bytecode: dict[str, bytes]) -> Iterator[Finding]:
    counts = Counter(header[_MAGIC] for header in bytecode.values())
    usual = max(counts, key=lambda magic: (counts[magic], magic), default=b"")
    for path, header in bytecode.items():
        if len(header) < _HEADER_BYTES:
            yield Finding("bytecode", path, "is cut short")
        elif header[_MAGIC] != usual:
            yield Finding("bytecode", path, "was compiled by another Python than the others")


def _check_sourceless(unzipped: Unzipped) -> Iterator[Finding]:
    for path in unzipped.bytecode:
        if "__pycache__" in path.split("/"):
            message = "would be read beside its source alone, which should not be shipped"
            yield Finding("bytecode", path, message)
    for path, source in unzipped.sources.items():
        if f"{path}c" in unzipped.bytecode:
            message = "is left beside its bytecode: Python would compile it at each cold start"
            yield Finding("bytecode", path, message)
        elif _compiles(path, source):
            yield Finding("bytecode", path, "is a source; only its bytecode should be shipped")


def _check_sources(unzipped: Unzipped, python: str) -> Iterator[Finding]:
    for path, source in unzipped.sources.items():
        cached = cached_path(path, python)
        header = unzipped.bytecode.get(cached)
        if header is not None and header[_FLAGS] != _UNCHECKED_HASH:
            message = "is held against its source at import: it has no unchecked hash"
            yield Finding("bytecode", cached, message)
        elif header is None and _compiles(path, source):
            yield Finding("bytecode", path, "has no bytecode: it is compiled at each cold start")


def _compiles(path: str, source: bytes) -> bool:
    """Whether this Python takes it; the target's is not at hand here.

    Files that do not compile are templates or meant for other Pythons, and stay as they are.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
