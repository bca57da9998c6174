"""`layerfactory balance` as a user runs it: told first, done with --apply, killed and run again."""

import json
import subprocess
import sys
import time

import pytest
from aws_fixtures import aws, clean_environment, embedded, proxy, settings, waits
from catalog_samples import make_row
from fault_proxy import FOREVER, PUBLISH, Refusal
from layer_addresses import addresses
from moto.awslambda.models import LayerVersion
from ready_layers import write_matrix
from synthetic_layers import make_layer
from typer.testing import CliRunner

from layerfactory.catalog.files import CatalogFiles
from layerfactory.cli.app import app
from layerfactory.data.regions import regions
from layerfactory.matrix.cell import Cell
from layerfactory.publish.package import Package

__all__ = ["addresses", "aws", "clean_environment", "embedded", "proxy", "settings", "waits"]

without_address = LayerVersion.get_layer_version
"""As moto has it, before a fixture lends it addresses."""

pytestmark = pytest.mark.usefixtures("addresses")

CELL, OTHER = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1")
NAME = CELL.layer_name
WEST, EAST, EU = (regions()[name] for name in ("us-west-2", "us-east-1", "eu-west-1"))


@pytest.fixture(autouse=True)
def place(tmp_path, proxy, monkeypatch):
    """A folder whose matrix has two cells in two regions."""
    write_matrix(tmp_path, (CELL, OTHER), ("us-east-1", "us-west-2"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "embedded")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "embedded")


@pytest.fixture
def run(monkeypatch):
    def run(*words, code=0):
        monkeypatch.setattr(sys, "argv", ["layerfactory", "balance", *words])
        done = CliRunner().invoke(app, ["balance", *words], catch_exceptions=False)
        assert done.exit_code == code, done.stderr
        return json.loads(done.stdout) if "--json" in words else done.stdout, done.stderr

    return run


@pytest.fixture
def give(aws, tmp_path):
    """Publishes versions, public."""

    def give(region, *contents, cell=CELL):
        for content in contents:
            package = Package.of(make_layer(tmp_path, cell, content.encode()))
            client = aws.layers(region)
            client.grant(package.layer_name, client.publish(package))

    return give


def held(aws, region, name=NAME):
    """Number, hash and reach of every version, oldest first."""
    client = aws.layers(region)
    return [
        (number, client.read(name, number).code_sha256, client.read(name, number).public)
        for number in reversed([each.version for each in client.list_versions(name)])
    ]


def test_it_tells_and_changes_nothing_unless_it_is_told_to(run, give, aws, proxy):
    give(EAST, "one", "two")
    give(WEST, "one")
    proxy.calls.clear()
    out, err = run()
    (row,) = [line.split() for line in out.splitlines() if line.lstrip().startswith("python-3-12")]
    assert row == [NAME, "us-west-2", ":1", ":2", "publish", ":2", "0.0"]
    assert "1 layer in 2 regions: publish 1" in out
    assert err.splitlines()[-1] == (
        "nothing was changed; to do it, type: layerfactory balance --apply"
    )
    assert proxy.count(PUBLISH) == 0

    out, err = run("--apply")
    assert err.splitlines()[-1] == "then bring the index up to date: layerfactory index"
    told = [line.split(" s  ", 1)[1] for line in err.splitlines() if " s  " in line]
    assert told == [
        f"{NAME}:2 in us-west-2: fetching it from us-east-1",
        f"{NAME}:2 in us-west-2: uploading",
        f"{NAME}:2 in us-west-2: published [1/1]",
    ]
    assert held(aws, WEST) == held(aws, EAST)

    out, err = run("--apply")
    assert "nothing to do" in out
    assert err.splitlines()[-1] == "all numbers are equal"


def test_a_new_region_is_named_and_filled_by_those_of_the_matrix(run, give, aws):
    give(EAST, "one", "two")
    give(WEST, "one")
    give(EAST, "three", cell=OTHER)
    value, _ = run("--region", "eu-west-1", "--apply", "--json")
    assert [
        (result["layer"], result["region"], result["version"], result["state"])
        for result in value["results"]
    ] == [
        (NAME, "eu-west-1", 1, "published"),
        (NAME, "eu-west-1", 2, "published"),
        (OTHER.layer_name, "eu-west-1", 1, "published"),
    ]
    assert value["results"][0]["arn"].endswith(f":eu-west-1:123456789012:layer:{NAME}:1")
    (storage,) = value["storage"]
    assert (storage["region"], storage["taking_bytes"]) == ("eu-west-1", 11)
    assert held(aws, EU) == held(aws, EAST)
    assert len(held(aws, WEST)) == 1


def test_selectors_choose_layers(run, give):
    give(EAST, "one")
    give(EAST, "two", cell=OTHER)
    value, _ = run("--python", "3.13", "--json")
    assert [step["layer"] for step in value["plan"]] == [OTHER.layer_name]
    assert value["results"] == []


def test_a_refusal_is_told_and_ends_badly_when_it_was_to_be_done(run, give):
    give(EAST, "one", "two")
    give(WEST, "x")
    out, _ = run()
    assert "refused: us-east-1 has another content under :1" in out
    value, err = run("--apply", "--json", code=6)
    assert [refusal["region"] for refusal in value["refusals"]] == ["us-west-2"]
    assert "cannot be made equal" in err


def test_a_region_that_fails_ends_badly_and_says_what_to_type(run, give, proxy):
    give(EAST, "one")
    proxy.inject(Refusal(403, "AccessDeniedException"), region="us-west-2", call=PUBLISH)
    value, err = run("--apply", "--json", code=6)
    assert [result["state"] for result in value["results"]] == ["failed"]
    assert "lambda:PublishLayerVersion" in value["results"][0]["remedy"]
    assert err.splitlines()[-1].endswith("layerfactory balance --apply --json")


def test_a_region_that_cannot_be_asked_fails_the_run(run, give, proxy):
    give(EAST, "one")
    no = Refusal(403, "AccessDeniedException")
    proxy.inject(no, region="us-west-2", call="lambda", times=FOREVER)
    value, err = run("--json", code=6)
    assert [each["region"] for each in value["unreachable"]] == ["us-west-2"]
    assert "could not ask us-west-2, where higher numbers may be" in err


def test_an_aws_that_hands_out_no_zip_is_told_as_such(run, give, monkeypatch):
    monkeypatch.setattr(LayerVersion, "get_layer_version", without_address)
    give(EAST, "one", "two")
    value, err = run("--apply", "--json", code=6)
    assert [each["state"] for each in value["results"]] == ["failed", "not tried"]
    assert "this AWS gives no address to fetch zips from; emulators such as moto do not" in err
    assert "again" not in err.splitlines()[-1]


def test_what_the_index_has_beside_the_matrix_is_told(run, give, tmp_path):
    give(EAST, "one")
    (tmp_path / "dist").mkdir(exist_ok=True)
    CatalogFiles.of(tmp_path / "dist" / "layers.csv").write(
        [make_row("py3.7-sklearn0.23.1-x86_64")]
    )
    _, err = run()
    assert "not looked at: 1 layer of the index" in err
    (tmp_path / "dist" / "layers.csv").write_text("{")
    _, err = run()
    assert "warning: " in err


@pytest.mark.parametrize("last", [PUBLISH, "POST .*/policy"])
def test_a_run_that_was_killed_is_taken_up_where_it_stopped(run, give, aws, proxy, last):
    give(EAST, "one", "two", "three")
    proxy.calls.clear()
    argv = [sys.executable, "-m", "layerfactory", "balance", "--apply"]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(argv, stdout=nowhere, stderr=nowhere) as process:
        while proxy.count(last, region="us-west-2") < 2 and process.poll() is None:
            time.sleep(0.005)
        process.kill()
    assert proxy.settle()  # AWS carries out what it has heard
    assert len(aws.layers(WEST).list_versions(NAME)) >= 2
    run("--apply")
    assert held(aws, WEST) == held(aws, EAST)
    assert proxy.count(PUBLISH) == 3
