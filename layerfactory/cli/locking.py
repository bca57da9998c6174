"""The verb `lock`: locks made anew, what they have otherwise, and whether they fit the matrix."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layerfactory.build.locks.agree import find_disagreements
from layerfactory.build.locks.check import Kind, check_locks, find_orphans
from layerfactory.build.locks.lockfile import is_written, read_lock, write_lock
from layerfactory.cli import views
from layerfactory.cli.common import finish
from layerfactory.cli.stages import State, make_new_lock, require_supported
from layerfactory.console import Column
from layerfactory.errors import LockError, MatrixError
from layerfactory.matrix.select import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from layerfactory.build.locks.check import LockFault
    from layerfactory.build.locks.lock import Lock
    from layerfactory.cli.session import Choice, Session
    from layerfactory.cli.stages import Outcome
    from layerfactory.matrix.cell import Cell

# So many cells are named in a remedy.
_NAMED = 5

COLUMNS = (
    views.CELL,
    Column("state"),
    Column("as of"),
    Column("numpy"),
    Column("scipy"),
    Column("joblib"),
    views.EXTRAS,
    Column("change", whole=True),
)


def row(outcome: Outcome) -> tuple[str, ...]:
    """A row of COLUMNS."""
    as_of = outcome.lock.as_of.isoformat() if outcome.lock else ""
    versions = views.versions(outcome, "numpy", "scipy", "joblib")
    told = views.why(outcome) or ", ".join(outcome.changes)
    extras = views.extras_versions(outcome)
    return (str(outcome.plan.cell), str(outcome.state), as_of, *versions, extras, told)


def to_json(outcome: Outcome) -> dict[str, Any]:
    """A cell's outcome as plain values."""
    return {**views.outcome_json(outcome), "changes": list(outcome.changes)}


def relock(session: Session, outcome: Outcome, progress: Callable[[str], None]) -> Outcome:
    """Make the cell's lock anew; where the result is the same, its file is left alone."""
    cell = outcome.plan.cell
    old = _readable(session.locks, cell)
    made = make_new_lock(session, outcome.plan, progress)
    if is_written(session.locks, made):
        return replace(outcome, lock=made, state=State.UP_TO_DATE)
    write_lock(session.locks, made)
    return replace(outcome, lock=made, changes=tuple(changes(old, made)) if old else ())


def foresee_lock(session: Session, outcome: Outcome, _progress: Callable[[str], None]) -> Outcome:
    """Say what locking the cell would do, and do nothing."""
    found = read_lock(session.locks, outcome.plan.cell)
    if found is None or session.force:
        require_supported(session, outcome.plan)
    state = State.TO_LOCK if found is None or session.force else State.LOCKED
    return replace(outcome, lock=found, state=state)


def changes(old: Lock, new: Lock) -> Iterator[str]:
    """What a lock has otherwise than the one before: ``numpy 1.20.2 -> 1.20.3``."""
    before = {wheel.name: wheel for wheel in old.wheels}
    after = {wheel.name: wheel for wheel in new.wheels}
    for name in sorted(before | after):
        have, had = after.get(name), before.get(name)
        if have is None or had is None:
            yield f"{name} {had.version if had else '-'} -> {have.version if have else '-'}"
        elif have.version != had.version:
            yield f"{name} {had.version} -> {have.version}"
        elif have != had:
            yield f"{name} {have.version}: another wheel"
    if old.as_of != new.as_of:
        yield f"as of {old.as_of} -> {new.as_of}"


def _readable(folder: Path, cell: Cell) -> Lock | None:
    try:
        return read_lock(folder, cell)
    except LockError:
        return None  # it is made anew because it cannot be read


@dataclass(frozen=True, slots=True)
class Checked:
    """What `lock --check` found."""

    locks: int
    """How many cells were to have one."""
    faults: tuple[LockFault, ...]

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        faults = [
            {**asdict(fault), "path": str(fault.path), "remedy": fault.remedy}
            for fault in self.faults
        ]
        return views.document("lock", checked=self.locks, faults=faults)

    def failure(self) -> LockError | None:
        """Why locks and matrix do not agree."""
        if not self.faults:
            return None
        files = len({fault.path for fault in self.faults})
        return LockError(
            f"locks and matrix do not agree: faults {len(self.faults)}, in files {files}",
            " ".join(_remedies(self.faults)),
        )


def check(session: Session, *, whole: bool) -> Checked:
    """Hold the locks against the cells, without any network.

    Args:
        session: the run.
        whole: the cells are all of the matrix, so that a lock of no cell is a fault.
    """
    cells = [plan.cell for plan in session.plans]
    folder = session.locks
    if folder.is_relative_to(Path.cwd()):
        folder = folder.relative_to(Path.cwd())
    faults = check_locks(folder, cells) + find_disagreements(folder, cells)
    return Checked(len(cells), faults + (find_orphans(folder, cells) if whole else ()))


def prune(session: Session, chosen: Choice, *, dry_run: bool) -> tuple[Path, ...]:
    """Delete the locks of no cell of the matrix; tell how many, and give them back.

    Raises:
        MatrixError: only some cells are chosen, so that nobody can say what is of no cell.
        LockError: one cannot be deleted.
    """
    if chosen.selection != Selection():
        raise MatrixError(
            "--prune looks at the whole matrix, and cells are chosen", "Leave one of them out."
        )
    cells = [plan.cell for plan in session.plans]
    orphans = tuple(fault.path for fault in find_orphans(session.locks, cells))
    for path in () if dry_run else orphans:
        try:
            path.unlink()
        except OSError as error:
            raise LockError(f"{path}: cannot be deleted: {error.strerror}") from None
    done = "would be deleted" if dry_run else "deleted"
    session.console.say(f"locks of no cell {done}: {len(orphans)}")
    return orphans


def run_check(session: Session, chosen: Choice, *, upgrade: bool, prune: bool) -> None:
    """`lock --check`: tell each fault in a line that editors can jump to, or that there is none.

    Raises:
        MatrixError: the locks are to be changed as well.
        LockError: locks and matrix do not agree.
    """
    for name, given in (("--upgrade", upgrade), ("--prune", prune)):
        if given:
            raise MatrixError(f"--check changes nothing, and {name} does", "Leave one of them out.")
    checked = check(session, whole=chosen.selection == Selection())
    for fault in checked.faults:
        session.console.note(f"{fault.place}: {fault.message}")
    if not checked.faults:
        session.console.say(f"{checked.locks} cells, each with a lock of its own")
    session.console.json(checked.to_json())
    finish(session.console, (), checked.failure())


def _remedies(faults: Sequence[LockFault]) -> Iterator[str]:
    """One sentence a kind of fault, however many there are of it."""
    of = {kind: sorted({f.identifier for f in faults if f.kind is kind}) for kind in Kind}
    if of[Kind.MISSING]:
        yield "Make what is missing: layerfactory lock."
        yield "Take what cannot exist out of the matrix: layerfactory plan tells it."
    if damaged := of[Kind.DAMAGED]:
        only = "".join(f" --only '{name}'" for name in damaged[:_NAMED])
        more = ", and so on" if len(damaged) > _NAMED else ""
        yield f"Make what is damaged anew: layerfactory lock --upgrade{only}{more}."
    if of[Kind.ORPHAN]:
        yield "Delete the locks of no cell: layerfactory lock --prune. Or add their cells."
