import json
from dataclasses import replace

import pytest
from figures import HEADINGS, Build, CellFigures, Import, failures, markdown, rows

from layerfactory.data.runtimes import limits

MIB = 1 << 20
LIMIT = limits().direct_upload_bytes


def figures(**changes):
    whole = CellFigures(
        cell="py3.13-sklearn1.9.1-x86_64",
        interpreter="3.13.0",
        layer=Build((4.0, 6.0, 5.0), (10.0, 11.0, 12.0), LIMIT, 150_000_000),
        recipe=Build((30.0, 28.0, 32.0), (33.0, 32.0, 34.0), 60_000_000, 300_000_000),
        layer_import=Import((0.8, 1.2, 1.0)),
        bare_import=Import((4.0, 4.2, 3.8)),
        recipe_import=Import((), "ImportError: a.so: ELF load command address not aligned"),
    )
    return replace(whole, **changes)


def row(of, name):
    return next(cells for cells in rows(of) if cells[0] == name)


def test_ratios_are_of_medians():
    assert figures().seconds_ratio == pytest.approx(5 / 30)
    assert figures().import_ratio == pytest.approx(1 / 4)


def test_all_aims_met():
    assert figures().aims() == {
        "seconds": True,
        "direct_upload": True,
        "import_seconds": True,
        "imports": True,
    }


@pytest.mark.parametrize(
    ("aim", "changes"),
    [
        ("seconds", {"layer": Build((7.6,), (1.0,), MIB, MIB)}),
        ("direct_upload", {"layer": Build((1.0,), (1.0,), LIMIT + 1, MIB)}),
        ("import_seconds", {"bare_import": Import((2.9,))}),
    ],
)
def test_one_aim_missed(aim, changes):
    aims = figures(**changes).aims()
    assert [name for name, met in aims.items() if not met] == [aim]


def test_an_aim_is_met_to_the_point():
    assert figures(layer=Build((6.0,), (1.0,), LIMIT, MIB)).aims()["seconds"]
    assert figures(bare_import=Import((3.0,))).aims()["import_seconds"]


def test_a_layer_that_does_not_import_meets_no_aim_of_imports():
    broken = figures(layer_import=Import((), "ImportError: no"))
    assert broken.import_ratio is None
    assert not broken.aims()["imports"]
    assert not broken.aims()["import_seconds"]
    assert row(broken, "import, s") == (
        "import, s",
        "-",
        "-",
        "4.00 (3.80-4.20)",
        "-",
        "a third",
        "not met",
    )


def test_rows_fill_all_columns():
    assert {len(cells) for cells in rows(figures())} == {len(HEADINGS)}


def test_row_of_seconds():
    shown = ("build, s", "5.00 (4.00-6.00)", "30.0 (28.0-32.0)", "-", "0.17", "a fifth", "met")
    assert row(figures(), "build, s") == shown


def test_row_of_bytes():
    assert row(figures(), "unzipped, MB")[1:5] == ("150.0", "300.0", "-", "0.50")


def test_row_of_direct_upload():
    cells = row(figures(), "direct upload")
    assert cells[1:] == ("yes", "no", "-", "", "under 50 MiB", "met")


def test_failures_name_the_tree():
    said = "2020 recipe: ImportError: a.so: ELF load command address not aligned"
    assert failures(figures()) == (said,)


def test_json_has_what_was_measured_and_what_follows():
    value = json.loads(json.dumps(figures().to_json()))
    assert value["layer"]["seconds"] == [4.0, 6.0, 5.0]
    assert value["recipe_import"]["error"].startswith("ImportError")
    assert value["ratios"]["import_seconds"] == pytest.approx(1 / 4)
    assert value["aims"]["seconds"] is True


def test_markdown_is_a_table_for_each_cell_and_the_machine():
    text = markdown([figures(), figures(cell="py3.7-sklearn0.23.1-x86_64")], "2026-11-23, a box.")
    lines = text.splitlines()
    assert lines[0] == "**py3.13-sklearn1.9.1-x86_64** (Python 3.13.0)"
    assert "**py3.7-sklearn0.23.1-x86_64** (Python 3.13.0)" in lines
    assert lines[-1] == "2026-11-23, a box."
    tables = [line for line in lines if line.startswith("|")]
    assert len(tables) == 2 * (2 + len(rows(figures())))
    assert {line.count("|") for line in tables} == {len(HEADINGS) + 1}


def test_markdown_keeps_bars_out_of_the_table():
    error = Import((), "ImportError: a | b")
    assert "ImportError: a \\| b" in markdown([figures(recipe_import=error)], "")
