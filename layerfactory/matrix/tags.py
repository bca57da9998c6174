"""Which wheels a runtime can load, in the order in which pip would choose among them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from packaging.tags import Tag, compatible_tags, cpython_tags

from layerfactory.data.runtimes import Architecture, SymbolVersion, runtimes, symbol_version

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEGACY = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}
"""PEP 600: the names that some versions of glibc had before."""
_OLDEST = {Architecture.X86_64: (2, 5), Architecture.ARM64: (2, 17)}
_WITHOUT_PYMALLOC_FLAG = (3, 8)
"""Before this Python, ABI tags end in ``m``: cp37m, but cp38."""
_NEWEST_GLIBC = (2, 99)
"""Newer than any: for asking what a wheel would need."""


@cache
def ranks(python: str, architecture: Architecture) -> dict[Tag, int]:
    """Each tag that the runtime loads, with its place in pip's order; 0 is the best."""
    glibc = runtimes()[python].glibc
    tags = _tags(python, list(_platforms(glibc, architecture)))
    return {tag: rank for rank, tag in reversed(list(enumerate(tags)))}


@cache
def tags_of_any_glibc(python: str, architecture: Architecture) -> frozenset[Tag]:
    """Each tag that this Python would load on this processor if its glibc were new enough."""
    return frozenset(_tags(python, list(_platforms(_NEWEST_GLIBC, architecture))))


def glibc_of(tag: Tag) -> SymbolVersion:
    """The oldest glibc that a wheel's tag asks for; nothing, ``()``, where it asks for none."""
    for version, name in _LEGACY.items():
        if tag.platform.startswith(f"{name}_"):
            return version
    if tag.platform.startswith("manylinux_"):
        return symbol_version(".".join(tag.platform.split("_")[1:3]))
    return ()


def _tags(python: str, platforms: list[str]) -> Iterator[Tag]:
    version = symbol_version(python)
    interpreter = "cp" + python.replace(".", "")
    abi = interpreter + ("m" if version < _WITHOUT_PYMALLOC_FLAG else "")
    yield from cpython_tags(version, abis=[abi], platforms=platforms)
    yield from compatible_tags(version, interpreter, platforms)


def _platforms(glibc: SymbolVersion, architecture: Architecture) -> Iterator[str]:
    """The platforms of wheels, newest glibc first, as packaging's own list has them."""
    major, newest = glibc
    for minor in range(newest, _OLDEST[architecture][1] - 1, -1):
        yield f"manylinux_{major}_{minor}_{architecture.machine}"
        if (major, minor) in _LEGACY:
            yield f"{_LEGACY[major, minor]}_{architecture.machine}"
    yield f"linux_{architecture.machine}"
