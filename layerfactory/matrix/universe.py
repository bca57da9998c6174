"""All that could be asked for: Lambda's Pythons x releases of scikit-learn x architectures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.data.runtimes import Architecture, runtimes
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.support import SCIKIT_LEARN, Unsupported, assess

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.matrix.index import IndexFile

_DETAILS = re.compile(r"( \(|, ).*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One combination, and whether it can exist."""

    cell: Cell
    reason: str = ""
    """Why it cannot, as one sentence for a person; empty where it can."""

    @property
    def supported(self) -> bool:
        """Whether the cell can be built."""
        return not self.reason

    @property
    def cause(self) -> str:
        """The reason without the release's name and details, as releases in a row may share it."""
        text = self.reason.removeprefix(f"{SCIKIT_LEARN} {self.cell.scikit_learn} ")
        return _DETAILS.sub("", text)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A release that no layer is made of, on whatever Python."""

    version: str
    reason: str
    """Such as ``pre-release`` or ``yanked: wrong metadata``."""


def survey(
    index_files: Iterable[IndexFile], oldest: str, variants: Iterable[Cell] = ()
) -> tuple[Entry, ...]:
    """Every cell from a release on, sorted: whether it can exist, and if not, why.

    Pre-releases and yanked releases have no cells; ``left_out`` tells them.

    Args:
        index_files: everything that the index offers for scikit-learn.
        oldest: the first release that counts.
        variants: cells with extras, which are no part of the product.
    """
    offered = tuple(index_files)
    found = [
        _entry(Cell(python, files[0].version, architecture), files)
        for files in releases(offered, oldest)
        if not why_left_out(files)
        for python in runtimes()
        for architecture in Architecture
    ]
    found += [_entry(cell, offered) for cell in variants]
    return tuple(sorted(found, key=lambda entry: entry.cell))


def left_out(index_files: Iterable[IndexFile], oldest: str) -> tuple[LeftOut, ...]:
    """The releases from ``oldest`` on that ``survey`` passes over, oldest first, each with why."""
    return tuple(
        LeftOut(files[0].version, reason)
        for files in releases(index_files, oldest)
        if (reason := why_left_out(files))
    )


def releases(files: Iterable[IndexFile], oldest: str) -> list[tuple[IndexFile, ...]]:
    """The files of each release from ``oldest`` on, oldest release first; 1.9 and 1.9.0 are one."""
    found: dict[Version, list[IndexFile]] = {}
    for file in files:
        found.setdefault(Version(file.version), []).append(file)
    first = Version(oldest)
    return [tuple(found[version]) for version in sorted(found) if version >= first]


def why_left_out(release: tuple[IndexFile, ...]) -> str:
    """Why no layer is made of a release, on whatever Python; empty where one may be."""
    if all(file.yanked for file in release):
        reason = next((file.yanked_reason for file in release if file.yanked_reason), "")
        return f"yanked: {reason}" if reason else "yanked"
    return "pre-release" if Version(release[0].version).is_prerelease else ""


def _entry(cell: Cell, release: tuple[IndexFile, ...]) -> Entry:
    verdict = assess(cell, release)
    return Entry(cell, verdict.reason if isinstance(verdict, Unsupported) else "")
