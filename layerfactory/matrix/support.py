"""Whether a cell can exist: what the index offers, held against what the runtime loads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import BuildTag, InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from layerfactory.errors import LockError
from layerfactory.matrix.tags import glibc_of, ranks, tags_of_any_glibc
from layerfactory.matrix.versions import neighbours

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from packaging.tags import Tag

    from layerfactory.matrix.cell import Cell
    from layerfactory.matrix.index import IndexFile

SCIKIT_LEARN = "scikit-learn"


@dataclass(frozen=True, slots=True)
class Supported:
    """The cell can be built."""

    wheel: IndexFile
    """The wheel of scikit-learn that pip would choose for it."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The cell cannot exist."""

    reason: str
    """One sentence for a person."""


def assess(cell: Cell, files: Iterable[IndexFile]) -> Supported | Unsupported:
    """Say whether a cell can be built, and if not, why.

    Args:
        cell: the cell.
        files: everything that the index offers for scikit-learn.

    Raises:
        MatrixError: Lambda has no such Python.
    """
    offered = tuple(files)
    if cell.architecture not in cell.runtime.architectures:
        return Unsupported(f"{cell.runtime.name} does not run on {cell.architecture}")
    release = _release(offered, cell.scikit_learn)
    if reason := _release_fault(cell, release, offered):
        return Unsupported(reason)
    wheel = best_wheel(release, cell.scikit_learn, cell)
    return Supported(wheel) if wheel else Unsupported(_why_no_wheel(cell, release))


def best_wheel(files: Iterable[IndexFile], version: str, cell: Cell) -> IndexFile | None:
    """The wheel of one release that pip would choose for a cell; None where none can be loaded.

    Args:
        files: everything that the index offers for a project, scikit-learn or another.
        version: which release of it.
        cell: whose runtime and architecture count.
    """
    order = ranks(cell.python, cell.architecture)
    candidates = []
    for file in _release(files, version):
        tags, build = _wheel_tags(file.filename)
        known = [order[tag] for tag in tags if tag in order]
        if known and not file.yanked and _runs_on(file, cell.python):
            newest_build = -build[0] if build else 1
            candidates.append(((min(known), newest_build, file.filename), file))
    # Only the key is compared: an index that is merged of several may tell a file twice.
    return min(candidates, key=itemgetter(0))[1] if candidates else None


def released(files: Iterable[IndexFile], version: str) -> datetime:
    """When a release came out: the upload of its first file.

    Raises:
        LockError: the index has no such release, or tells no times.
    """
    times = [file.upload_time for file in _release(files, version) if file.upload_time]
    if not times:
        msg = f"the package index does not tell when release {version} was uploaded"
        raise LockError(msg, "Use an index that tells upload times (PEP 700).")
    return min(times)


def _release_fault(cell: Cell, release: tuple[IndexFile, ...], files: tuple[IndexFile, ...]) -> str:
    """Why the release itself is no good, whatever the cell; empty when it is good."""
    name = f"{SCIKIT_LEARN} {cell.scikit_learn}"
    if not release:
        known = {file.version for file in files if not file.yanked}
        finals = [text for text in known if not _version(text).is_prerelease]
        near = neighbours(cell.scikit_learn, finals)
        return f"{name} does not exist" + (f"; the closest are {', '.join(near)}" if near else "")
    if _version(cell.scikit_learn).is_prerelease:
        return f"{name} is a pre-release; layers are made of final releases"
    if cell.scikit_learn != release[0].version:
        # Two spellings would make two layers of one release.
        return f"{name} is written {release[0].version} on the package index; write it so"
    if all(file.yanked for file in release):
        reason = next((file.yanked_reason for file in release if file.yanked_reason), "")
        return f"{name} was yanked" + (f": {reason}" if reason else "")
    return ""


def _why_no_wheel(cell: Cell, release: tuple[IndexFile, ...]) -> str:
    name = f"{SCIKIT_LEARN} {cell.scikit_learn}"
    wheels = [file for file in release if file.is_wheel and not file.yanked]
    for_cell = [wheel for wheel in wheels if _needed_glibc(wheel, cell)]
    if for_cell and any(_runs_on(wheel, cell.python) for wheel in for_cell):
        needs = min(glibc for wheel in for_cell if (glibc := _needed_glibc(wheel, cell)))
        runtime = cell.runtime
        return (
            f"{name} needs glibc {_dotted(needs)}, "
            f"{runtime.name} runs on {runtime.os} with {_dotted(runtime.glibc)}"
        )
    excluding = next((file for file in release if not _runs_on(file, cell.python)), None)
    if excluding:
        return (
            f"{name} has no wheel for Python {cell.python} (it needs {excluding.requires_python})"
        )
    if _has_python(wheels, cell.python):
        return f"{name} has no wheel for {cell.architecture}" + (
            f" on Python {cell.python}" if _has_machine(wheels, cell) else ""
        )
    return f"{name} has no wheel for Python {cell.python}"


def _has_python(wheels: Iterable[IndexFile], python: str) -> bool:
    """Whether there is a wheel for this Python, on whatever system."""
    interpreter = "cp" + python.replace(".", "")
    return any(
        tag.interpreter == interpreter for wheel in wheels for tag in _wheel_tags(wheel.filename)[0]
    )


def _has_machine(wheels: Iterable[IndexFile], cell: Cell) -> bool:
    """Whether there is a wheel for Linux on this processor, for whatever Python."""
    machine = f"_{cell.architecture.machine}"
    return any(
        tag.platform.endswith(machine) and glibc_of(tag)
        for wheel in wheels
        for tag in _wheel_tags(wheel.filename)[0]
    )


def _needed_glibc(wheel: IndexFile, cell: Cell) -> tuple[int, ...]:
    """The glibc that a wheel for this Python and processor asks for; empty for other wheels."""
    loadable = tags_of_any_glibc(cell.python, cell.architecture)
    needs = [glibc_of(tag) for tag in _wheel_tags(wheel.filename)[0] if tag in loadable]
    return min((glibc for glibc in needs if glibc), default=())


def _release(files: Iterable[IndexFile], version: str) -> tuple[IndexFile, ...]:
    """The files of one release; 1.9 and 1.9.0 are one."""
    wanted = _version(version)
    return tuple(file for file in files if _version(file.version) == wanted)


def _runs_on(file: IndexFile, python: str) -> bool:
    """Whether the file's Requires-Python takes this Python, in its newest patch release."""
    try:
        # Lambda keeps its runtimes at the newest patch; which it is does not matter here.
        return SpecifierSet(file.requires_python).contains(f"{python}.99")
    except InvalidSpecifier:
        return True  # as pip does


@cache
def _version(text: str) -> Version:
    return Version(text)


@cache
def _wheel_tags(filename: str) -> tuple[frozenset[Tag], BuildTag]:
    """A wheel's tags and build number; no tags for what is no wheel."""
    try:
        _, _, build, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return frozenset(), ()
    return tags, build


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
