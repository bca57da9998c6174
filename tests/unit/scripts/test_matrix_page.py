"""docs/matrix.md comes out of the records alone."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from synthetic_records import package, record_of, write_layer

from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.universe import Entry, LeftOut
from layerfactory.sizes.members import FileSize
from layerfactory.verify.findings import ProbeState
from layerfactory.verify.records.files import Unsupported, write_record, write_unsupported
from layerfactory.verify.records.record import PackageRecord

NEW, OLD = Cell("3.12", "1.9.1"), Cell("3.7", "0.23.1")
ARM = Cell("3.12", "1.9.1", Architecture.ARM64)
PANDAS = Cell("3.12", "1.9.1", extras=("pandas",))
MB = 1_000_000


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "scripts"))
    module = importlib.import_module("matrix_page")
    return lambda: module.matrix_page(tmp_path / "records")


@pytest.fixture
def record(tmp_path):
    return record_of(write_layer(tmp_path / "dist", NEW))


@pytest.fixture
def keep(tmp_path, record):
    """Keeps the record of a cell, with what is otherwise in it."""

    def write(cell, **facts):
        write_record(tmp_path / "records", replace(record, cell=cell, **facts))

    return write


@pytest.fixture
def cannot(tmp_path):
    def write(*cells, left_out=()):
        entries = tuple(
            Entry(cell, f"scikit-learn {cell.scikit_learn} needs glibc 2.27, and more")
            for cell in sorted(cells)
        )
        write_unsupported(tmp_path / "records", Unsupported(entries, left_out))

    return write


def rows(text, start):
    """The table rows whose first column is this."""
    lines = [line for line in text.splitlines() if line.startswith(f"| {start} |")]
    return [[part.strip() for part in line.strip("|").split("|")] for line in lines]


def test_without_records_it_is_a_page_all_the_same(page):
    text = page()
    assert "0 layers are recorded: 0 proven, 0 static only." in text
    assert text.endswith("\n")


def test_the_grid_has_each_release_and_python(page, keep, cannot, record):
    keep(NEW)
    keep(OLD)
    keep(ARM, probe=replace(record.probe, state=ProbeState.NOT_PROBED))
    cannot(Cell("3.11", "1.9.1"), Cell("3.11", "1.9.1", Architecture.ARM64))
    text = page()
    grid = text.partition("## Overview")[2].partition("## Cells")[0]
    (newest,) = rows(grid, "1.9.1")
    assert newest == ["1.9.1", "??", "??", "??", "??", "??", "··", "●◐", "??", "??"]
    assert rows(grid, "0.23.1")[0][2] == "●?"
    assert grid.index("| 1.9.1 |") < grid.index("| 0.23.1 |")
    assert "3 layers are recorded: 2 proven, 1 static only. 2 combinations cannot exist." in text


def test_deprecated_runtimes_are_marked_as_of_the_newest_proof(page, keep):
    keep(OLD, date=date(2025, 12, 14))
    text = page()
    assert "| 3.6 † x/a | 3.7 † x/a | 3.8 † x/a | 3.9 x/a | 3.10 x/a |" in text
    assert "3.8 on 2024-10-14.\n" in text
    assert "Lambda will deprecate 3.9 on 2025-12-15, " in text
    assert "### python3.7\n\nAmazon Linux 1, glibc 2.17, deprecated 2023-12-04." in text
    keep(Cell("3.13", "1.9.1"), date=date(2025, 12, 14))
    assert "glibc 2.34, until 2029-06-30." in page()
    keep(NEW, date=date(2025, 12, 15))
    assert "| 3.9 † x/a | 3.10 x/a |" in page()


def test_a_cell_has_its_versions_sizes_and_proof(page, keep, record):
    largest = (FileSize("a.so", 1, 1),)
    keep(NEW, zipped_bytes=51_700_000, unzipped_bytes=148_600_000, largest=largest)
    probe = replace(record.probe, isolation=("qemu-aarch64", "read-only"), baseline_passed=209)
    keep(ARM, probe=probe, zipped_bytes=60_000_000)
    table = page().partition("## Cells")[2]
    x86, arm = rows(table, "1.9.1")
    versions = ["1.0", "1.18.1", "", ""]
    sizes = ["51.7", "148.6", "-0.73"]
    assert x86[1:] == [
        "x86_64",
        *versions,
        *sizes,
        "210 of 211, as untrimmed",
        "3.12.1",
        "2026-11-23",
    ]
    assert arm[8:11] == ["**+7.57**", "210 of 211", "3.12.1, qemu-aarch64"]


def test_variants_stand_behind_the_default_one(page, keep, record):
    packages = (*record.packages, PackageRecord("pandas", "2.3.0", 1, 1, {}))
    keep(PANDAS, packages=packages)
    keep(NEW)
    text = page()
    table = text.partition("## Cells")[2]
    assert "| threadpoolctl | pandas | zip MB |" in table
    assert table.index("| 1.9.1 | x86_64") < table.index("| 1.9.1 + pandas | x86_64")
    assert rows(table, "1.9.1 + pandas")[0][6] == "2.3.0"
    assert rows(text.partition("## Cells")[0], "1.9.1 + pandas") == [
        ["1.9.1 + pandas", "3.12", "●", ""]
    ]
    assert "1 of the 1 default variants fit" in text


def test_what_is_over_the_line_is_told_with_what_it_would_take(page, keep, record):
    packages = tuple(
        PackageRecord(made.name, "1.0", 1, made.zipped_bytes, {})
        for made in (package("numpy", 15 * MB), package("scipy", 29 * MB), package("joblib", 1))
    )
    largest = (
        FileSize("scipy.libs/libscipy_openblas-5f.so", 24 * MB, int(7.5 * MB)),
        FileSize("numpy.libs/libscipy_openblas64_-f4.so", 23 * MB, int(7.2 * MB)),
        FileSize("numpy/core.so", 10 * MB, 3 * MB),
    )
    keep(NEW, zipped_bytes=55 * MB, packages=packages, largest=largest)
    keep(PANDAS, zipped_bytes=62 * MB, packages=packages, largest=largest[:1])
    keep(ARM, zipped_bytes=50 * MB)
    text = page().partition("## What is over 50 MiB")[2]
    most = "scipy 29.0, numpy 15.0, joblib 0.0"
    assert rows(text, str(NEW)) == [[str(NEW), "**+2.57**", most, "7.5 + 7.2", "-4.63"]]
    assert rows(text, str(PANDAS)) == [[str(PANDAS), "**+9.57**", most, "7.5", ""]]
    assert rows(text, str(ARM)) == []
    assert "2 layers are over, the farthest by 9.6 MB" in text
    assert "With one for both, 1 of these layers would be under" in text


def test_nothing_is_said_of_the_line_where_nothing_is_over(page, keep):
    keep(NEW)
    assert "over 50 MiB" not in page()


def test_units_are_named(page, keep):
    keep(NEW)
    text = page()
    assert "50 MiB directly: 50 MiB is\n52.43 MB." in text
    assert "| unzipped MB | to 50 MiB, MB |" in text


def test_what_ran_under_an_emulator_has_a_sign_of_its_own(page, keep, record):
    probe = replace(record.probe, isolation=("qemu-aarch64", "read-only"))
    keep(NEW)
    keep(ARM, probe=probe)
    text = page()
    assert "2 layers are recorded: 2 proven (1 of them under an emulator), 0 static" in text
    assert "●◆" in rows(text, "1.9.1")[0]
    assert "◆ Proven under an emulator" in text
    assert text.index("x86_64 left, arm64 right") < text.index("●◆")


def test_what_cannot_exist_is_told_in_runs_of_releases(page, keep, cannot):
    keep(Cell("3.11", "1.7.2"))
    gone = [
        Cell("3.11", release, architecture)
        for release in ("1.8.0", "1.9.1")
        for architecture in Architecture
    ]
    # The supported 1.7.2 stands between, and parts the run.
    cannot(*gone, Cell("3.11", "1.6.1"), left_out=(LeftOut("1.9.0rc1", "pre-release"),))
    text = page()
    assert "**python3.11**\n\n* 1.6.1, x86_64: needs glibc 2.27; the runtime has 2.26 (" in text
    assert "(Amazon Linux 2)\n* 1.8.0-1.9.1, x86_64 and arm64: needs glibc" in text
    assert "No layers are made of 1.9.0rc1 (pre-release)." in text


def test_it_says_what_was_not_run(page):
    assert "None of this ran in real AWS." in page()
