"""layers.yml is rehearsed: its own steps, job by job in fresh clones, on an embedded AWS."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest
from fault_proxy import FOREVER, PUBLISH, Refusal
from workflow_world import CATALOG, REGIONS, rehearsal

from layerfactory.matrix.cell import Cell

OLD, NEW, NEWER = Cell("3.7", "0.23.0"), Cell("3.7", "0.23.1"), Cell("3.7", "0.23.2")
BRANCH = "layerfactory/layers"
LOST, WELL = REGIONS


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A repository with one cell; the tests below happen in it one after the other."""
    with rehearsal(tmp_path_factory.mktemp("workflow"), [OLD]) as found:
        yield found


def listed(world, ref):
    """Where each release is listed."""
    rows = csv.DictReader(world.file(ref, f"{CATALOG}/layers.csv").splitlines())
    return {(row["scikit-learn version"], row["region"]) for row in rows}


def everywhere(*cells):
    return {(cell.scikit_learn, region) for cell in cells for region in REGIONS}


def assert_published_as_built(run):
    """A job that runs what is in a layer hands on verdicts, and nothing else of it."""
    (zipped,) = run.artifacts.glob(f"built-*/{OLD}.zip")
    sha256 = hashlib.sha256(zipped.read_bytes()).hexdigest()
    assert run.attested[f"{OLD}.zip"] == sha256
    (verdict,) = run.artifacts.glob("verdicts-*/*")
    assert json.loads(verdict.read_text())["sha256"] == sha256
    assert list(run.artifacts.rglob("*.zip")) == [zipped]
    assert {path.parent.name for path in run.artifacts.rglob("SHA256SUMS")} == {"x86_64-1"}


def result_of(run, name):
    (path,) = run.artifacts.glob(f"results-*/{name}.json")
    return json.loads(path.read_text())


def test_a_first_run_makes_proves_publishes_and_proposes(world):
    run = world.workflow.run("push")

    assert run.result == "success", run.log
    assert [job.roles for some in run.jobs.values() for job in some if job.roles] == [
        [("arn:aws:iam::123456789012:role/reader", "reading")],
        [("arn:aws:iam::123456789012:role/publisher", "publishing")],
        [("arn:aws:iam::123456789012:role/reader", "reading")],
    ]
    assert_published_as_built(run)
    (verified,) = result_of(run, "verify-x86_64-1")["cells"]
    assert (verified["cell"], verified["state"]) == (str(OLD), "verified")
    assert {f"{OLD}.zip", f"{OLD}.json", f"{OLD}.cdx.json"} < run.attested.keys()
    published = result_of(run, "publish-0")["results"]
    assert {(each["region"], each["state"]) for each in published} == {
        (region, "published") for region in REGIONS
    }
    assert listed(world, BRANCH) == everywhere(OLD)
    assert [each["head"] for each in world.pull_requests] == [BRANCH]
    assert world.issues == []


def test_a_run_with_nothing_to_do_changes_nothing(world):
    """Not even where the pull request is not merged yet."""
    before, published = world.refs(), world.aws.count(PUBLISH)

    run = world.workflow.run("schedule")

    assert run.result == "success", run.log
    results = {name: run.results(name) for name in run.jobs}
    skipped = {name: ["skipped"] for name in ("build", "verify", "attest", "publish", "index")}
    assert results == {"plan": ["success"], **skipped, "report": ["success"]}
    assert (world.refs(), world.aws.count(PUBLISH)) == (before, published)
    assert "Nothing was to be made" in run.jobs["report"][0].summary


def test_a_new_release_is_all_that_is_made(world):
    world.push([OLD, NEW])
    (first, *_) = sorted(world.seed.glob("records/py3.12-*.json"))
    moved = f"records/{first.name}"
    of_main = first.read_text("utf-8").replace("}", "} ").strip() + "\n"
    world.put(moved, of_main)
    world.put("records/of-main.txt", "of main")
    before = world.aws.count(PUBLISH)

    run = world.workflow.run("push")

    assert run.result == "success", run.log
    assert [cell["cell"] for cell in result_of(run, "build-x86_64-1")["cells"]] == [str(NEW)]
    assert world.aws.count(PUBLISH) - before == len(REGIONS)
    # What waits in the pull request stays listed.
    assert listed(world, BRANCH) == everywhere(OLD, NEW)
    # And what main got meanwhile stays main's.
    assert world.file(BRANCH, moved) == of_main
    assert world.file(BRANCH, "records/of-main.txt") == "of main"
    assert [json.loads(world.file(BRANCH, f"records/{cell}.json"))["cell"] for cell in (OLD, NEW)]
    assert [each["state"] for each in world.pull_requests] == ["open"]


def test_a_region_that_dies_leaves_the_run_red_and_all_else_published(world):
    world.merge(BRANCH)
    world.push([OLD, NEW, NEWER])
    world.aws.inject(Refusal(403, "AccessDenied"), region=LOST, call=PUBLISH, times=FOREVER)

    run = world.workflow.run("push")

    assert run.result == "failure"
    assert run.results("publish") == ["failure"]
    assert run.results("index") == ["success"]
    assert run.results("report") == ["failure"]
    assert listed(world, BRANCH) == everywhere(OLD, NEW) | {(NEWER.scikit_learn, WELL)}
    (issue,) = world.issues
    assert f"{NEWER} in {LOST} | publish" in issue["body"]
    assert "actions/runs/4" in issue["body"]


def test_one_issue_is_kept_up_to_date_as_long_as_it_lasts(world):
    world.aws.inject(Refusal(403, "AccessDenied"), region=LOST, call="^lambda ", times=FOREVER)
    before = world.refs()

    run = world.workflow.run("schedule")

    assert run.result == "failure"
    assert run.results("report") == ["failure"]
    assert run.results("build") == ["skipped"]
    (issue,) = world.issues
    assert issue["state"] == "open"
    assert f"| {LOST} | jobs |" in issue["body"]
    assert "actions/runs/5" in issue["body"]
    assert world.refs() == before


def test_the_next_run_heals_just_what_was_missing(world):
    world.aws.faults.clear()
    before = world.aws.count(PUBLISH)

    run = world.workflow.run("workflow_dispatch", {"only": "py3.7-*"})
    left = world.workflow.run("schedule")

    assert run.result == "success", run.log
    (job,) = result_of(run, "jobs")["publish"]
    assert (job["cells"], job["regions"]) == (str(NEWER), LOST)
    assert world.aws.count(PUBLISH, region=LOST) == world.aws.count(PUBLISH) - before + 3
    assert world.aws.count(PUBLISH) - before == 1
    assert listed(world, BRANCH) == everywhere(OLD, NEW, NEWER)
    assert left.result == "success", left.log
    (issue,) = world.issues
    # A run of some cells does not tell that all is well; a whole one does.
    assert (issue["state"], issue["comments"]) == (
        "closed",
        ["All is well again. [See the run](https://github.example/owner/layers/actions/runs/7)."],
    )
