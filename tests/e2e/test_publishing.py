"""Publishing from the command line: twice, to a dead region, without an account, with faults."""

from __future__ import annotations

import csv

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
