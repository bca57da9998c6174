"""docs/upstream-tests.md comes out of the reports on record and of the data alone."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import pytest
from synthetic_layers import make_layer
from synthetic_upstream import DIFFERENCE, upstream_report

from layerfactory.errors import VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.verify.upstream.report import write_upstream
from layerfactory.verify.upstream.selection import upstream_tests

NEW, OLD = Cell("3.12", "1.9.1"), Cell("3.7", "0.23.1")


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Writes the page of some reports."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "scripts"))
    module = importlib.import_module("upstream_page")

    def page(**facts):
        for cell in (NEW, OLD):
            write_upstream(make_layer(tmp_path, cell), upstream_report(cell, **facts))
        return module.upstream_page(tmp_path)

    return page


def test_each_run_has_a_row_oldest_python_first(page):
    rows = [line for line in page().splitlines() if line.startswith("| `py3")]
    row = "| quick | 3.7.1 | 9.2.0 | 3399 | 3380 | 18 | 1 | 0 | 1 | 1 | 2.3 | 2026-11-23 |"
    assert rows[0] == f"| `{OLD}` {row}"
    assert rows[1].startswith(f"| `{NEW}` ")


def test_each_difference_is_told_with_its_reason(page):
    text = page()
    assert text.count("passed untrimmed (Skipped: lapack.__doc__ is None); allowed: It reads") == 2


def test_what_is_not_allowed_is_called_a_finding(page):
    assert "); a finding" in page(differences=(replace(DIFFERENCE, allowed=""),))


def test_what_a_release_lacks_is_told(page):
    assert "Not in this release: sklearn-frozen." in page(absent=("sklearn-frozen",))


def test_every_part_and_every_allowance_is_on_it(page):
    text = page()
    tests = upstream_tests()
    for part in tests.selections["full"].parts:
        assert f"| {part.name} | {part.package} |" in text
    assert all(entry.why in text for entry in tests.allowances)


def test_a_file_that_is_no_report(page, tmp_path):
    (tmp_path / "py3.8-sklearn0.24.2-x86_64.upstream.json").write_text("{}")
    with pytest.raises(VerifyError, match="not a report on upstream tests"):
        page()
