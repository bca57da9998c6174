"""What `retire` changes: retired.yaml, and the index without asking AWS."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from layerfactory.catalog.arrange import arrange
from layerfactory.catalog.files import CatalogFiles
from layerfactory.catalog.retired_file import plan_change, read_retired
from layerfactory.catalog.retired_form import check_reason
from layerfactory.catalog.retirement import Retirement, Retirements, successor_fault, unknown
from layerfactory.cli import places, views
from layerfactory.console import Column
from layerfactory.errors import MatrixError
from layerfactory.matrix.closest import suggest
from layerfactory.matrix.load import load_matrix
from layerfactory.matrix.select import Selection, matching
from layerfactory.publish.aws.endpoint import real_by_default

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from layerfactory.catalog.retired_file import Change
    from layerfactory.catalog.row import Row
    from layerfactory.console import Console
    from layerfactory.matrix.cell import Cell

_SHORTEST, _WHOLE = 8, 64
"""Digits of a sha256."""
_DIGITS = re.compile(rf"[0-9a-f]{{{_SHORTEST},{_WHOLE}}}")
COLUMNS = (
    views.CELL,
    Column("sha256"),
    Column("what"),
    Column("since"),
    Column("layers", "right"),
    Column("successor", whole=True),
    Column("reason", whole=True),
)


class Done(StrEnum):
    """What becomes of a retirement."""

    RETIRED = "retired"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    selection: Selection
    sha256: str
    """The first digits of it, or all; empty for whole cells."""
    successor: str
    reason: str
    undo: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Which files the command line names."""

    matrix: Path
    catalog: Path | None
    output: Path


@dataclass(frozen=True, slots=True)
class Retiring:
    """What is to be done, before it is done."""

    steps: tuple[tuple[Retirement, Done], ...]
    change: Change
    files: CatalogFiles
    rows: tuple[Row, ...]
    """The index as it will be."""
    notes: tuple[str, ...] = ()


def retire(place: Place, wish: Wish, *, dry_run: bool) -> Retiring:
    """Plan it, and do it unless the run is dry.

    Raises:
        MatrixError: the matrix or retired.yaml has faults, or the wish cannot be met.
        CatalogError: the index cannot be read or written.
    """
    matrix = load_matrix(place.matrix)
    _refuse_unclear(wish)
    cells = {plan.cell for plan in matrix.cells}
    root = place.matrix.absolute().parent
    is_real = real_by_default(matrix.regions[0])
    path = places.catalog_path(root, place.output, place.catalog, is_real=is_real)
    files, retired = CatalogFiles.of(path), places.retired_path(root, path)
    hint = places.other_index(path, place.output)
    # Before the folder is locked, as that makes it: what is refused leaves nothing.
    planned = _plan(retired, files, wish, cells, hint)
    if not dry_run:
        with files.alone():
            planned = _plan(retired, files, wish, cells, hint)
            planned.change.write()
            if files.exist:
                files.write(planned.rows)
    return planned


def _refuse_unclear(wish: Wish) -> None:
    example = "layerfactory retire --only 'py3.7-*' --reason 'Python 3.7 is deprecated'"
    if wish.selection == Selection() and not wish.sha256:
        raise MatrixError("retire: nothing is named", f"Name cells or a --sha256: {example}")
    if wish.sha256 and not _DIGITS.fullmatch(wish.sha256):
        msg = f"--sha256 {wish.sha256}: is not {_SHORTEST} to {_WHOLE} hexadecimal digits"
        raise MatrixError(msg, "Take them from layers.csv or layers.json.")
    if wish.undo:
        return
    try:
        check_reason(wish.reason)
    except ValueError as error:
        raise MatrixError(
            f"--reason: {error}", f"Say why, for those who use it: {example}"
        ) from None


def _plan(path: Path, files: CatalogFiles, wish: Wish, matrix: set[Cell], hint: str) -> Retiring:
    """What becomes of both files; ``hint`` is told where there is nothing to do."""
    rows, retired = files.read(), read_retired(path)
    if wish.undo:
        found = _retired_so(retired, wish)
        if not found:
            there = ", ".join(map(str, retired.entries)) or "nothing"
            raise MatrixError(
                f"{path}: retires nothing that is named", f"It retires {there}. {hint}".rstrip()
            )
        steps = tuple((entry, Done.UNDONE) for entry in found)
    else:
        wanted = _wanted(rows, wish, matrix | {row.cell for row in rows})
        if not wanted:
            raise _nothing(files, rows, hint)
        steps = tuple(_step(retired, entry) for entry in wanted)
    undone = [entry for entry, done in steps if done is Done.UNDONE]
    new = [entry for entry, done in steps if done in {Done.RETIRED, Done.CHANGED}]
    change = plan_change(path, add=new, remove=[*undone, *new])
    after = arrange(rows, change.retirements)
    touched = Retirements(tuple(new))
    notes = unknown(touched, after, matrix)
    return Retiring(steps, change, files, after, notes)


def _retired_so(retired: Retirements, wish: Wish) -> list[Retirement]:
    """Those that are retired, and named."""
    alike = [
        entry
        for entry in retired.entries
        if (entry.sha256.startswith(wish.sha256) if wish.sha256 else not entry.sha256)
    ]
    cells = set(matching({entry.cell for entry in alike}, wish.selection))
    return [entry for entry in alike if entry.cell in cells]


def _wanted(rows: Sequence[Row], wish: Wish, cells: set[Cell]) -> list[Retirement]:
    """What is to be retired: of what the index lists, as there is nothing else to retire."""
    successor = _successor(wish.successor, cells)
    today = datetime.now(tz=UTC).date()
    entries = [
        # Of one zip the successor is its own cell, which gets another.
        Retirement(cell, today, wish.reason.strip(), successor or (cell if sha else None), sha)
        for cell, sha in sorted(_keys(rows, wish, cells))
    ]
    faults = [f"--successor {fault}" for entry in entries if (fault := successor_fault(entry))]
    if faults:
        raise MatrixError("\n".join(faults), "Name these cells on their own, with a successor.")
    return entries


def _keys(rows: Sequence[Row], wish: Wish, cells: set[Cell]) -> set[tuple[Cell, str]]:
    """Cells, or cells with a content's sha256."""
    alike = [row for row in rows if row.sha256.startswith(wish.sha256)]
    chosen = set(matching({row.cell for row in alike}, wish.selection))
    keys = {(row.cell, row.sha256 if wish.sha256 else "") for row in alike if row.cell in chosen}
    contents = sorted({sha256 for _, sha256 in keys})
    if len(contents) > 1:
        found = ", ".join(sha256[:16] for sha256 in contents)
        raise MatrixError(f"--sha256 {wish.sha256}: may be {found}", "Give more digits.")
    if keys:
        return keys
    if len(wish.sha256) == _WHOLE and wish.selection != Selection():
        # A zip that a newer one has followed: the index lists it no more, functions may use it.
        named = matching(cells, wish.selection)
        if len(named) == 1:
            return {(cell, wish.sha256) for cell in named}
    return set()


def _nothing(files: CatalogFiles, rows: Sequence[Row], hint: str) -> MatrixError:
    what = f"{files.csv} lists {views.counted(len(rows), 'layer')}, and none is what was named"
    if not files.exist:
        what = f"{files.csv}: there is no such index, so there is nothing to retire"
    remedy = (
        "Bring it up to date first: layerfactory index. For a zip that another has followed, name "
        "its cell and all digits of its --sha256."
    )
    return MatrixError(what, hint or remedy)


def _successor(text: str, cells: Iterable[Cell]) -> Cell | None:
    """The cell that is named; it must be one that there is, or is to be."""
    if not text:
        return None
    known = {str(cell): cell for cell in cells}
    if text not in known:
        hint = suggest(text, known)
        raise MatrixError(
            f"--successor {text}: neither the matrix nor the index has such a cell",
            hint[:1].upper() + hint[1:] if hint else "",
        )
    return known[text]


def _step(retired: Retirements, entry: Retirement) -> tuple[Retirement, Done]:
    before = next((each for each in retired.entries if each.key == entry.key), None)
    if before is None:
        return entry, Done.RETIRED
    same = replace(entry, since=before.since)
    return same, Done.UNCHANGED if same == before else Done.CHANGED


def show(console: Console, planned: Retiring, *, dry_run: bool) -> None:
    """What was done, or would be."""
    for note in planned.notes:
        console.warn(note)
    rows = [_table_row(planned, entry, done) for entry, done in planned.steps]
    console.table("", *views.without_empty(COLUMNS, rows, *COLUMNS[1:]))
    if dry_run:
        console.say("nothing was written")
    else:
        told = f"; {planned.files.csv}: written" if planned.files.exist else ""
        console.say(f"{planned.change.path}: {planned.change.outcome}{told}")
        if any(entry.sha256 and done is Done.RETIRED for entry, done in planned.steps):
            console.say("layerfactory index lists the zip before it as current, where there is one")


def _table_row(planned: Retiring, entry: Retirement, done: Done) -> tuple[str, ...]:
    return (
        str(entry.cell),
        entry.sha256[:12],
        str(done),
        entry.since.isoformat(),
        str(_count(planned, entry)),
        str(entry.successor or ""),
        entry.reason,
    )


def _count(planned: Retiring, entry: Retirement) -> int:
    """How many ARNs it is about."""
    return sum(
        row.cell == entry.cell and row.sha256.startswith(entry.sha256) for row in planned.rows
    )


def to_json(planned: Retiring, *, dry_run: bool) -> dict[str, Any]:
    """What ``--json`` prints."""
    return views.document(
        "retire",
        path=str(planned.change.path),
        dry_run=dry_run,
        retirements=[
            {
                "cell": str(entry.cell),
                "sha256": entry.sha256 or None,
                "date": entry.since.isoformat(),
                "successor": str(entry.successor) if entry.successor else None,
                "reason": entry.reason,
                "state": str(done),
                "layers": _count(planned, entry),
            }
            for entry, done in planned.steps
        ],
    )
