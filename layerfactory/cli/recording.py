"""What `record` keeps and shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from layerfactory.build.locks.lockfile import read_lock
from layerfactory.build.store import find_layer, load_layer
from layerfactory.cli import views
from layerfactory.cli.views import error_json
from layerfactory.console import Column, megabytes
from layerfactory.errors import BuildError, LayerFactoryError, VerifyError
from layerfactory.matrix.support import SCIKIT_LEARN
from layerfactory.matrix.universe import left_out, survey
from layerfactory.sizes.members import read_sizes
from layerfactory.verify.records.files import (
    Unsupported,
    read_record,
    read_unsupported,
    record_path,
    write_record,
    write_unsupported,
)
from layerfactory.verify.records.make import make_record, renew
from layerfactory.verify.report import read_report, report_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from layerfactory.build.layer import Layer
    from layerfactory.cli.session import Session
    from layerfactory.console import Console
    from layerfactory.matrix.cell import Cell
    from layerfactory.verify.records.record import Record

COLUMNS = (
    views.CELL,
    Column("record"),
    Column("zip MB", "right"),
    Column("change", "right"),
    Column("probe"),
    Column("proven"),
)


class Kept(StrEnum):
    """What becomes of the record of a cell."""

    NEW = "new"
    RENEWED = "renewed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    NOT_BUILT = "not built"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of one cell."""

    cell: Cell
    state: Kept
    record: Record | None = None
    before: Record | None = None
    error: LayerFactoryError | None = None


def record_layers(
    session: Session, to: Path | None = None, *, dry_run: bool
) -> tuple[Recorded, ...]:
    """Record each chosen cell that is built; one that is refused stops no other.

    Args:
        session: the run.
        to: a folder in place of the one that has the records until now.
        dry_run: write nothing.

    Raises:
        BuildError: none is built.
    """
    folder = None if dry_run else to or session.records
    done = tuple(_record(session, plan.cell, folder) for plan in session.plans)
    if all(each.state is Kept.NOT_BUILT for each in done):
        raise BuildError(
            f"{session.output}: none of the {len(done)} chosen cells is built",
            "Build and verify them first: layerfactory verify.",
        )
    return done


def take_records(
    session: Session, source: Path, to: Path | None = None, *, dry_run: bool
) -> tuple[Recorded, ...]:
    """Take over the records of chosen cells that another machine has made; damaged ones stay there.

    What else the folder may hold is passed over. There may be none.

    Args:
        session: the run.
        source: the folder of those records.
        to: a folder in place of the one that has the records until now.
        dry_run: write nothing.
    """
    folder = None if dry_run else to or session.records
    cells = (plan.cell for plan in session.plans)
    there = [cell for cell in cells if record_path(source, cell).exists()]
    return tuple(_keep(session, cell, folder, partial(_taken, source, cell)) for cell in there)


def _taken(source: Path, cell: Cell) -> Record:
    record = read_record(source, cell)
    if record is None:
        raise VerifyError(f"{record_path(source, cell)}: is gone", "Run that job again.")
    return record


def _record(session: Session, cell: Cell, folder: Path | None) -> Recorded:
    """Record a cell; nothing is written where there is no folder for it."""
    if find_layer(session.output, cell) is None:
        return Recorded(cell, Kept.NOT_BUILT)
    return _keep(session, cell, folder, lambda: _made(whole_layer(session, cell)))


def _keep(
    session: Session, cell: Cell, folder: Path | None, made: Callable[[], Record]
) -> Recorded:
    """Keep a record, where there is a folder for it."""
    try:
        before = read_record(session.records, cell)
        record = renew(made(), before)
        if folder is not None:
            write_record(folder, record)
    except LayerFactoryError as error:
        return Recorded(cell, Kept.REFUSED, error=error)
    state = Kept.NEW if before is None else Kept.UNCHANGED if record == before else Kept.RENEWED
    return Recorded(cell, state, record, before)


def whole_layer(session: Session, cell: Cell) -> Layer:
    """The layer of the cell's lock as it is now; raises BuildError and LockError."""
    layer = load_layer(session.output, cell, session.cache)
    lock = read_lock(session.locks, cell)
    again = f"Build it again: layerfactory build --only '{cell}'"
    if layer is None:
        raise BuildError(f"{cell}: the zip in {session.output} is not its manifest's", again)
    if lock is None or layer.manifest.lock_sha256 != lock.sha256:
        raise BuildError(f"{cell}: the layer in {session.output} is of another lock", again)
    return layer


def _made(layer: Layer) -> Record:
    report = read_report(layer)
    # A verdict that still stands is not written again: its file is as old as the proof.
    proven = (
        datetime.fromtimestamp(report_path(layer).stat().st_mtime, tz=UTC).date()
        if report
        else datetime.now(tz=UTC).date()
    )
    return make_record(layer, report, read_sizes(layer.zip), proven)


def record_unsupported(session: Session, *, dry_run: bool) -> bool:
    """Keep which cells cannot exist, from the matrix's oldest release on; says whether that is new.

    Raises:
        IndexUnavailableError: the index cannot be asked.
    """
    oldest = min((plan.cell.scikit_learn for plan in session.matrix.cells), key=Version)
    files = session.index.files(SCIKIT_LEARN)
    cells = tuple(entry for entry in survey(files, oldest) if not entry.supported)
    found = Unsupported(cells, left_out(files, oldest))
    if dry_run:
        changed = found != read_unsupported(session.records)
    else:
        changed = write_unsupported(session.records, found)
    state = Kept.RENEWED if changed else Kept.UNCHANGED
    session.console.say(f"{views.counted(len(cells), 'cell')} that cannot exist: {state}")
    return changed


def show(console: Console, done: Sequence[Recorded], *, dry_run: bool) -> None:
    """A row for each record that is new or refused, and how many there are of each kind."""
    quiet = {Kept.UNCHANGED, Kept.NOT_BUILT}
    rows = [_row(each) for each in done if each.state not in quiet]
    if rows:
        console.table("", COLUMNS, rows)
    if not done:
        console.say("no record of the chosen cells is there")
        return
    counts = Counter(each.state for each in done)
    told = ", ".join(f"{counts[state]} {state}" for state in Kept if counts[state])
    cells = f"{len(done)} cell{'s' if len(done) > 1 else ''}"
    console.say(f"{cells}: {told}{'; nothing was written' if dry_run else ''}")


def show_next(console: Console, done: Sequence[Recorded], *, unsupported_changed: bool) -> None:
    """What comes next where something was written."""
    if unsupported_changed or any(each.state in {Kept.NEW, Kept.RENEWED} for each in done):
        console.say("docs/matrix.md shows it after `make docs`")


def _row(each: Recorded) -> tuple[str, ...]:
    record = each.record
    if record is None:
        return (str(each.cell), str(each.state), "", "", "", "")
    change = ""
    if each.before is not None:
        change = f"{record.zipped_bytes / each.before.zipped_bytes - 1:+.1%}"
    state, proven = str(record.probe.state), record.date.isoformat()
    return (
        str(each.cell),
        str(each.state),
        megabytes(record.zipped_bytes),
        change,
        state,
        proven,
    )


def to_json(done: Sequence[Recorded], *, unsupported_changed: bool | None) -> dict[str, Any]:
    """What ``--json`` prints."""
    cells = [
        {
            "cell": str(each.cell),
            "state": str(each.state),
            "record": each.record.to_json() if each.record else None,
            "error": error_json(each.error),
        }
        for each in done
    ]
    return views.document("record", cells=cells, unsupported_changed=unsupported_changed)
