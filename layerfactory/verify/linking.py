"""Will the runtime's loader take every ELF file of a layer, and find what each one needs?"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.data.runtimes import system_libraries
from layerfactory.verify.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from layerfactory.build.elf.facts import ElfFacts, SymbolNeed
    from layerfactory.data.runtimes import Runtime
    from layerfactory.matrix.cell import Cell

_GLIBC_PREFIX = "GLIBC_"
"""Of versions without a number: GLIBC_PRIVATE, and GLIBC_ABI_DT_RELR, which came with 2.36."""

_TAG = re.compile(r"\.cpython-(?P<version>\d+)[^/]*\.so$")
"""``.cpython-37m-x86_64-linux-gnu.so``; those of the stable ABI have no such tag."""


def check_elf(elf: Mapping[str, ElfFacts | None], cell: Cell) -> Iterator[Finding]:
    """Tag, machine, alignment, symbol versions and needed libraries of each file.

    Args:
        elf: the facts by path; None for a file that cannot be read.
        cell: whose architecture and runtime the files are for.
    """
    readable = {path: facts for path, facts in elf.items() if facts is not None}
    for path, facts in elf.items():
        if facts is None:
            yield Finding("elf", path, "cannot be read as an ELF file")
            continue
        yield from _check_tag(path, cell)
        yield from _check_machine(path, facts, cell)
        yield from _check_symbols(path, facts, cell.runtime)
    for path, library in _unreachable(readable):
        yield Finding("elf", path, f"needs {library}, which it cannot find")


def _check_tag(path: str, cell: Cell) -> Iterator[Finding]:
    """Python passes over extension modules that are tagged for another one."""
    tag = _TAG.search(path)
    if tag is not None and tag["version"] != cell.python.replace(".", ""):
        message = f"is tagged for CPython {tag['version']}, which Python {cell.python} passes over"
        yield Finding("elf", path, message)


def _check_machine(path: str, facts: ElfFacts, cell: Cell) -> Iterator[Finding]:
    machine, page_size = cell.architecture.machine, cell.architecture.page_size
    if facts.machine != machine:
        yield Finding("elf", path, f"is for {facts.machine}, not for {machine}")
    if not facts.aligned:
        yield Finding("elf", path, "has a segment whose offset is not aligned to its address")
    if facts.load_alignment % page_size:
        message = f"is aligned to {facts.load_alignment} bytes; pages may have {page_size}"
        yield Finding("elf", path, message)


def _check_symbols(path: str, facts: ElfFacts, runtime: Runtime) -> Iterator[Finding]:
    for need in facts.symbols:
        if need.library in system_libraries() and not _has(runtime, need):
            message = f"needs {need.name} of {need.library}, which {runtime.name} does not have"
            yield Finding("elf", path, message)


def _has(runtime: Runtime, need: SymbolNeed) -> bool:
    if need.family == "GLIBC":
        return need.version <= runtime.glibc
    if need.family == "GLIBCXX":
        return need.version <= runtime.glibcxx
    return not need.family.startswith(_GLIBC_PREFIX)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A file in memory and the chain of those that asked for it."""

    path: str
    facts: ElfFacts
    loader: _Loaded | None


def _folders(asking: _Loaded) -> Iterator[str]:
    """Where glibc looks for what a file needs, before it looks into the system.

    RUNPATH stands alone; RPATH comes with those of all loaders up the chain, which is how
    auditwheel's libraries of before 2021, having none of their own, find one another.
    """
    if asking.facts.runpath:
        yield from _resolved(asking.path, asking.facts.runpath)
        return
    link: _Loaded | None = asking
    while link is not None:
        if not link.facts.runpath:
            yield from _resolved(link.path, link.facts.rpath)
        link = link.loader


def _resolved(path: str, folders: tuple[str, ...]) -> Iterator[str]:
    origin = posixpath.dirname(path)
    for folder in folders:
        for word in ("$ORIGIN", "${ORIGIN}"):
            if folder == word or folder.startswith(f"{word}/"):
                yield posixpath.normpath(origin + folder.removeprefix(word))


def _unreachable(elf: Mapping[str, ElfFacts]) -> list[tuple[str, str]]:
    """Each file and the library that it needs and does not find.

    Python opens extension modules; those open the libraries. What none of them opens is taken as
    opened by itself.
    """
    missing: dict[tuple[str, str], None] = {}
    seen: set[str] = set()
    modules = [path for path in elf if not _is_library(path)]
    for root in [*modules, *(path for path in elf if _is_library(path))]:
        if root not in seen:
            seen |= _open(root, elf, missing)
    return sorted(missing)


def _is_library(path: str) -> bool:
    """Whether it lies in ``numpy.libs/``, or in ``scipy/.libs/`` in wheels of before 2021."""
    return posixpath.dirname(path).endswith(".libs")


def _open(root: str, elf: Mapping[str, ElfFacts], missing: dict[tuple[str, str], None]) -> set[str]:
    """Load a file and all it needs, breadth first as glibc does; return the paths."""
    queue = [_Loaded(root, elf[root], None)]
    names = {posixpath.basename(root), elf[root].soname}
    for current in queue:
        for library in current.facts.needed:
            if library in names:
                continue
            names.add(library)
            path = _find(library, current, elf)
            if path is not None:
                queue.append(_Loaded(path, elf[path], current))
                names.add(elf[path].soname)
            elif library not in system_libraries():
                missing[current.path, library] = None
    return {loaded.path for loaded in queue}


def _find(library: str, asking: _Loaded, elf: Mapping[str, ElfFacts]) -> str | None:
    candidates = (posixpath.join(folder, library) for folder in _folders(asking))
    return next((path for path in candidates if path in elf), None)
