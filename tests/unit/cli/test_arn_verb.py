from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from catalog_samples import DAY
from typer.testing import CliRunner

from layerfactory.catalog.files import CatalogFiles
from layerfactory.catalog.row import Retired, Row
from layerfactory.cli.app import app
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell

CSV = """\
Python version,scikit-learn version,region,arn
3.7,0.23.0,us-west-2,arn:aws:lambda:us-west-2:446751924810:layer:python-3-7-scikit-learn-0-23-0:2
3.7,0.23.1,us-west-2,arn:aws:lambda:us-west-2:446751924810:layer:python-3-7-scikit-learn-0-23-1:1
3.7,0.23.0,eu-west-1,arn:aws:lambda:eu-west-1:446751924810:layer:python-3-7-scikit-learn-0-23-0:3
"""
ARN = "arn:aws:lambda:us-west-2:446751924810:layer:python-3-7-scikit-learn-0-23-{}"


@pytest.fixture
def arn(tmp_path, monkeypatch):
    """Runs the verb beside a catalogue of 2020."""
    (tmp_path / "layers.csv").write_text(CSV)
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["arn", *words])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--scikit-learn", "0.23.0"], "0:2"),
        (["--scikit-learn==0.23.0"], "0:2"),
        (["--scikit-learn", "0.23"], "1:1"),
        ([], "1:1"),
    ],
)
def test_nothing_but_the_arn_is_printed(arn, words, expected):
    result = arn("--python=3.7", "--region", "us-west-2", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{ARN.format(expected)}\n", "")


def test_json(arn):
    result = arn("--python", "3.7", "--region", "us-west-2", "--json")
    assert json.loads(result.stdout) == {
        "version": 1,
        "verb": "arn",
        "arn": ARN.format("1:1"),
        "python": "3.7",
        "scikit_learn": "0.23.1",
        "region": "us-west-2",
        "architecture": "x86_64",
        "extras": [],
        "layer_version": 1,
        "sha256": None,
        "status": "current",
        "retired": None,
        "successor": None,
        "reason": None,
        "stale_since": None,
    }


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        (["--python", "3.8", "--region", "us-west-2"], "for Python 3.8", "There is: 3.7."),
        (
            ["--python", "3.7", "--region", "sa-east-1"],
            "layers.csv has no layer for region sa-east-1",
            "There is: eu-west-1, us-west-2.",
        ),
        (
            ["--python", "3.7", "--region", "us-west-2", "--architecture", "arm64"],
            "for architecture arm64",
            "There is: x86_64.",
        ),
        (
            ["--python", "3.7", "--region", "us-west-2", "--scikit-learn", "0.2"],
            "for scikit-learn 0.2",
            "There is: 0.23.0, 0.23.1.",
        ),
        (
            ["--python", "3.7", "--region", "us-west-2", "--catalog", "no.csv"],
            "no.csv: there is no such file",
            "Name the index with --catalog; a rehearsal's is dist/layers.csv.",
        ),
        (
            ["--python=3.7", "--region=us-west-2", "--catalog", "https://example.com/layers.json"],
            "--catalog takes a file, and not an address",
            "Download it first, with curl or the like.",
        ),
    ],
)
def test_nothing_fits(arn, words, message, remedy):
    result = arn(*words)
    assert result.exit_code == 7
    assert message in result.stderr.splitlines()[0]
    assert result.stderr.splitlines()[1:] == [f"  -> {remedy}"]
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        (
            ["--python", "3.7", "--region", "mars"],
            "error: --region mars: there is no region mars",
            "There is: eu-west-1, us-west-2.",
        ),
        (
            ["--python", "3.7", "--region", "us-wset-2"],
            "there is no region us-wset-2; did you mean us-west-2 or ",
            "There is: eu-west-1, us-west-2.",
        ),
        (
            ["--python", "3.7", "--region", "us"],
            "--region us: is a group; a function has one region",
            "There is: us-west-2.",
        ),
        (
            ["--python", "3.7", "--region", "ap"],
            "--region ap: is a group; a function has one region",
            "None of them has a layer.",
        ),
    ],
)
def test_what_is_no_region_is_a_wrong_argument(arn, words, message, remedy):
    result = arn(*words)
    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[0]
    assert result.stderr.splitlines()[1:] == [f"  -> {remedy}"]


@pytest.mark.parametrize(
    ("catalog", "message"),
    [
        ("layers.csv", "layers.csv has no layer for Python 3.12"),
        ("empty.csv", "empty.csv lists no layer"),
        ("no.csv", "no.csv: there is no such file"),
    ],
)
def test_where_nothing_fits_the_index_in_the_output_folder_is_named(arn, catalog, message):
    Path("empty.csv").write_text(CSV.splitlines(keepends=True)[0])
    Path("dist").mkdir()
    CatalogFiles.of(Path("dist/layers.csv")).write([published(Cell("3.12", "1.9.1"))])
    words = ("--python", "3.12", "--region", "us-west-2", "--catalog")
    result = arn(*words, catalog)
    assert result.exit_code == 7
    assert message in result.stderr
    assert result.stderr.endswith("as well: --catalog dist/layers.csv\n")
    assert "as well" not in arn(*words, "dist/layers.csv", "--scikit-learn", "0.1").stderr


@pytest.mark.parametrize(("words", "name"), [([], ""), (["--extras", "pandas"], "-pandas")])
def test_the_default_variant_unless_another_is_named(arn, words, name):
    cells = [Cell("3.12", "1.9.1"), Cell("3.12", "1.9.1", extras=("pandas",))]
    CatalogFiles.of(Path("layers.csv")).write(map(published, cells))
    result = arn("--python", "3.12", "--region", "us-west-2", *words)
    assert result.stdout.rpartition(":")[0].endswith(f"scikit-learn-1-9-1{name}")


@pytest.mark.parametrize("words", [[], ["--scikit-learn=1.9"]])
def test_a_variant_that_is_all_there_is_is_named(arn, words):
    default = published(Cell("3.12", "1.8.0"))
    cells = [Cell(python, "1.9.1", extras=("pandas",)) for python in ("3.11", "3.12")]
    CatalogFiles.of(Path("layers.csv")).write([default, *map(published, cells)])
    python = "3.12" if words else "3.11"
    result = arn("--python", python, "--region", "us-west-2", *words)
    assert result.exit_code == 7
    assert result.stderr.endswith("  -> There is one only with --extras pandas.\n")


@pytest.mark.parametrize(
    ("word", "exit_code", "told"),
    [("pandas", 7, "has no layer for extras pandas"), ("polars", 2, "not known as an extra")],
)
def test_extras_that_are_not_there(arn, word, exit_code, told):
    result = arn("--python=3.7", "--region=us-west-2", f"--extras={word}")
    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert told in result.stderr


RETIRED = Retired(DAY, "py3.12-sklearn1.9.1-x86_64", "CVE-2026-0001 in its numpy")


@pytest.mark.parametrize("catalog", ["layers.csv", "layers.json"])
def test_a_retired_layer_is_taken_only_where_there_is_no_other(arn, catalog):
    old = replace(published(Cell("3.12", "1.8.0")), retired=RETIRED)
    CatalogFiles.of(Path("layers.csv")).write([old, published(Cell("3.12", "1.7.0"))])
    words = ("--python", "3.12", "--region", "us-west-2", "--catalog", catalog)
    newest, exact = arn(*words), arn(*words, "--scikit-learn", "1.8", "--json")
    assert (newest.stdout.rpartition("-")[2], newest.stderr) == ("0:1\n", "")
    assert "scikit-learn-1-7-0" in newest.stdout
    assert exact.exit_code == 0
    assert exact.stderr == (
        "warning: py3.12-sklearn1.8.0-x86_64 is retired since 2026-11-23: "
        "CVE-2026-0001 in its numpy; take py3.12-sklearn1.9.1-x86_64\n"
    )
    told = json.loads(exact.stdout)
    assert (told["status"], told["retired"]) == ("retired", "2026-11-23")
    assert (told["successor"], told["reason"]) == (RETIRED.successor, RETIRED.reason)


@pytest.mark.parametrize("catalog", ["layers.csv", "layers.json"])
def test_a_stale_row_is_found_with_a_warning(arn, catalog):
    row = replace(published(Cell("3.12", "1.9.1")), stale_since=DAY)
    CatalogFiles.of(Path("layers.csv")).write([row])
    result = arn("--python=3.12", "--region=us-west-2", "--catalog", catalog, "--json")
    assert result.stderr == (
        "warning: us-west-2 has not answered since 2026-11-23: this is what it had before\n"
    )
    assert json.loads(result.stdout)["stale_since"] == "2026-11-23"


def published(cell):
    arn = f"arn:aws:lambda:us-west-2:446751924810:layer:{cell.layer_name}:1"
    row = Row(cell.python, cell.scikit_learn, "us-west-2", arn, Architecture.X86_64, 1)
    return replace(row, extras=cell.extras)
