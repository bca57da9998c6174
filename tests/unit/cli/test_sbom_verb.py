"""`sbom`: a layer at fault stops no other, and with --verdicts only what passed is told of."""

from __future__ import annotations

import json
import shutil

import pytest
from lock_samples import make_lock
from synthetic_records import write_layer, write_verified
from typer.testing import CliRunner

from layerfactory.build.locks.lockfile import write_lock
from layerfactory.cli.app import app
from layerfactory.matrix.cell import Cell
from layerfactory.verify.findings import Finding
from layerfactory.verify.report import report_path

GOOD, OTHER = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1")
MATRIX = """\
version: 1
cells:
  - {python: ["3.12", "3.13"], scikit-learn: "1.9.1", architectures: x86_64}
regions: [us-east-1]
"""
WHOLE = {"THIRD_PARTY_NOTICES.txt", "SHA256SUMS"}


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("layerfactory.cli.session.source_commit", lambda root: "")
    (tmp_path / "matrix.yaml").write_text(MATRIX)
    for cell in (GOOD, OTHER):
        write_lock(tmp_path / "locks", make_lock(cell))
    return lambda *words: CliRunner().invoke(app, ["sbom", *words])


@pytest.fixture
def dist(tmp_path):
    return tmp_path / "dist"


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_damaged_layer_stops_no_other(run, dist, tmp_path):
    write_layer(dist, GOOD)
    write_layer(dist, OTHER).zip.write_bytes(b"damaged")
    done = run("--to", "bills/one", "--result", "sbom.json")
    assert done.exit_code == 4
    assert f"error: {OTHER}: the zip in dist is not its manifest's" in done.stderr
    assert names(tmp_path / "bills" / "one") == {f"{GOOD}.cdx.json"} | WHOLE
    assert OTHER.identifier not in (tmp_path / "bills" / "one" / "SHA256SUMS").read_text()
    written = (tmp_path / "sbom.json").read_text()
    told = {each["cell"]: each["error"] for each in json.loads(written)["cells"]}
    assert (told[str(GOOD)], told[str(OTHER)]["kind"]) == (None, "BuildError")


def test_what_was_said_of_a_layer_is_taken_back_when_it_is_damaged(run, dist):
    layer = write_layer(dist, GOOD)
    run("--only", str(GOOD))
    assert f"{GOOD}.cdx.json" in names(dist)
    layer.zip.write_bytes(b"damaged")
    assert run("--only", str(GOOD)).exit_code == 4
    assert names(dist) == {f"{GOOD}.zip", f"{GOOD}.json", "THIRD_PARTY_NOTICES.txt"}


def test_only_what_passed_elsewhere_is_told_of(run, dist, tmp_path):
    """A verdict that lies beside the zip counts for nothing."""
    verdicts = tmp_path / "verdicts"
    write_verified(dist, OTHER)
    write_verified(verdicts, GOOD)
    write_layer(dist, GOOD)
    done = run("--verdicts", "verdicts", "--to", "bills")
    assert done.exit_code == 5
    assert f"error: {OTHER}: was never verified" in done.stderr
    assert names(tmp_path / "bills") == {f"{GOOD}.cdx.json"} | WHOLE


def test_a_zip_that_was_swapped_after_its_verdict_is_refused(run, dist, tmp_path):
    write_verified(tmp_path / "verdicts", GOOD)
    write_layer(dist, GOOD, {"python/other.py": b"other"})
    done = run("--verdicts", "verdicts")
    assert done.exit_code == 5
    assert "another zip was verified" in done.stderr
    assert names(dist) == {f"{GOOD}.zip", f"{GOOD}.json"}


def test_what_was_found_at_fault_is_refused(run, dist, tmp_path):
    layer = write_verified(dist, GOOD, Finding("elf", "a.so", "misaligned"))
    (tmp_path / "verdicts").mkdir()
    shutil.move(report_path(layer), tmp_path / "verdicts")
    assert run("--verdicts", "verdicts").exit_code == 5
    assert names(dist) == {f"{GOOD}.zip", f"{GOOD}.json"}
