"""A release whose index cannot be made: nothing is published before, and no result is lost."""

from __future__ import annotations

import json

import pytest
from fault_proxy import PUBLISH, Refusal
from ready_layers import write_layer, write_matrix
from typer.testing import CliRunner

from layerfactory.catalog.files import read_rows
from layerfactory.cli import publishing, releasing, stages, verifying
from layerfactory.cli.app import app
from layerfactory.matrix.cell import Cell

CELL = Cell("3.12", "1.9.1")
STRANGER = "arn:aws:lambda:us-west-2:446751924810:layer:python-3-12-scikit-learn-1-9-1:1"


@pytest.fixture
def folder(tmp_path, monkeypatch, proxy):
    """A layer that is built and verified, and an AWS behind the proxy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "embedded")
    monkeypatch.setattr(stages, "lock", stages.known)
    monkeypatch.setattr(stages, "build", stages.load)
    monkeypatch.setattr(verifying, "verifying", lambda **_: stages.load)
    write_matrix(tmp_path, [CELL], ["us-west-2", "us-east-1"])
    write_layer(tmp_path, CELL, b"zip")
    return tmp_path


def release(*words):
    return CliRunner().invoke(app, ["release", "--catalog", "layers/layers.csv", *words])


def spoil(folder, name, text):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


RETIRED = ("layers/retired.yaml", "version: 1\nretired:\n  - cell: nonsense\n")
NO_CSV = ("layers/layers.csv", "foo\n")
NO_JSON = ("layers/layers.json", "[")
ANOTHER_S = (
    "layers/layers.csv",
    f"Python version,scikit-learn version,region,arn\n3.12,1.9.1,us-west-2,{STRANGER}\n",
)


@pytest.mark.parametrize(
    ("spoilt", "code"), [(RETIRED, 2), (NO_CSV, 7), (NO_JSON, 7), (ANOTHER_S, 7)]
)
def test_what_forbids_the_index_is_told_before_anything_is_published(folder, proxy, spoilt, code):
    path = spoil(folder, *spoilt)
    before = path.read_text()
    done = release()
    assert done.exit_code == code, done.stderr
    assert path.name in done.stderr
    assert proxy.count(PUBLISH) == 0
    assert path.read_text() == before


@pytest.mark.parametrize("spoilt", [RETIRED, NO_CSV])
def test_what_forbids_the_index_afterwards_loses_no_result(folder, proxy, monkeypatch, spoilt):
    def then_damaged(*args):
        results = carry_out(*args)
        spoil(folder, *spoilt)
        return results

    carry_out = publishing.carry_out
    monkeypatch.setattr(releasing.publishing, "carry_out", then_damaged)
    done = release("--json")
    assert done.exit_code == 7, done.stderr
    assert proxy.count(PUBLISH) == 2
    told = json.loads(done.stdout)
    assert {each["state"] for each in told["results"]} == {"published"}
    assert told["index"]["error"].startswith("the index was not made: ")
    assert "the index was not made" in done.stderr
    assert "nothing was touched" not in done.stderr
    assert "| us-west-2 | 1 |" in (folder / "summary.md").read_text()


def test_the_document_of_a_release_has_the_index(folder):
    done = release("--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)["index"]
    assert [each["arn"] for each in told["layers"]] == [
        row.arn for row in read_rows(folder / "layers" / "layers.json")
    ]
    assert len(told["layers"]) == 2
    assert (told["notes"], told["unanswered"], told["error"]) == ([], [], "")


def test_a_region_that_dies_before_the_index_is_in_the_document(folder, proxy):
    calls = []

    def weather(call, _number):
        if call.region == "us-east-1" and call.path.startswith("/2018-10-31/layers?"):
            calls.append(call)
            return Refusal(403, "AccessDeniedException") if len(calls) > 1 else None
        return None

    proxy.weather = weather
    done = release("--json")
    assert done.exit_code == 6, done.stderr
    told = json.loads(done.stdout)
    assert {each["state"] for each in told["results"]} == {"published"}
    assert told["index"]["unanswered"] == ["us-east-1"]
