from __future__ import annotations

from types import SimpleNamespace

import pytest
from lock_samples import make_lock

from layerfactory.build.locks.lockfile import write_lock
from layerfactory.build.wheels import interpreters
from layerfactory.cli import rehearsing
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import InterpreterNotFoundError, MatrixError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan

CELLS = [
    Cell(python, release, architecture, extras)
    for python in ("3.8", "3.9", "3.10", "3.11", "3.12")
    for release in ("1.3.2", "1.10.0")
    for architecture in Architecture
    for extras in ((), ("pandas",))
]


@pytest.fixture
def session(tmp_path, monkeypatch):
    """All of CELLS with locks, on an x86-64 machine."""
    monkeypatch.setattr(rehearsing, "machine", lambda: "x86_64")
    for cell in CELLS:
        write_lock(tmp_path, make_lock(cell, **dict.fromkeys(cell.extras, "2.0.0")))
    plans = tuple(CellPlan(cell, Bytecode.SOURCELESS, "") for cell in sorted(CELLS))
    return SimpleNamespace(plans=plans, locks=tmp_path)


@pytest.fixture
def at_hand(monkeypatch):
    """Lets the machine have these Pythons; counts who is looked for."""
    asked = []

    def have(*pythons):
        def find(python):
            asked.append(python)
            if python not in pythons:
                raise InterpreterNotFoundError("there is none")

        monkeypatch.setattr(interpreters, "find_interpreter", find)
        return asked

    return have


def chosen(session):
    return [str(plan.cell) for plan in rehearsing.newest_at_hand(session)]


def test_the_newest_release_of_the_newest_three_pythons(session, at_hand):
    asked = at_hand("3.8", "3.9", "3.10", "3.11", "3.12")
    assert chosen(session) == [f"py3.{minor}-sklearn1.10.0-x86_64" for minor in (10, 11, 12)]
    assert asked == ["3.12", "3.11", "3.10"]


def test_pythons_that_are_not_here_are_passed_over(session, at_hand):
    asked = at_hand("3.8", "3.11")
    assert chosen(session) == ["py3.8-sklearn1.10.0-x86_64", "py3.11-sklearn1.10.0-x86_64"]
    assert len(asked) == len(set(asked))


def test_a_cell_without_a_lock_is_passed_over(session, at_hand):
    at_hand("3.12")
    (session.locks / "py3.12-sklearn1.10.0-x86_64.txt").unlink()
    assert chosen(session) == ["py3.12-sklearn1.3.2-x86_64"]


def test_no_python_at_all(session, at_hand):
    at_hand()
    with pytest.raises(MatrixError, match="there is no Python on this machine"):
        chosen(session)
