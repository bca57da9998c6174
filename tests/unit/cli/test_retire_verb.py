"""`retire`: what it marks, in which files, what it refuses, and that it can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from catalog_samples import make_row
from typer.testing import CliRunner

from layerfactory.catalog.files import CatalogFiles, read_rows
from layerfactory.catalog.retired_file import read_retired
from layerfactory.cli.app import app
from layerfactory.matrix.cell import Cell

OLD, ARM, NEW = (
    "py3.7-sklearn0.23.1-x86_64",
    "py3.12-sklearn1.9.1-arm64",
    "py3.12-sklearn1.9.1-x86_64",
)
MATRIX = """\
version: 1
cells:
  - {python: "3.12", scikit-learn: "1.9.1", architectures: [x86_64, arm64]}
regions: [us-west-2]
"""
ROWS = [
    make_row(OLD),
    make_row(OLD, "eu-west-1"),
    make_row(NEW),
    make_row(NEW, "eu-west-1", version=2, build="second"),
]
WHY = ("--reason", "Lambda deprecates Python 3.7")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "matrix.yaml").write_text(MATRIX)
    CatalogFiles.of(tmp_path / "layers.csv").write(ROWS)
    return tmp_path


@pytest.fixture
def retire(place):
    return lambda *words: CliRunner().invoke(app, ["retire", *words])


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def statuses(folder, name="layers.csv"):
    return {(str(row.cell), row.region): str(row.status) for row in read_rows(folder / name)}


@pytest.mark.parametrize("words", [("--only", "py3.7-*"), ("--python", "3.7"), ("--only", OLD)])
def test_a_cell_is_marked_in_all_three_files(retire, place, words):
    done = retire(*words, "--successor", NEW, *WHY)
    assert (done.exit_code, done.stderr) == (0, "")
    (entry,) = read_retired(place / "retired.yaml").entries
    assert (str(entry.cell), str(entry.successor), entry.reason) == (OLD, NEW, WHY[1])
    for name in ("layers.csv", "layers.json"):
        assert statuses(place, name) == {
            (OLD, "us-west-2"): "retired",
            (OLD, "eu-west-1"): "retired",
            (NEW, "us-west-2"): "current",
            (NEW, "eu-west-1"): "current",
        }
    assert (place / "layers.csv").read_text().count(f",{NEW},{WHY[1]}\n") == 2


def test_the_same_again_changes_nothing(retire, place):
    retire("--python", "3.7", *WHY)
    before = content(place)
    again = retire("--python", "3.7", *WHY, "--json")
    assert content(place) == before
    assert [each["state"] for each in json.loads(again.stdout)["retirements"]] == ["unchanged"]


def test_another_reason_keeps_the_day(retire, place, monkeypatch):
    retire("--python", "3.7", *WHY)
    path = place / "retired.yaml"
    path.write_text(path.read_text().replace("date: 20", "date: 19"))
    done = retire("--python", "3.7", "--reason", "too old", "--json")
    (told,) = json.loads(done.stdout)["retirements"]
    assert (told["state"], told["reason"]) == ("changed", "too old")
    assert told["date"].startswith("19")
    (entry,) = read_retired(path).entries
    assert (entry.reason, entry.since.isoformat()) == ("too old", told["date"])


def test_it_can_be_taken_back(retire, place):
    before = (place / "layers.csv").read_bytes(), (place / "layers.json").read_bytes()
    retire("--python", "3.7", *WHY)
    undone = retire("--python", "3.7", "--undo", "--json")
    assert undone.exit_code == 0, undone.stderr
    assert [each["state"] for each in json.loads(undone.stdout)["retirements"]] == ["undone"]
    assert not (place / "retired.yaml").exists()
    assert ((place / "layers.csv").read_bytes(), (place / "layers.json").read_bytes()) == before


@pytest.mark.parametrize("undo", [(), ("--undo",)])
def test_a_dry_run_writes_nothing(retire, place, undo):
    if undo:
        retire("--python", "3.7", *WHY)
    before = content(place)
    done = retire("--python", "3.7", *WHY, *undo, "--dry-run")
    assert done.exit_code == 0
    assert OLD in done.stdout
    assert done.stdout.endswith("nothing was written\n")
    assert content(place) == before


def test_one_zip_is_retired_for_its_own_cell(retire, place):
    bad = ROWS[2].sha256
    done = retire("--sha256", bad[:8], "--reason", "CVE-2026-0001", "--json")
    assert done.exit_code == 0, done.stderr
    (told,) = json.loads(done.stdout)["retirements"]
    assert (told["cell"], told["sha256"], told["successor"]) == (NEW, bad, NEW)
    assert told["layers"] == 1
    assert statuses(place)[NEW, "us-west-2"] == "retired"
    assert statuses(place)[NEW, "eu-west-1"] == "current"
    undone = retire("--sha256", bad[:8], "--undo")
    assert undone.exit_code == 0
    assert read_rows(place / "layers.csv") == tuple(sorted(ROWS, key=lambda row: row.sort_key))


def test_a_zip_that_another_has_followed_is_named_with_its_cell(retire, place):
    lost = "0" * 64
    done = retire("--sha256", lost, "--only", NEW, "--reason", "CVE-2026-0001")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].startswith("layerfactory index lists the zip before it")
    assert "the index lists no such layer" in done.stderr
    (entry,) = read_retired(place / "retired.yaml").entries
    assert entry.sha256 == lost


def test_without_an_index_file_there_is_nothing_to_retire(retire, place):
    for name in ("layers.csv", "layers.json"):
        (place / name).unlink()
    done = retire("--python", "3.7", *WHY)
    assert done.exit_code == 2
    assert "layerfactory index" in done.stderr
    assert [path.name for path in place.iterdir()] == ["matrix.yaml"]


def test_a_catalogue_of_2020_can_be_retired_as_well(retire, place):
    (place / "layers.json").unlink()
    row = make_row(OLD, build="", published=None)
    (place / "layers.csv").write_text(
        f"Python version,scikit-learn version,region,arn\n3.7,0.23.1,us-west-2,{row.arn}\n"
    )
    assert retire("--python", "3.7", "--successor", NEW, *WHY).exit_code == 0
    (found,) = read_rows(place / "layers.json")
    assert (replace(found, retired=None), found.retired.successor) == (row, NEW)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "retire: nothing is named"),
        (("--python", "3.7"), "--reason: must be one line of text"),
        (("--python", "3.7", "--reason", "two\nlines"), "--reason: must be one line of text"),
        (("--python", "3.8", *WHY), "none is what was named"),
        (("--python", "9.9", *WHY), "Lambda has no Python '9.9'"),
        (("--only", OLD, "--successor", OLD, *WHY), "is not its own successor"),
        (("--only", OLD, "--successor", ARM, *WHY), f"{ARM} is not for x86_64"),
        (
            ("--only", OLD, "--successor", "py3.12-sklearn1.9.2-x86_64", *WHY),
            "neither the matrix nor the index has such a cell",
        ),
        (("--sha256", "abc", *WHY), "is not 8 to 64 hexadecimal digits"),
        (("--sha256", "0" * 64, *WHY), "none is what was named"),
        (("--python", "3.7", "--undo"), "retires nothing that is named"),
    ],
)
def test_what_is_refused_changes_nothing(retire, place, words, told):
    before = content(place)
    done = retire(*words)
    assert done.exit_code == 2
    assert told in done.stderr
    assert content(place) == before


@pytest.mark.parametrize("name", ["layers.csv", "layers.json", "retired.yaml"])
def test_a_damaged_file_is_told_and_nothing_is_written(retire, place, name):
    (place / name).write_text('{"version": 1, "layers": [\n')
    before = content(place)
    done = retire("--python", "3.7", *WHY)
    assert done.exit_code in {2, 7}
    assert name in done.stderr
    assert "\n  -> " in done.stderr
    assert content(place) == before


def test_who_is_a_successor_may_be_retired_for_another(retire, place):
    retire("--only", OLD, "--successor", NEW, *WHY)
    refused = retire("--only", NEW, "--reason", "too old")
    assert refused.exit_code == 2
    assert f"{NEW} is retired itself, and leads to no cell" in refused.stderr
    assert str(Cell.parse(NEW)) not in {
        str(entry.cell) for entry in read_retired(place / "retired.yaml").entries
    }


def test_what_a_person_wrote_stays_when_the_last_entry_goes(retire, place):
    text = "# Ask Ann first.\nversion: 1\n\nretired:\n"
    (place / "retired.yaml").write_text(text)
    retire("--python", "3.7", *WHY)
    assert retire("--python", "3.7", "--undo").exit_code == 0
    assert (place / "retired.yaml").read_text() == text


@pytest.fixture
def trial(place, monkeypatch):
    """AWS is one of somebody's own, whose index lies in the output folder."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    (place / "dist").mkdir()
    CatalogFiles.of(place / "dist" / "layers.csv").write(ROWS)
    return place / "dist"


def test_a_trial_retires_in_its_own_index_and_touches_nothing_real(retire, place, trial):
    (place / "retired.yaml").write_text("# real\nversion: 1\nretired: []\n")
    files = [path for path in place.iterdir() if path.is_file()]
    before, of_trial = [path.read_bytes() for path in files], content(trial)
    done = retire("--python", "3.7", *WHY)
    assert done.exit_code == 0, done.stderr
    assert statuses(trial)[OLD, "us-west-2"] == "retired"
    assert len(read_retired(trial / "retired.yaml").entries) == 1
    assert retire("--python", "3.7", "--undo").exit_code == 0
    assert content(trial) == of_trial
    assert [path.read_bytes() for path in files] == before


@pytest.mark.parametrize("catalog", ["layers.csv", "layers.json"])
def test_a_trial_may_not_retire_in_the_real_index(retire, place, trial, catalog):
    done = retire("--python", "3.7", *WHY, "--catalog", catalog)
    assert done.exit_code == 2
    assert "a rehearsal may not write the real index" in done.stderr
    assert not (place / "retired.yaml").exists()


def test_an_index_of_another_name_has_its_own_retired_file(retire, place):
    CatalogFiles.of(place / "trial.csv").write(ROWS)
    assert retire("--python", "3.7", *WHY, "--catalog", "trial.csv").exit_code == 0
    assert statuses(place, "trial.csv")[OLD, "us-west-2"] == "retired"
    assert (place / "trial.retired.yaml").exists()
    assert not (place / "retired.yaml").exists()


def test_who_looks_at_the_wrong_index_is_told_of_the_other(retire, place, trial, monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    CatalogFiles.of(place / "layers.csv").write(ROWS[2:])
    done = retire("--python", "3.7", *WHY)
    assert done.exit_code == 2
    assert "layers.csv lists 2 layers, and none is what was named" in done.stderr
    assert done.stderr.endswith("as well: --catalog dist/layers.csv\n")


def test_without_any_index_a_trial_leaves_nothing_behind(retire, place, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    done = retire("--python", "3.7", *WHY)
    assert done.exit_code == 2
    assert "dist/layers.csv: there is no such index" in done.stderr
    assert not (place / "dist").exists()
