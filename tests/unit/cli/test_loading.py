"""The stage that takes layers as an earlier run built them: those of today's lock and policy."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from lock_samples import make_lock
from synthetic_records import write_layer

from layerfactory.build.cache.store import FORGETFUL
from layerfactory.cli import stages
from layerfactory.cli.stages import Outcome, State
from layerfactory.errors import BuildError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan

CELL = Cell("3.12", "1.9.1")


@pytest.fixture
def load(tmp_path):
    write_layer(tmp_path, CELL)
    session = SimpleNamespace(output=tmp_path, cache=FORGETFUL)

    def load_with(lock, bytecode=Bytecode.SOURCELESS):
        outcome = Outcome(CellPlan(CELL, bytecode, ""), lock=lock)
        return stages.load(session, outcome, lambda what: None)

    return load_with


def test_a_layer_of_the_lock_is_taken(load):
    outcome = load(make_lock(CELL))
    assert (outcome.state, outcome.layer.cell) == (State.BUILT, CELL)


def test_a_layer_of_another_lock_is_not(load):
    with pytest.raises(BuildError, match="of another lock or bytecode policy"):
        load(make_lock(CELL, joblib="1.5.0"))


def test_a_layer_of_another_policy_is_not(load):
    with pytest.raises(BuildError, match="of another lock or bytecode policy"):
        load(make_lock(CELL), Bytecode.SOURCES)
