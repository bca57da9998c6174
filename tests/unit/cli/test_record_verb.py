"""`record`: what is written, what is refused, and that running it again changes nothing."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime

import pytest
from lock_samples import make_lock
from synthetic_records import NOT_PROBED, write_layer, write_verified
from typer.testing import CliRunner

from layerfactory.build.locks.lockfile import write_lock
from layerfactory.cli.app import app
from layerfactory.errors import IndexUnavailableError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.index import IndexFile
from layerfactory.verify.findings import Finding
from layerfactory.verify.records.files import read_record, read_records, read_unsupported
from layerfactory.verify.report import report_path

CELL, OTHER = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1")
ONLY = ("--only", "py3.12-*")
MATRIX = """\
version: 1
cells:
  - {python: ["3.12", "3.13"], scikit-learn: "1.9.1", architectures: x86_64}
regions: [us-east-1]
"""
WHEELS = ("1.9.1-cp312-cp312-manylinux_2_28_x86_64", "1.9.1-cp313-cp313-manylinux_2_28_x86_64")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("layerfactory.cli.session.source_commit", lambda root: "")
    (tmp_path / "matrix.yaml").write_text(MATRIX)
    for cell in (CELL, OTHER):
        write_lock(tmp_path / "locks", make_lock(cell))
    return lambda *words: CliRunner().invoke(app, ["record", *words])


@pytest.fixture
def dist(tmp_path):
    return tmp_path / "dist"


@pytest.fixture
def records(tmp_path):
    return tmp_path / "records"


@pytest.fixture
def index(monkeypatch):
    """An index with two wheels."""
    files = tuple(
        IndexFile(f"scikit_learn-{name}.whl", "1.9.1", "", None, False, "", ">=3.11")
        for name in WHEELS
    )
    monkeypatch.setattr("layerfactory.matrix.index.PackageIndex.files", lambda self, name: files)


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_verified_layer_is_recorded(run, dist, records):
    layer = write_verified(dist, CELL)
    proven = datetime(2026, 11, 20, 12, tzinfo=UTC)
    os.utime(report_path(layer), (proven.timestamp(), proven.timestamp()))
    result = run(*ONLY)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.endswith("1 cell: 1 new\ndocs/matrix.md shows it after `make docs`\n")
    record = read_record(records, CELL)
    assert record.sha256 == layer.manifest.sha256
    assert record.date == proven.date()


def test_running_it_twice_changes_nothing(run, dist, records):
    layer = write_verified(dist, CELL)
    run(*ONLY)
    before = content(records)
    os.utime(report_path(layer), (0, 0))  # proven on another day, with the same outcome
    result = run(*ONLY)
    assert "1 unchanged" in result.stdout
    assert "make docs" not in result.stdout
    assert content(records) == before


def test_a_dry_run_writes_nothing(run, dist, records):
    write_verified(dist, CELL)
    result = run(*ONLY, "--dry-run")
    assert "1 new; nothing was written" in result.stdout
    assert "make docs" not in result.stdout
    assert not records.exists()


def test_what_was_not_probed_is_recorded_as_such(run, dist, records):
    write_verified(dist, CELL, probe=NOT_PROBED)
    result = run(*ONLY)
    assert result.exit_code == 0, result.stderr
    assert read_record(records, CELL).probe.state == "not probed"


def test_a_layer_at_fault_is_refused_and_the_others_are_recorded(run, dist, records):
    write_verified(dist, CELL, Finding("elf", "a.so", "misaligned"))
    write_verified(dist, OTHER)
    result = run("--python", "3.12", "--python", "3.13")
    assert result.exit_code == 5
    assert "1 new, 1 refused" in result.stdout
    assert f"error: {CELL}: 1 finding, the first: a.so: misaligned\n  -> " in result.stderr
    assert [record.cell for record in read_records(records)] == [OTHER]


def test_one_that_was_never_verified_is_refused(run, dist, records):
    write_layer(dist, CELL)
    result = run(*ONLY)
    assert result.exit_code == 5
    assert f"-> Verify it: layerfactory verify --only '{CELL}'" in result.stderr
    assert not records.exists()


def test_nothing_is_built(run):
    result = run()
    assert result.exit_code == 4
    assert "error: dist: none of the 2 chosen cells is built" in result.stderr


def test_a_partial_output_is_recorded_with_what_cannot_exist(run, dist, records, index):
    write_verified(dist, CELL)
    result = run()
    assert result.exit_code == 0, result.stderr
    assert "2 cells: 1 new, 1 not built" in result.stdout
    cannot = {entry.cell: entry.reason for entry in read_unsupported(records).cells}
    assert len(cannot) == 16  # nine Pythons, two architectures, two wheels
    assert cannot[Cell("3.11", "1.9.1")] == "scikit-learn 1.9.1 has no wheel for Python 3.11"
    assert CELL not in cannot
    assert "make docs" in result.stdout
    before = content(records)
    assert "16 cells that cannot exist: unchanged" in run().stdout
    assert content(records) == before


def test_a_dry_run_says_whether_what_cannot_exist_is_new(run, dist, records, index):
    write_verified(dist, CELL)
    assert json.loads(run("--json", "-n").stdout)["unsupported_changed"] is True
    assert not records.exists()


def test_a_selection_does_not_ask_the_index(run, dist, monkeypatch):
    def refuse(self, name):
        raise IndexUnavailableError("the index was asked")

    monkeypatch.setattr("layerfactory.matrix.index.PackageIndex.files", refuse)
    write_verified(dist, CELL)
    assert run(*ONLY).exit_code == 0
    # Without one it is asked last: what is built is recorded before.
    write_verified(dist, OTHER)
    result = run()
    assert result.exit_code == 3
    assert "1 new, 1 unchanged" in result.stdout


def test_json(run, dist):
    write_verified(dist, CELL)
    value = json.loads(run(*ONLY, "--json").stdout)
    (cell,) = value["cells"]
    assert (value["verb"], cell["cell"], cell["state"]) == ("record", str(CELL), "new")
    assert cell["record"]["probe"]["estimators"] == 211
    assert value["unsupported_changed"] is None


def test_a_zip_that_was_altered_is_refused(run, dist, records):
    layer = write_verified(dist, CELL)
    content = bytearray(layer.zip.read_bytes())
    content[40] ^= 1
    layer.zip.write_bytes(content)
    result = run(*ONLY)
    assert result.exit_code != 0
    assert "is not its manifest's" in result.output
    assert not records.exists()


def test_a_layer_of_another_lock_is_refused(run, dist, records, tmp_path):
    write_verified(dist, CELL)
    write_lock(tmp_path / "locks", make_lock(CELL, joblib="1.5.0"))
    result = run(*ONLY)
    assert result.exit_code != 0
    assert "is of another lock" in result.output
    assert not records.exists()


def test_a_proof_outlives_a_place_without_the_python(run, dist, records):
    write_verified(dist, CELL)
    assert run(*ONLY).exit_code == 0
    proven = read_record(records, CELL)
    write_verified(dist, CELL, probe=NOT_PROBED)
    assert run(*ONLY).exit_code == 0
    assert read_record(records, CELL) == proven


def test_records_of_another_machine_are_taken_over(run, dist, records, tmp_path):
    write_verified(dist, CELL)
    assert run(*ONLY, "--to", "made").exit_code == 0
    shutil.rmtree(dist)
    (tmp_path / "made" / "notes.txt").write_text("no record")
    assert "1 cell: 1 new; nothing was written" in run("--from", "made", "--dry-run").stdout
    assert not records.exists()

    done = run("--from", "made")

    assert done.exit_code == 0, done.stderr
    assert content(records) == {
        f"{CELL}.json": (tmp_path / "made" / f"{CELL}.json").read_bytes(),
    }
    assert "1 unchanged" in run("--from", "made").stdout


def test_a_damaged_record_of_another_machine_is_refused(run, dist, records, tmp_path):
    for cell in (CELL, OTHER):
        write_verified(dist, cell)
    run("--only", "py3.1*", "--to", "made")
    (tmp_path / "made" / f"{CELL}.json").write_bytes(
        (tmp_path / "made" / f"{OTHER}.json").read_bytes()
    )
    done = run("--from", "made")
    assert done.exit_code == 5
    assert f"is the record of {OTHER}" in done.stderr
    assert list(content(records)) == [f"{OTHER}.json"]


def test_no_record_of_another_machine_is_no_fault(run, records):
    done = run("--from", "made")
    assert (done.exit_code, done.stdout) == (0, "no record of the chosen cells is there\n")
    assert not records.exists()
