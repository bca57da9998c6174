"""What came out since the matrix was last changed: cells that it should have, and has not.

What the matrix lacks of the days before is somebody's choice, and is left so: nothing is proposed
that was there before its newest release. What came later is, until `exclude` says no to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.data.runtimes import Architecture, runtimes, symbol_version
from layerfactory.errors import LockError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.checks import matches
from layerfactory.matrix.support import SCIKIT_LEARN, Supported, assess, released
from layerfactory.matrix.universe import LeftOut, releases, why_left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from layerfactory.data.runtimes import Runtime
    from layerfactory.matrix.index import IndexFile

SETTLING = timedelta(days=1)
"""The files of a release come one after the other; what comes later than this is a late wheel."""

Column = tuple[str, Architecture, tuple[str, ...]]
"""A Python, an architecture, and extras: what the matrix follows scikit-learn with."""


class Kind(StrEnum):
    """Why a cell is new."""

    RELEASE = "new release"
    WHEEL = "new wheel"
    """It could not exist when its release came out."""
    PYTHON = "new Python"
    """Of Lambda; the matrix had none of it."""


@dataclass(frozen=True, slots=True)
class Due:
    """A cell that the matrix should have."""

    cell: Cell
    kind: Kind
    uploaded: datetime
    """What it waits for the cooldown from: the first file of its release, or a late wheel."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A release of which some cells are too young."""

    version: str
    until: date


@dataclass(frozen=True, slots=True)
class News:
    """What the index has and the matrix has not."""

    due: tuple[Due, ...]
    """Sorted by cell."""
    waiting: tuple[Waiting, ...]
    """Oldest release first."""
    left_out: tuple[LeftOut, ...]
    """Releases since the newest of the matrix that no layer is made of."""


@dataclass(frozen=True, slots=True)
class Terms:
    """When something counts as new."""

    now: datetime
    cooldown: timedelta
    exclude: tuple[str, ...] = ()
    """Globs over identifiers: what the matrix says no to."""


def find_news(cells: Iterable[Cell], index_files: Iterable[IndexFile], terms: Terms) -> News:
    """Hold the matrix against the index.

    Args:
        cells: those of the matrix.
        index_files: everything that the index offers for scikit-learn.
        terms: when something counts as new.

    Raises:
        LockError: the index has none of the matrix's releases, or tells no times.
    """
    made = tuple(cells)
    oldest = min((cell.scikit_learn for cell in made), key=Version)
    offered = releases(index_files, oldest)
    horizon = _horizon(made, offered)
    columns = _columns(made, offered, terms, horizon)
    found = [
        due
        for files in offered
        if not why_left_out(files)
        for due in _of_release(made, files, horizon, columns, terms)
    ]
    ripe = [due for due in found if due.uploaded + terms.cooldown <= terms.now]
    until: dict[str, date] = {}
    for due in found:
        if due not in ripe:
            until.setdefault(due.cell.scikit_learn, _until(due, terms))
    return News(
        due=tuple(sorted(ripe, key=lambda due: due.cell)),
        waiting=tuple(Waiting(version, until[version]) for version in sorted(until, key=Version)),
        left_out=tuple(_left_out(offered, horizon)),
    )


def _horizon(made: Sequence[Cell], offered: Sequence[tuple[IndexFile, ...]]) -> datetime:
    """When the newest of the matrix's releases came out."""
    known = {Version(cell.scikit_learn) for cell in made}
    times = [
        released(files, files[0].version) for files in offered if Version(files[0].version) in known
    ]
    if not times:
        raise LockError(
            f"the package index has none of the matrix's releases of {SCIKIT_LEARN}",
            "See whether the right index is asked (UV_DEFAULT_INDEX); nothing was touched.",
        )
    return max(times)


def _of_release(
    made: Sequence[Cell],
    files: tuple[IndexFile, ...],
    horizon: datetime,
    columns: Columns,
    terms: Terms,
) -> Iterator[Due]:
    """What the matrix should have of one release."""
    version = Version(files[0].version)
    # By value: 1.9 and 1.9.0 are one release.
    there = {_column(cell) for cell in made if Version(cell.scikit_learn) == version}
    first = released(files, files[0].version)
    for column in (columns.followed | columns.unknown) - there:
        python, architecture, extras = column
        cell = Cell(python, files[0].version, architecture, extras)
        uploaded = None if matches(cell, terms.exclude) else _uploaded(cell, files, first)
        if uploaded is None:
            continue
        if column in columns.unknown:
            yield Due(cell, Kind.PYTHON, uploaded)
        elif uploaded > max(first, horizon):
            yield Due(cell, Kind.WHEEL, uploaded)
        elif first >= horizon:
            yield Due(cell, Kind.RELEASE, first)


def _uploaded(cell: Cell, files: tuple[IndexFile, ...], first: datetime) -> datetime | None:
    """When a cell became possible: with its release, or with a late wheel; None where it is not."""
    verdict = assess(cell, files)
    if not isinstance(verdict, Supported):
        return None
    uploaded = verdict.wheel.upload_time
    return uploaded if uploaded and uploaded > first + SETTLING else first


@dataclass(frozen=True, slots=True)
class Columns:
    """What is looked at in each release."""

    followed: frozenset[Column]
    """Those of the matrix, and those that it could not have had: that they lack is no choice."""
    unknown: frozenset[Column]
    """Of Lambda's Pythons that are newer than all that the matrix has."""


def _columns(
    made: Sequence[Cell], offered: Sequence[tuple[IndexFile, ...]], terms: Terms, horizon: datetime
) -> Columns:
    mine = {_column(cell) for cell in made}
    architectures = {cell.architecture for cell in made}
    others = {
        replace(cell, architecture=architecture)
        for cell in made
        for architecture in architectures
        if not cell.extras and (cell.python, architecture, ()) not in mine
    }
    by_version = {Version(files[0].version): files for files in offered}

    def could_be(cell: Cell) -> bool:
        files = by_version.get(Version(cell.scikit_learn), ())
        first = released(files, cell.scikit_learn) if files else horizon
        uploaded = _uploaded(cell, files, first)
        return uploaded is not None and uploaded <= max(first, horizon)

    declined = {_column(cell) for cell in others if could_be(cell)}
    return Columns(
        frozenset(mine | {_column(cell) for cell in others} - declined),
        frozenset(_new_columns(made, terms.now.date())),
    )


def _column(cell: Cell) -> Column:
    return cell.python, cell.architecture, cell.extras


def _new_columns(made: Iterable[Cell], today: date) -> set[Column]:
    """Those of Lambda's Pythons that are newer than all that the matrix has."""
    cells = tuple(made)
    newest = max(symbol_version(cell.python) for cell in cells)
    wanted = {cell.architecture for cell in cells}
    return {
        (runtime.python, architecture, ())
        for runtime in runtimes().values()
        if runtime.sort_key > newest and not _is_over(runtime, today)
        for architecture in wanted.intersection(runtime.architectures)
    }


def _is_over(runtime: Runtime, today: date) -> bool:
    return runtime.deprecated is not None and runtime.deprecated <= today


def _until(due: Due, terms: Terms) -> date:
    """The first day, in UTC, on which it is old enough at any hour."""
    return (due.uploaded + terms.cooldown).astimezone(UTC).date() + timedelta(days=1)


def _left_out(offered: Iterable[tuple[IndexFile, ...]], horizon: datetime) -> Iterator[LeftOut]:
    for files in offered:
        times = [file.upload_time for file in files if file.upload_time]
        if (reason := why_left_out(files)) and times and min(times) > horizon:
            yield LeftOut(files[0].version, reason)
