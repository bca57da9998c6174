from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from lock_samples import make_lock

from layerfactory.cli.planning import heading, run_lines, show_plan, to_json
from layerfactory.cli.stages import Outcome, State
from layerfactory.console import Console
from layerfactory.data.runtimes import Architecture, runtimes
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan

RELEASES = ("1.3.2", "1.4.0", "1.4.1.post1", "1.4.2", "1.5.0", "1.5.1", "1.5.2", "1.6.0", "1.6.1")
TODAY = date(2026, 11, 23)


def outcome(cell, state=State.TO_BUILD, reason=""):
    lock = make_lock(cell, numpy="1.26.4", scipy="1.13.1")
    return Outcome(CellPlan(cell, Bytecode.SOURCELESS, ""), state, lock, reason=reason)


@pytest.fixture
def shown(capsys, monkeypatch):
    """What a person sees of outcomes, on a terminal of 80 columns."""

    def give(outcomes):
        for name, value in {"COLUMNS": "80", "FORCE_COLOR": "1", "NO_COLOR": "1"}.items():
            monkeypatch.setenv(name, value)
        show_plan(Console(), outcomes)
        lines = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out).splitlines()
        assert max(map(len, lines)) <= 80
        return [line.rstrip() for line in lines]

    return give


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ("3.8", "python3.8 (deprecated 2024-10-14): Amazon Linux 2, glibc 2.26"),
        ("3.12", "python3.12 (until 2028-10-31): Amazon Linux 2023, glibc 2.34"),
    ],
)
def test_a_runtime_is_marked_with_its_end(python, expected):
    assert heading(runtimes()[python], TODAY) == expected


def test_a_runtime_ends_on_its_day():
    end = runtimes()["3.12"].deprecated
    assert "(deprecated" in heading(runtimes()["3.12"], end)


def test_few_cells_have_a_line_each_under_their_runtime(shown):
    cells = [Cell(python, release) for python, release in product(("3.9", "3.11"), RELEASES)]
    lines = shown([outcome(cell) for cell in cells])
    assert sum("to build" in line for line in lines) == len(cells)
    assert [line for line in lines if str(cells[2]) in line] == [
        " py3.9-sklearn1.4.1.post1-x86_64   to build   1.26.4   1.13.1"
    ]
    assert [line.split()[0] for line in lines if line.startswith("python")] == [
        "python3.9",
        "python3.11",
    ]


def test_extras_have_their_versions_where_a_cell_has_extras(shown):
    variant = Cell("3.12", "1.9.1", extras=("pandas",))
    lock = make_lock(variant, numpy="2.4.6", pandas="2.3.2")
    given = replace(outcome(variant), lock=lock)
    lines = shown([outcome(Cell("3.12", "1.9.1")), given])
    assert [line.split() for line in lines if "extras" in line or "pandas" in line] == [
        ["cell", "state", "numpy", "scipy", "extras", "zip", "MB"],
        [str(variant), "to", "build", "2.4.6", "pandas", "2.3.2"],
    ]
    assert "extras" not in " ".join(shown([outcome(Cell("3.12", "1.9.1"))]))


def test_many_cells_are_drawn_together(shown):
    sides = product(("3.9", "3.10", "3.11", "3.12"), RELEASES, Architecture)
    lines = shown([outcome(cell) for cell in sorted(Cell(*side) for side in sides)])
    assert [line for line in lines if not line.startswith("python")] == [
        *["  1.3.2-1.6.1     x86_64 arm64          18  to build"] * 4,
        "72 cells; choose some, as with --python, for a line each",
    ]


def test_a_run_says_why():
    reason = "scikit-learn 1.9.1 needs glibc 2.27, python3.11 runs on Amazon Linux 2 with 2.26"
    states = [outcome(Cell("3.11", "1.7.2"))]
    states += [outcome(Cell("3.11", "1.9.1"), State.UNSUPPORTED, reason)]
    states += [outcome(Cell("3.11", "1.9.1", extras=("pandas",)))]
    assert run_lines(states) == [
        "  1.7.2           x86_64                 1  to build",
        f"  1.9.1           x86_64                 1  unsupported, {reason}",
        "  1.9.1           x86_64 pandas          1  to build",
    ]


def test_a_machine_is_told_the_runtimes_end():
    assert to_json(outcome(Cell("3.8", "1.3.2")))["deprecated"] == date(2024, 10, 14)
