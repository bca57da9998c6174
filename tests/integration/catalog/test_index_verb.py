"""`index` as a user types it: what it covers, what it writes, and what it refuses to lose."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from catalog_samples import make_row
from fault_proxy import FOREVER, Refusal
from jsonschema import Draft202012Validator
from synthetic_layers import make_layer
from typer.testing import CliRunner

from layerfactory.catalog.collect import ask_regions
from layerfactory.catalog.files import CatalogFiles, read_rows
from layerfactory.cli import indexing
from layerfactory.cli.app import app
from layerfactory.data.regions import regions
from layerfactory.matrix.cell import Cell
from layerfactory.publish.package import Package

WEST, EAST = regions()["us-west-2"], regions()["us-east-1"]
IN_MATRIX, MADE, GONE = Cell("3.12", "1.9.1"), Cell("3.12", "1.9.0"), Cell("3.7", "0.23.1")
MATRIX = """\
version: 1
cells:
  - {python: "3.12", scikit-learn: "1.9.1", architectures: x86_64}
regions: [us-east-1, us-west-2]
public: true
"""
# A refusal that is final at once: nothing is waited for.
DENIED = Refusal(403, "AccessDeniedException")
OFF = Refusal(403, "UnrecognizedClientException")
SCHEMA = json.loads(files("layerfactory.catalog").joinpath("layers.schema.json").read_text())


RETIRE = ("retire", "--only", str(IN_MATRIX), "--reason", "old")


class Place:
    """A folder with a matrix and built layers, and an AWS behind the proxy."""

    def __init__(self, folder, aws):
        self.folder = folder
        self.aws = aws
        self.pair = CatalogFiles.of(folder / "dist" / "layers.csv")

    def publish(self, cell, *at, content=b""):
        output = self.folder / "dist"
        output.mkdir(exist_ok=True)
        layer = make_layer(output, cell, content or cell.identifier.encode())
        layer.manifest_path.write_text(json.dumps(layer.manifest.to_json()))
        for region in at:
            client = self.aws.layers(region)
            client.grant(cell.layer_name, client.publish(Package.of(layer)))
        return layer

    def index(self, *words):
        return CliRunner().invoke(app, ["index", *words])

    def bytes(self):
        return self.pair.csv.read_bytes(), self.pair.json.read_bytes()

    def places(self):
        return {(str(row.cell), row.region) for row in self.pair.read()}


@pytest.fixture
def place(tmp_path, monkeypatch, proxy, aws):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "embedded")
    (tmp_path / "matrix.yaml").write_text(MATRIX)
    return Place(tmp_path, aws)


def test_it_covers_the_matrix_the_output_folder_and_what_is_listed(place):
    for cell in (IN_MATRIX, MADE, GONE):
        place.publish(cell, WEST)
    done = place.index("--json")
    assert done.exit_code == 0, done.stderr
    expected = {(str(cell), "us-west-2") for cell in (IN_MATRIX, MADE, GONE)}
    assert place.places() == expected
    assert {
        (each["arn"].split(":")[-2], each["status"]) for each in json.loads(done.stdout)["layers"]
    } == {(cell.layer_name, "current") for cell in (IN_MATRIX, MADE, GONE)}
    before = place.bytes()
    for path in (place.folder / "dist").glob("py*"):
        path.unlink()
    again = place.index()
    assert again.exit_code == 0, again.stderr
    assert place.places() == expected
    assert place.bytes() == before


def test_both_files_tell_the_same_and_suit_the_schema(place):
    place.publish(IN_MATRIX, WEST, EAST)
    assert place.index().exit_code == 0
    value = json.loads(place.pair.json.read_text())
    assert list(Draft202012Validator(SCHEMA).iter_errors(value)) == []
    assert read_rows(place.pair.csv) == read_rows(place.pair.json)
    assert set(value["layers"][0]["regions"]) == {"us-east-1", "us-west-2"}


@pytest.mark.parametrize("words", [("--python", "3.7"), ("--only", "py3.7-*")])
def test_a_selection_reaches_what_the_matrix_has_no_more(place, words):
    for cell in (IN_MATRIX, GONE):
        place.publish(cell, WEST)
    done = place.index(*words)
    assert done.exit_code == 0, done.stderr
    assert place.places() == {(str(GONE), "us-west-2")}


def test_a_region_that_is_listed_is_asked_although_the_matrix_has_it_no_more(place, proxy):
    place.publish(IN_MATRIX, WEST, EAST)
    assert place.index().exit_code == 0
    text = MATRIX.replace("us-east-1, ", "")
    (place.folder / "matrix.yaml").write_text(text)
    proxy.inject(DENIED, region="us-east-1", call="/layers", times=FOREVER)
    done = place.index()
    assert done.exit_code == 6
    named = place.index("--region", "us-west-2")
    assert named.exit_code == 0, named.stderr


def test_a_dead_region_costs_its_own_rows_nothing_but_a_mark(place, proxy):
    place.publish(IN_MATRIX, WEST, EAST)
    assert place.index().exit_code == 0
    before = place.bytes()
    proxy.inject(DENIED, region="us-east-1", call="/layers", times=FOREVER)
    done = place.index("--json")
    assert done.exit_code == 6
    today = datetime.now(tz=UTC).date()
    assert {row.region: row.stale_since for row in place.pair.read()} == {
        "us-west-2": None,
        "us-east-1": today,
    }
    assert f"us-east-1 did not answer; its rows are stale since {today}" in done.stderr
    assert json.loads(done.stdout)["unanswered"] == ["us-east-1"]
    proxy.faults.clear()
    assert place.index().exit_code == 0
    assert place.bytes() == before


def test_a_region_that_is_not_enabled_is_passed_over_unless_it_is_named(place, proxy):
    place.publish(IN_MATRIX, WEST)
    text = MATRIX.replace("[us-east-1, us-west-2]", "[all]")
    (place.folder / "matrix.yaml").write_text(text)
    proxy.inject(OFF, region="ap-east-1", times=FOREVER)
    done = place.index("--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["not_enabled"] == ["ap-east-1"]
    assert place.places() == {(str(IN_MATRIX), "us-west-2")}
    named = place.index("--region", "ap-east-1", "--region", "us-west-2")
    assert named.exit_code == 6
    assert "ap-east-1" in named.stderr


def test_what_is_retired_is_listed_so_and_what_nobody_has_is_told(place):
    place.publish(IN_MATRIX, WEST)
    place.publish(MADE, WEST)
    entry = "  - {{cell: {}, date: 2026-11-23, successor: {}, reason: old}}\n"
    (place.pair.csv.parent / "retired.yaml").write_text(
        "version: 1\nretired:\n" + entry.format(MADE, IN_MATRIX) + entry.format(GONE, MADE)
    )
    done = place.index()
    assert done.exit_code == 0, done.stderr
    found = {row.cell: row.retired for row in place.pair.read()}
    assert found[IN_MATRIX] is None
    assert (found[MADE].successor, found[MADE].reason) == (str(IN_MATRIX), "old")
    assert f"retired.yaml: {GONE} is retired, and the index lists no such layer" in done.stderr
    assert "2 layers, 1 of them retired" in done.stdout


def test_what_is_retired_while_aws_is_asked_counts(place, monkeypatch):
    place.publish(IN_MATRIX, WEST)
    assert place.index().exit_code == 0

    def slowly(*args, **words):
        answers = ask_regions(*args, **words)
        done = CliRunner().invoke(app, RETIRE)
        assert done.exit_code == 0, done.stderr
        return answers

    monkeypatch.setattr(indexing, "ask_regions", slowly)
    assert place.index().exit_code == 0
    assert [str(row.status) for row in place.pair.read()] == ["retired"]


def test_a_dry_run_asks_and_writes_nothing(place):
    place.publish(IN_MATRIX, WEST)
    done = place.index("--dry-run", "--json")
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["layers"]) == 1
    assert place.index("--dry-run").stdout.endswith("1 layer\nnothing was written\n")
    assert not place.pair.exist


@pytest.mark.parametrize("name", ["layers.csv", "layers.json", "retired.yaml"])
def test_a_damaged_file_is_told_and_nothing_is_written(place, name, proxy):
    place.publish(IN_MATRIX, WEST)
    assert place.index().exit_code == 0
    path = place.pair.csv.parent / name
    path.write_text('{"version": 1, "layers": [\n')
    before = place.bytes()
    proxy.calls.clear()
    done = place.index()
    assert done.exit_code in {2, 7}
    assert name in done.stderr
    assert "\n  -> " in done.stderr
    assert place.bytes() == before
    assert proxy.count("lambda ") == 0


def test_another_account_s_credentials_lose_nothing(place):
    row = make_row()
    stranger = row.arn.replace("123456789012", "446751924810")
    place.pair.csv.parent.mkdir()
    text = f"Python version,scikit-learn version,region,arn\n3.12,1.9.1,us-west-2,{stranger}\n"
    place.pair.csv.write_text(text)
    done = place.index()
    assert done.exit_code == 7
    assert "of account 446751924810, and the credentials are of 123456789012" in done.stderr
    assert place.pair.csv.read_text() == text
    assert place.index("--region", "us-east-1").exit_code == 0


def test_credentials_of_an_unknown_account_replace_nothing_of_another_s(place, proxy):
    """While STS does not answer, the account is known by the layers that are found."""
    place.publish(IN_MATRIX, WEST)
    place.pair.csv.parent.mkdir(exist_ok=True)
    row = make_row(version=7)
    stranger = row.arn.replace("123456789012", "446751924810")
    text = f"Python version,scikit-learn version,region,arn\n3.12,1.9.1,us-west-2,{stranger}\n"
    place.pair.csv.write_text(text)
    proxy.inject(Refusal(429, "Throttling"), call="^sts", times=FOREVER)
    done = place.index()
    assert done.exit_code == 6, done.stderr
    assert "STS did not tell" in done.stderr
    (kept,) = place.pair.read()
    assert (kept.arn, kept.stale_since) == (stranger, datetime.now(tz=UTC).date())
    for path in (place.pair.csv, place.pair.json):
        path.unlink()
    proxy.faults.clear()
    assert place.index().exit_code == 0
    before = place.bytes()
    proxy.inject(Refusal(429, "Throttling"), call="^sts", times=FOREVER)
    done = place.index()
    assert done.exit_code == 0, done.stderr
    assert place.bytes() == before


def test_two_runs_at_once_lose_nothing_of_each_other(place):
    """Each asks its own region; who writes last keeps what the other wrote meanwhile."""
    place.publish(IN_MATRIX, WEST, EAST)
    command = [sys.executable, "-m", "layerfactory", "index", "--region"]
    running = [
        subprocess.Popen([*command, region.name], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for region in (WEST, EAST)
    ]
    for process in running:
        _, told = process.communicate()
        assert process.returncode == 0, told
    assert place.places() == {(str(IN_MATRIX), region.name) for region in (WEST, EAST)}
    assert read_rows(place.pair.csv) == read_rows(place.pair.json)


def test_what_is_published_and_indexed_while_aws_is_asked_stays(place, monkeypatch):
    """The first run has AWS's answers before the second publishes, and writes after it."""
    place.publish(IN_MATRIX, WEST)
    assert place.index().exit_code == 0

    def slowly(*args, **words):
        answers = ask_regions(*args, **words)
        place.publish(IN_MATRIX, WEST, content=b"a newer build")
        place.publish(MADE, WEST)
        command = [sys.executable, "-m", "layerfactory", "index"]
        subprocess.run(command, check=True, capture_output=True)
        return answers

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "ask_regions", slowly)
        done = place.index()
    assert done.exit_code == 0, done.stderr
    assert "confirms no more" not in done.stderr
    found = {row.cell: row.version for row in place.pair.read()}
    assert found == {IN_MATRIX: 2, MADE: 1}


def test_the_arn_that_is_printed_is_the_newest_of_what_was_indexed(place):
    for cell in (IN_MATRIX, MADE):
        place.publish(cell, WEST)
    assert place.index().exit_code == 0
    words = ["arn", "--python", "3.12", "--region", "us-west-2", "--catalog"]
    for catalog in ("dist/layers.csv", "dist/layers.json"):
        found = CliRunner().invoke(app, [*words, catalog])
        assert found.stdout.strip().endswith(f":layer:{IN_MATRIX.layer_name}:1")


def test_rows_of_a_region_that_nobody_knows_are_not_taken_for_confirmed(place):
    place.publish(IN_MATRIX, WEST)
    assert place.index().exit_code == 0
    place.pair.json.unlink()
    place.pair.csv.write_text(place.pair.csv.read_text().replace("us-west-2", "us-west-9"))
    done = place.index()
    assert done.exit_code == 6
    assert "us-west-9: layerfactory knows no such region" in done.stderr
    stale = {row.region: row.stale_since for row in place.pair.read()}
    assert stale == {"us-west-2": None, "us-west-9": datetime.now(tz=UTC).date()}


def test_a_folder_is_no_index(place):
    for words in (("--catalog", "."), ("--catalog", ""), ("--catalog", "dist")):
        (place.folder / "dist").mkdir(exist_ok=True)
        done = place.index(*words)
        assert done.exit_code == 7, done.stderr
        assert "is a folder" in done.stderr


def test_links_that_lead_round_in_a_circle_are_told(place):
    (place.folder / "loop").symlink_to("loop")
    done = place.index("--catalog", "loop/layers.csv")
    assert done.exit_code == 7, done.stderr


def test_the_site_is_written_with_the_index_and_tells_of_the_rehearsal(place):
    place.publish(IN_MATRIX, WEST)
    assert place.index("--site", "site", "--dry-run").exit_code == 0
    assert not (place.folder / "site").exists()
    done = place.index("--site", "site")
    assert done.exit_code == 0, done.stderr
    (row,) = place.pair.read()
    text = (place.folder / "site/tables/us-west-2.html").read_text()
    assert f">{row.arn}<" in text
    assert "This is a rehearsal" in text
    assert "site/index.html: " in done.stdout
