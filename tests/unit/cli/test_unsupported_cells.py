from __future__ import annotations

import pytest

from layerfactory.cli import views
from layerfactory.cli.common import show_cells
from layerfactory.cli.stages import Outcome, State
from layerfactory.console import Console
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan


def outcome(cell, state, reason=""):
    return Outcome(CellPlan(cell, Bytecode.SOURCELESS, ""), state, reason=reason)


BUILT = outcome(Cell("3.12", "1.9.1"), State.BUILT)
REASON = "scikit-learn 1.9.1 needs glibc 2.27"


@pytest.fixture
def shown(capsys):
    """What a person sees: the table, and the lines beside it."""

    def give(*outcomes):
        show_cells(Console(), views.BUILD_COLUMNS, views.build_row, outcomes)
        return capsys.readouterr()

    return give


def test_many_that_cannot_exist_are_one_line(shown):
    cells = [Cell("3.9", f"1.9.{patch}") for patch in range(20)]
    out, err = shown(*(outcome(cell, State.UNSUPPORTED, REASON) for cell in cells), BUILT)
    assert "py3.12-sklearn1.9.1-x86_64" in out
    assert "py3.9" not in out + err
    assert err == "left out: 20 cells that cannot exist; see `layerfactory plan --all`\n"


def test_one_that_cannot_exist_has_its_reason(shown):
    out, err = shown(BUILT, outcome(Cell("3.9", "1.9.1"), State.UNSUPPORTED, REASON))
    assert "py3.9" not in out
    assert err == f"left out: py3.9-sklearn1.9.1-x86_64: {REASON}\n"


def test_where_all_can_exist_nothing_is_said(shown):
    assert shown(BUILT).err == ""
