"""Publishing from the command line: twice, to a dead region, without an account, with faults."""

from __future__ import annotations

import csv
import shlex

import boto3
import pytest

CELL = "py3.7-sklearn0.23.1-x86_64"
SELECT = ("--python", "3.7", "--scikit-learn", "0.23.1")
REGIONS = ("--region", "us-west-2", "--region", "eu-west-1")


def test_a_release_lists_what_can_be_copied_and_a_second_one_uploads_nothing(factory):
    first = factory.run("release", *SELECT, *REGIONS, "--builder", "wheels", "--json")
    second = factory.run("release", *SELECT, *REGIONS, "--builder", "wheels", "--json")

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert [result["state"] for result in first.json["results"]] == ["published"] * 2
    assert [result["state"] for result in second.json["results"]] == ["skipped"] * 2
    text = (factory.output / "layers.csv").read_text()
    assert text.startswith("Python version,scikit-learn version,region,arn,")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["region"], row["version"]) for row in rows] == [
        ("eu-west-1", "1"),
        ("us-west-2", "1"),
    ]
    assert rows[0]["sha256"] == first.json["cells"][0]["layer"]["sha256"]
    assert not (factory.folder / "layers.csv").exists(), "a rehearsal wrote the real index"


def test_an_arn_is_found_in_the_index(factory):
    factory.run("publish", *SELECT, *REGIONS)
    factory.run("index", *SELECT, *REGIONS)
    where = ("--catalog", "dist/layers.csv", "--region", "us-west-2")

    found = factory.run("arn", "--python", "3.7", "--scikit-learn", "0.23", *where)
    missing = factory.run("arn", "--python", "3.7", "--scikit-learn", "0.24", *where)

    layer = "python-3-7-scikit-learn-0-23-1:1"
    assert found.out == f"arn:aws:lambda:us-west-2:123456789012:layer:{layer}\n"
    assert (missing.code, missing.out) == (7, "")
    assert "0.23.1" in missing.err


def test_a_dry_run_publishes_nothing(factory):
    dry = factory.run("publish", *SELECT, *REGIONS, "--dry-run", "--json")
    wet = factory.run("publish", *SELECT, *REGIONS, "--json")

    assert [step["action"] for step in dry.json["plan"]] == ["publish"] * 2
    assert dry.json["results"] == []
    assert [result["version"] for result in wet.json["results"]] == [1, 1]


def test_no_credentials_end_the_run_before_anything_is_done(factory):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        factory.env.pop(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        factory.env[name] = "/dev/null"

    done = factory.run("publish", *SELECT, "--region", "us-west-2")

    assert done.code == 6
    assert "credentials" in done.err
    assert "AWS_PROFILE" in done.err


def test_a_profile_means_nothing_to_an_embedded_aws(factory):
    done = factory.run("publish", *SELECT, *REGIONS, "--local", "--profile", "mine")

    assert done.code == 2
    assert "--profile means nothing with --local" in done.err


def test_the_last_lines_tell_what_happened_and_what_to_type_next(factory):
    """A stranger published under our layer's name in one of two regions."""
    client = boto3.client(
        "lambda",
        region_name="us-west-2",
        endpoint_url=factory.env["AWS_ENDPOINT_URL"],
        aws_access_key_id="embedded",
        aws_secret_access_key="embedded",
    )
    name = "python-3-7-scikit-learn-0-23-1"
    client.publish_layer_version(LayerName=name, Content={"ZipFile": b"a stranger's"})
    summary = factory.folder / "summary.md"
    factory.env["GITHUB_STEP_SUMMARY"] = str(summary)

    dry = factory.run("publish", *SELECT, *REGIONS, "--dry-run")
    refused = factory.run("publish", *SELECT, *REGIONS)
    on_purpose = factory.run("publish", *SELECT, *REGIONS, "--supersede")

    assert dry.code == 6
    assert "--supersede publishes ours" in dry.err
    assert "publish 1, altered 1: a dry run, so nothing was done" in dry.out
    assert "layerfactory did not publish it" in dry.out
    assert refused.code == 6
    last = refused.err.splitlines()[-2:]
    assert last[0] == "error: published 1, altered 1; not all is well in us-west-2"
    assert last[1].endswith(f"layerfactory publish {shlex.join((*SELECT, *REGIONS))}")
    assert f"{name}:1 was altered" in refused.err
    assert on_purpose.code == 0
    assert on_purpose.err.splitlines()[-1] == (
        "published 1, skipped 1; now bring the index up to date, type: "
        f"layerfactory index {shlex.join((*SELECT, *REGIONS))}"
    )
    page = summary.read_text()
    assert "| us-west-2 |  | 1 |" in page
    assert page.count("## layerfactory publish") == 2


def test_no_such_region(factory):
    done = factory.run("publish", *SELECT, "--region", "us-west-9")

    assert done.code == 2
    assert "us-west-2" in done.err


def test_an_unverified_layer_stays_at_home(factory):
    (factory.output / f"{CELL}.verify.json").unlink()

    done = factory.run("publish", *SELECT, "--region", "us-west-2", "--json")

    assert done.code == 5
    assert "was never verified" in done.err
    assert done.json["results"] == []


def test_a_layer_that_was_changed_after_verification_stays_at_home(factory):
    path = factory.output / f"{CELL}.zip"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)

    done = factory.run("publish", *SELECT, "--region", "us-west-2", "--json")

    assert done.code == 4
    assert "layerfactory build" in done.err
    assert done.json["results"] == []


def test_a_run_killed_while_publishing_is_healed_by_the_same_command(factory):
    process = factory.popen("release", *SELECT, *REGIONS, "--builder", "wheels")
    for line in process.stderr:
        if "published" in line:
            break
    process.kill()
    process.communicate()

    healed = factory.run("release", *SELECT, *REGIONS, "--builder", "wheels", "--json")

    assert healed.code == 0, healed.err
    assert {result["version"] for result in healed.json["results"]} == {1}
    rows = (factory.output / "layers.csv").read_text().splitlines()
    assert len(rows) == 3


def test_a_layer_of_another_lock_stays_at_home(factory):
    """`lock --upgrade` used to let the layer of the old lock out."""
    locks = factory.folder / "locks"
    text = (locks / f"{CELL}.txt").read_text()
    locks.unlink()
    locks.mkdir()
    other = text.replace("hash=sha256:", "hash=sha256:0", 1)
    line = next(line for line in other.splitlines() if "sha256:0" in line)
    (locks / f"{CELL}.txt").write_text(other.replace(line, line[:-1]))

    planned = factory.run("plan", *SELECT, "--json")
    done = factory.run("publish", *SELECT, "--region", "us-west-2", "--json")

    assert planned.json["cells"][0]["state"] == "to build"
    assert done.code == 4
    assert "of another lock" in done.err
    assert done.json["results"] == []


def test_a_layer_of_another_policy_stays_at_home(factory):
    text = (factory.folder / "matrix.yaml").read_text()
    (factory.folder / "matrix.yaml").unlink()
    changed = text.replace("bytecode: sourceless", "bytecode: sourceless-docstrings")
    (factory.folder / "matrix.yaml").write_text(changed)

    done = factory.run("verify", *SELECT)

    assert done.code == 4
    assert "bytecode policy" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("index", "--local", "--output", "."),
        ("index", "--local", "--catalog", "layers.csv"),
        ("index", "--catalog", "layers.csv"),
        ("release", "--local", "--catalog", "./dist/../layers.csv", "--builder", "wheels"),
        ("rehearse", "--output", "."),
    ],
)
def test_no_rehearsal_writes_the_real_index(factory, words):
    index = factory.folder / "layers.csv"
    index.write_text("Python version,scikit-learn version,region,arn\n")
    verb, *options = words
    region = () if verb == "rehearse" else ("--region", "us-west-2")

    done = factory.run(verb, *SELECT, *region, *options)

    assert done.code == 2, done.err
    assert "a rehearsal may not write the real index" in done.err
    assert index.read_text() == "Python version,scikit-learn version,region,arn\n"


def test_an_endpoint_out_of_a_profile_is_not_the_real_aws(factory):
    config = factory.folder / "config"
    config.write_text(f"[default]\nendpoint_url = {factory.env.pop('AWS_ENDPOINT_URL')}\n")
    factory.env["AWS_CONFIG_FILE"] = str(config)

    done = factory.run("release", *SELECT, *REGIONS, "--builder", "wheels")

    assert done.code == 0, done.err
    assert not (factory.folder / "layers.csv").exists()
    assert (factory.output / "layers.csv").read_text().count("arn:aws:") == 2


def test_an_embedded_aws_is_empty_at_each_start(factory):
    first = factory.run("release", *SELECT, *REGIONS, "--local", "--builder", "wheels", "--json")
    again = factory.run("publish", *SELECT, *REGIONS, "--local", "--json")
    listed = factory.run("index", *SELECT, *REGIONS, "--local", "--json")

    assert (first.code, again.code, listed.code) == (0, 0, 0), first.err + again.err
    states = [result["state"] for run in (first, again) for result in run.json["results"]]
    assert states == ["published"] * 4
    assert listed.json["layers"] == []
