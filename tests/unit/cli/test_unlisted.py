"""A publish that finds all in place says so, unless the index does not know of it."""

import pytest

from layerfactory.catalog.files import CatalogFiles
from layerfactory.catalog.row import Row
from layerfactory.cli.releasing import Release, end_release, listed_versions
from layerfactory.console import Console
from layerfactory.data.runtimes import Architecture
from layerfactory.publish.plan import Plan, Terms
from layerfactory.publish.result import PublishResult, State

CELL = "py3.12-sklearn1.9.1-x86_64"


def release(*, public=True, state=State.SKIPPED):
    result = PublishResult(CELL, "us-west-2", "skip", state, version=2, arn="arn:2")
    return Release((), Plan((), Terms(public=public)), (result,))


def last_line(capsys, made, listed, *, rehearsed=False):
    end_release(Console(), made, "publish", rehearsed=rehearsed, listed=listed)
    return capsys.readouterr().err.splitlines()[-1]


@pytest.fixture(autouse=True)
def typed(monkeypatch):
    monkeypatch.setattr("sys.argv", ["layerfactory", "publish"])
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.mark.parametrize("listed", [{}, {(CELL, "us-west-2"): 1}, {(CELL, "eu-west-1"): 2}])
def test_what_the_index_misses_is_told(capsys, listed):
    told = last_line(capsys, release(), listed)
    assert told.endswith("now bring the index up to date, type: layerfactory index")


@pytest.mark.parametrize("listed", [None, {(CELL, "us-west-2"): 2}, {(CELL, "us-west-2"): 3}])
def test_what_it_has_or_cannot_tell_is_not(capsys, listed):
    assert last_line(capsys, release(), listed) == "skipped 1: nothing is left to do"


def test_private_layers_and_trials_have_no_place_in_it(capsys):
    assert "index" not in last_line(capsys, release(public=False), {})
    assert "index" not in last_line(capsys, release(), {}, rehearsed=True)


def test_the_version_of_each_place_is_read(tmp_path):
    arn = "arn:aws:lambda:us-west-2:123456789012:layer:python-3-12-scikit-learn-1-9-1:3"
    row = Row("3.12", "1.9.1", "us-west-2", arn, Architecture.X86_64, 3)
    CatalogFiles.of(tmp_path / "layers.csv").write([row])
    assert listed_versions(tmp_path / "layers.csv") == {(CELL, "us-west-2"): 3}


def test_without_an_index_nothing_is_listed_and_a_damaged_one_tells_nothing(tmp_path):
    assert listed_versions(tmp_path / "layers.csv") == {}
    (tmp_path / "layers.csv").write_text("what is this\n1\n")
    assert listed_versions(tmp_path / "layers.csv") is None
