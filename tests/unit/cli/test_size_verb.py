"""`size`: tables, JSON, a picture."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from synthetic_records import FILES, record_of, write_layer
from typer.testing import CliRunner

from layerfactory.build.files import write_json
from layerfactory.cli.app import app
from layerfactory.matrix.cell import Cell
from layerfactory.verify.records.files import write_record

CELL, OTHER = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1")
MATRIX = """\
version: 1
cells:
  - {python: ["3.12", "3.13"], scikit-learn: "1.9.1", architectures: x86_64}
regions: [us-east-1]
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # Of which commit the sources are is asked of git, a process.
    monkeypatch.setattr("layerfactory.cli.session.source_commit", lambda root: "")
    (tmp_path / "matrix.yaml").write_text(MATRIX)
    return lambda *words: CliRunner().invoke(app, ["size", *words])


@pytest.fixture
def dist(tmp_path):
    return tmp_path / "dist"


def test_nothing_is_built(run):
    result = run()
    assert result.exit_code == 4
    assert result.stderr.startswith("error: dist: none of the 2 chosen cells is built\n  -> Build")


def test_one_cell_by_package_and_rule(run, dist):
    write_layer(dist, CELL)
    result = run("--only", "py3.12-*")
    assert result.exit_code == 0, result.stderr
    for words in (
        "scipy",
        "1.18.1",
        "tests",
        "numpy 0.0",
        "numpy/core.*.so",
        "-52.42 MB to 50 MiB",
    ):
        assert words in result.stdout
    assert "record" not in result.stdout


def test_the_sums_add_up(run, dist):
    layer = write_layer(dist, CELL)
    left_out = sum(use.bytes for use in layer.manifest.rules)
    sizes = {"untrimmed_bytes": 200_000_000, "bytecode_bytes": 19_610_000}
    unzipped = sum(sizes.values()) - left_out
    manifest = replace(layer.manifest, unzipped_bytes=unzipped, **sizes)
    write_json(layer.manifest_path, manifest.to_json())
    text = " ".join(run("--only", "py3.12-*").stdout.split())
    for words in ("untrimmed 200,000,000", "added: bytecode +19,610,000", "left out -570"):
        assert words in text
    assert "unzipped 219,609,430" in text
    assert "42.5 MB left of 262.1 MB unzipped" in text


def test_several_cells_have_a_row_each_and_a_sum(run, dist):
    layer = write_layer(dist, CELL)
    write_layer(dist, OTHER)
    write_record(dist.parent / "records", record_of(layer, zipped_bytes=1000))
    result = run()
    assert result.exit_code == 0, result.stderr
    rows = {line.split()[0]: line.split() for line in result.stdout.splitlines() if "py3" in line}
    growth = layer.manifest.zipped_bytes / 1000 - 1
    assert rows[str(CELL)][-1] == f"{growth:+.1%}"
    assert rows[str(OTHER)][-1] == "none"
    assert " 2 cells " in result.stdout
    assert "2 of 2 layers fit 50 MiB" in result.stdout
    assert "50 MiB, the line of a direct upload, is 52.43" in result.stdout


def test_no_table_is_wider_than_80_columns(run, dist):
    write_layer(dist, CELL)
    write_layer(dist, OTHER)
    for words in ((), ("--only", "py3.12-*")):
        lines = run(*words).stdout.splitlines()
        assert max(len(line.rstrip()) for line in lines) <= 80


def test_what_is_not_built_is_counted(run, dist):
    write_layer(dist, CELL)
    assert "1 of 2 cells are not built" in run().stderr


def test_json(run, dist):
    layer = write_layer(dist, CELL)
    (cell,) = json.loads(run("--json").stdout)["cells"]
    assert cell["zipped_bytes"] == layer.manifest.zipped_bytes
    assert cell["over_direct_upload_bytes"] == layer.manifest.zipped_bytes - 52425728
    assert cell["bytecode_bytes"] == layer.manifest.bytecode_bytes
    assert cell["recorded_zipped_bytes"] is None
    assert len(cell["largest"]) == len(FILES)
    assert [package["name"] for package in cell["packages"]] == ["numpy", "scikit-learn", "scipy"]


@pytest.mark.parametrize("measure", ["zipped", "unzipped"])
def test_a_treemap(run, dist, tmp_path, measure):
    write_layer(dist, CELL)
    result = run("--treemap", "size.svg", "--by", measure)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert "wrote size.svg" in result.stderr
    picture = ET.parse(tmp_path / "size.svg").getroot()
    titles = [text.text for text in picture if text.get("class") == "title"]
    assert titles[0].startswith(f"{CELL}: ")
    assert titles[0].endswith("in the zip" if measure == "zipped" else "unzipped")


def test_a_treemap_is_of_one_cell(run, dist, tmp_path):
    write_layer(dist, CELL)
    write_layer(dist, OTHER)
    result = run("--treemap", "size.svg")
    assert result.exit_code == 2
    assert "error: --treemap draws one cell, and 2 are chosen\n  -> Choose one" in result.stderr
    assert not (tmp_path / "size.svg").exists()


def test_a_treemap_makes_no_folders(run, dist, tmp_path):
    write_layer(dist, CELL)
    result = run("--only", "py3.12-*", "--treemap", "nope/size.svg")
    assert result.exit_code == 2
    assert "error: nope/size.svg: there is no folder nope\n  -> Make the folder" in result.stderr
    assert not (tmp_path / "nope").exists()


def test_a_damaged_record_is_told(run, dist, tmp_path):
    write_layer(dist, CELL)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / f"{CELL}.json").write_text("{")
    result = run()
    assert result.exit_code == 5
    assert f"{CELL}.json: cannot be read" in result.stderr
