from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from lock_samples import make_lock

from layerfactory.build.locks.lockfile import lock_path, write_lock
from layerfactory.cli import locking, stages
from layerfactory.cli.session import Choice
from layerfactory.cli.stages import Outcome, State
from layerfactory.errors import LockError, MatrixError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan
from layerfactory.matrix.select import Selection

CELL = Cell("3.12", "1.9.1")
OUTCOME = Outcome(CellPlan(CELL, Bytecode.SOURCELESS, ""))
OLD = make_lock(CELL, joblib="1.5.0", numpy="2.4.5")
NEW = make_lock(CELL, joblib="1.5.0", numpy="2.4.6")


class NoIndex:
    """An index that may not be asked."""

    def files(self, project):
        pytest.fail(f"the index was asked about {project}")


@pytest.fixture
def session(tmp_path):
    return SimpleNamespace(locks=tmp_path, index=NoIndex(), force=False)


@pytest.fixture
def resolving_gives(monkeypatch):
    """Makes resolving end with a lock."""
    return lambda made: monkeypatch.setattr(locking, "make_new_lock", lambda *_: made)


def relocked(session):
    return locking.relock(session, OUTCOME, str)


@pytest.mark.parametrize("stage", [stages.lock, stages.known, locking.foresee_lock])
def test_no_index_is_asked_for_a_cell_that_has_a_lock(session, stage):
    write_lock(session.locks, OLD)
    outcome = stage(session, OUTCOME, str)
    assert (outcome.lock, outcome.state) == (OLD, State.LOCKED)


def test_a_renewed_lock_says_what_it_has_otherwise(session, resolving_gives):
    path = write_lock(session.locks, OLD)
    resolving_gives(NEW)
    outcome = relocked(session)
    assert (outcome.state, outcome.lock) == (State.LOCKED, NEW)
    assert outcome.changes == ("numpy 2.4.5 -> 2.4.6",)
    assert "numpy==2.4.6" in path.read_text()
    assert locking.row(outcome)[-1] == "numpy 2.4.5 -> 2.4.6"
    assert locking.to_json(outcome)["changes"] == ["numpy 2.4.5 -> 2.4.6"]


def test_a_lock_that_comes_out_the_same_is_not_touched(session, resolving_gives):
    path = write_lock(session.locks, OLD)
    os.utime(path, (1, 1))
    resolving_gives(OLD)
    outcome = relocked(session)
    assert (outcome.state, outcome.changes) == (State.UP_TO_DATE, ())
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize("damage", ["", "# as of 2026-13-01", "<<<<<<< ours"])
def test_a_damaged_lock_is_made_anew(session, resolving_gives, damage):
    lock_path(session.locks, CELL).write_text(damage)
    resolving_gives(NEW)
    outcome = relocked(session)
    assert (outcome.state, outcome.changes) == (State.LOCKED, ())
    assert stages.lock(session, OUTCOME, str).lock == NEW


def test_a_lock_that_is_only_written_otherwise_is_written_anew(session, resolving_gives):
    path = write_lock(session.locks, OLD)
    text = path.read_text()
    path.write_text(text + "\n")
    resolving_gives(OLD)
    assert relocked(session).state is State.LOCKED
    assert path.read_text() == text


def test_every_kind_of_change():
    first, second, *rest = OLD.wheels
    other = replace(second, sha256="6" * 64)
    extra = make_lock(CELL, threadpoolctl="3.6.0").wheels[-1]
    new = replace(OLD, as_of=date(2026, 3, 2), wheels=(other, *rest, extra))
    assert list(locking.changes(OLD, new)) == [
        f"joblib {first.version} -> -",
        "numpy 2.4.5: another wheel",
        "threadpoolctl - -> 3.6.0",
        "as of 2026-03-01 -> 2026-03-02",
    ]
    assert list(locking.changes(OLD, OLD)) == []


def test_a_check_that_finds_nothing(session):
    write_lock(session.locks, OLD)
    session.plans = (OUTCOME.plan,)
    checked = locking.check(session, whole=True)
    assert checked.failure() is None
    assert checked.to_json() == {"version": 1, "verb": "lock", "checked": 1, "faults": []}


def test_a_check_names_a_remedy_for_each_kind(session):
    missing, damaged, orphan = CELL, Cell("3.13", "1.9.1"), Cell("3.7", "0.23.1")
    lock_path(session.locks, damaged).write_text("")
    write_lock(session.locks, make_lock(orphan))
    session.plans = tuple(CellPlan(cell, Bytecode.SOURCELESS, "") for cell in (missing, damaged))
    failure = locking.check(session, whole=True).failure()
    assert failure.exit_code == 3
    assert failure.message == "locks and matrix do not agree: faults 3, in files 3"
    assert failure.remedy == (
        "Make what is missing: layerfactory lock. "
        "Take what cannot exist out of the matrix: layerfactory plan tells it. "
        f"Make what is damaged anew: layerfactory lock --upgrade --only '{damaged}'. "
        "Delete the locks of no cell: layerfactory lock --prune. Or add their cells."
    )
    kinds = [fault["kind"] for fault in locking.check(session, whole=True).to_json()["faults"]]
    assert kinds == ["missing", "damaged", "orphan"]


def test_chosen_cells_make_no_orphans_of_the_others(session):
    write_lock(session.locks, OLD)
    write_lock(session.locks, make_lock(Cell("3.7", "0.23.1")))
    session.plans = (OUTCOME.plan,)
    assert locking.check(session, whole=False).faults == ()


def test_a_check_sees_a_hash_that_other_locks_have_otherwise(session):
    cells = [Cell("3.12", release) for release in ("1.8.0", "1.9.0", "1.9.1")]
    paths = [write_lock(session.locks, make_lock(cell, numpy="2.4.6")) for cell in cells]
    paths[1].write_text(paths[1].read_text().replace("5" * 64, "6" * 64, 1))
    session.plans = tuple(CellPlan(cell, Bytecode.SOURCELESS, "") for cell in cells)
    (fault,) = locking.check(session, whole=True).faults
    assert fault.place == f"{paths[1]}:6"


def pruning(tmp_path, *only):
    plans = (SimpleNamespace(cell=CELL),)
    console = SimpleNamespace(say=lambda _: None)
    session = SimpleNamespace(locks=tmp_path, plans=plans, console=console)
    return session, Choice(Selection(only=only))


@pytest.fixture
def two_locks(tmp_path):
    """The lock of the cell, and one of no cell."""
    write_lock(tmp_path, make_lock(CELL))
    write_lock(tmp_path, make_lock(Cell("3.7", "0.23.1")))
    return tmp_path


def test_locks_of_no_cell_are_deleted_and_no_other(two_locks):
    session, whole = pruning(two_locks)
    foreseen = locking.prune(session, whole, dry_run=True)
    assert len(list(two_locks.iterdir())) == 2
    assert locking.prune(session, whole, dry_run=False) == foreseen
    assert list(two_locks.iterdir()) == [lock_path(two_locks, CELL)]
    assert locking.prune(session, whole, dry_run=False) == ()


def test_nothing_is_deleted_where_cells_are_chosen(two_locks):
    session, some = pruning(two_locks, "py3.12-*")
    with pytest.raises(MatrixError, match="the whole matrix"):
        locking.prune(session, some, dry_run=False)
    assert len(list(two_locks.iterdir())) == 2


def test_what_cannot_be_deleted_is_told(two_locks):
    (two_locks / "folder").mkdir()
    session, whole = pruning(two_locks)
    with pytest.raises(LockError, match="folder: cannot be deleted"):
        locking.prune(session, whole, dry_run=False)
