from __future__ import annotations

import pytest
from lock_samples import make_lock

from layerfactory.cli import locking, views
from layerfactory.cli.common import show_cells
from layerfactory.cli.stages import Outcome
from layerfactory.console import Console
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan

DEFAULT, VARIANT = Cell("3.12", "1.9.1"), Cell("3.12", "1.9.1", extras=("pandas",))
TABLES = [(locking.COLUMNS, locking.row), (views.VERIFY_COLUMNS, views.verify_row)]


def outcome(cell):
    return Outcome(CellPlan(cell, Bytecode.SOURCELESS, ""), lock=make_lock(cell, pandas="2.3.2"))


@pytest.mark.parametrize(("columns", "row"), TABLES, ids=["lock", "verify"])
def test_only_where_a_cell_has_extras(capsys, columns, row):
    show_cells(Console(), columns, row, [outcome(DEFAULT), outcome(VARIANT)])
    told = capsys.readouterr().out
    assert "extras" in told
    assert told.count("pandas 2.3.2") == 1
    show_cells(Console(), columns, row, [outcome(DEFAULT)])
    assert "extras" not in capsys.readouterr().out


def test_without_a_lock_the_extras_have_no_version():
    bare = Outcome(CellPlan(VARIANT, Bytecode.SOURCELESS, ""))
    assert views.extras_versions(bare) == "pandas"
