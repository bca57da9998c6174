"""`layerfactory site`: from an index to files."""

from __future__ import annotations

import json

import pytest
from catalog_samples import make_row
from typer.testing import CliRunner

from layerfactory.catalog.files import CatalogFiles
from layerfactory.cli.app import app


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["site", *words])


def test_it_writes_the_site_of_the_index_here(site, tmp_path):
    CatalogFiles.of(tmp_path / "layers.csv").write([make_row()])
    done = site()
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("build/site/index.html: ")
    assert make_row().arn in (tmp_path / "build/site/tables/us-west-2.html").read_text()


def test_it_says_so_where_the_documentation_is_missing(site, tmp_path):
    CatalogFiles.of(tmp_path / "layers.csv").write([])
    assert "build/site/docs/index.html is not there" in site().stderr
    (tmp_path / "build/site/docs").mkdir()
    (tmp_path / "build/site/docs/index.html").touch()
    assert "docs" not in site().stderr


def test_it_takes_a_csv_and_another_folder(site, tmp_path):
    CatalogFiles.of(tmp_path / "trial.csv").write([make_row()])
    done = site("--from", "trial.csv", "--output", "here", "--json")
    files = json.loads(done.stdout)["files"]
    assert files["index.html"] == (tmp_path / "here/index.html").stat().st_size
    assert set(files) == {
        path.relative_to(tmp_path / "here").as_posix() for path in (tmp_path / "here").rglob("*.*")
    }


def test_without_an_index_it_says_where_one_is(site, tmp_path):
    done = site()
    assert done.exit_code == 7
    assert "layers.json: there is no such file" in done.stderr
    CatalogFiles.of(tmp_path / "dist/layers.csv").write([])
    assert "dist/layers.csv" in site().stderr


def test_a_damaged_index_is_told(site, tmp_path):
    (tmp_path / "layers.json").write_text("{")
    done = site()
    assert done.exit_code == 7
    assert not (tmp_path / "build").exists()
