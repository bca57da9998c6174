"""The benchmark of many cells: what it takes, what it says of it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import many_cells
import pytest
from lock_samples import make_lock
from made_up_layers import write_matrix
from many_figures import ManyFigures, growth, markdown
from running import Run

from layerfactory.matrix.cell import Cell

COLD = Run(
    seconds=40.0, cpu_seconds=70.0, peak_bytes=900_000_000, finished=(10.0, 18.0, 30.0, 40.0)
)
WARM = Run(seconds=4.0, cpu_seconds=5.0, peak_bytes=300_000_000, finished=(1.0, 2.0, 3.0, 4.0))


def figures(**other):
    given = ManyFigures(
        cells=4,
        wheels=9,
        cold=COLD,
        warm=WARM,
        unchanged=replace(WARM, seconds=1.0),
        released=None,
        equal=True,
        part_bytes=160_000_000,
        layer_bytes=200_000_000,
        recipe_seconds=(20.0, 30.0, 25.0),
        growth=(),
    )
    return replace(given, **other)


def test_ratios_are_for_a_cell_and_to_the_recipes_median():
    assert figures().cold_ratio == pytest.approx(10 / 25)
    assert figures().warm_ratio == pytest.approx(1 / 25)


def test_without_the_recipe_there_is_no_ratio():
    alone = figures(recipe_seconds=())
    assert alone.cold_ratio is None
    assert alone.to_json()["ratios"] == {"cold": None, "warm": None}
    assert "2020 recipe" not in markdown(alone, "machine")


def with_wheels(*hashes):
    lock = make_lock()
    return replace(lock, wheels=tuple(replace(lock.wheels[0], sha256=of) for of in hashes))


def test_growth_counts_a_wheel_that_cells_share_once():
    locks = [with_wheels("a", "b"), with_wheels("a", "c"), with_wheels("a"), with_wheels("d")]
    looks = growth(locks, COLD)
    assert [(at.cells, at.wheels) for at in looks] == [(1, 2), (2, 3), (3, 3), (4, 4)]
    assert [at.seconds for at in looks] == [10.0, 18.0, 30.0, 40.0]


def test_growth_of_two_cells_has_two_looks():
    lock = make_lock(joblib="1.5.0")
    assert [at.cells for at in growth([lock, lock], COLD)] == [1, 2]


def test_the_table_says_what_differs():
    assert "made the same bytes" in markdown(figures(), "machine")
    assert "OTHER BYTES" in markdown(figures(equal=False), "machine")


def test_aims_are_met_or_not():
    text = markdown(figures(), "machine")
    assert "a tenth: not met, 2 GB: met" in text  # cold
    assert "a tenth: met, 2 GB: met" in text  # warm
    large = markdown(figures(cold=replace(COLD, peak_bytes=3_000_000_000)), "machine")
    assert "2 GB: not met" in large


def test_the_table_ends_with_the_machine():
    assert markdown(figures(), "where and when").endswith("\n\nwhere and when\n")


def test_a_release_has_a_row_where_it_was_measured():
    assert "release" not in markdown(figures(), "machine")
    assert "| release, nothing changed | 4.0 |" in markdown(figures(released=WARM), "machine")


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as stop:
        many_cells.main(["--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    assert all(option in said for option in ("--only", "--recipe", "--release", "--json"))


def test_the_default_is_ten_cells_of_one_python(monkeypatch, tmp_path):
    ten = ["0.23.0", "0.23.1", "0.23.2", "0.24.0", "0.24.1", "0.24.2", "1.0", "1.0.1", "1.0.2"]
    others = ["0.22", "1.1.0", "1.3.1"]
    cells = [Cell("3.8", release) for release in [*ten, "1.3.2", *others]]
    write_matrix(tmp_path, cells, ["us-east-1"])
    monkeypatch.setattr(many_cells, "ROOT", tmp_path)
    monkeypatch.setattr(many_cells, "find_interpreter", lambda python: Path(sys.executable))
    locks = many_cells._locks(list(many_cells.TEN_OF_ONE_PYTHON))
    assert len(locks) == 10
    assert {lock.cell.python for lock in locks} == {"3.8"}
