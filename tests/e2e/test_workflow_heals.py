"""layers.yml is rehearsed where it goes wrong beside building and publishing, and heals."""

from __future__ import annotations

import csv

import gh_stand_in
import pytest
import workflow_actions
from fault_proxy import PUBLISH
from workflow_world import CATALOG, REGIONS, rehearsal

from layerfactory.jobs.tracker import MARK
from layerfactory.matrix.cell import Cell

CELL = Cell("3.7", "0.23.0")
BRANCH = "layerfactory/layers"
ROLE = "READING_ROLE_ARN"
RETIRED = f"{CATALOG}/retired.yaml"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A repository with one cell, of which nothing is on record.

    The tests below happen in it one after the other.
    """
    with rehearsal(tmp_path_factory.mktemp("workflow"), [CELL]) as found:
        (found.seed / "records" / f"{CELL}.json").unlink()
        gh_stand_in.issue_of(found.tracker, "somebody", MARK)
        yield found


def listed(world):
    rows = csv.DictReader(world.file(BRANCH, f"{CATALOG}/layers.csv").splitlines())
    return {row["region"] for row in rows}


def results(run):
    return {name: run.results(name) for name in run.jobs}


def ours(world):
    """The issue of the workflow; the one of somebody else is as they have written it."""
    theirs, *rest = world.issues
    assert (theirs["body"], theirs["state"], theirs["comments"]) == (MARK, "open", [])
    return rest


def test_a_plan_that_leaves_nothing_opens_the_issue(world, monkeypatch):
    monkeypatch.setitem(world.world.variables, ROLE, "")

    run = world.workflow.run("schedule")

    assert (run.result, run.results("plan"), run.results("build")) == (
        *("failure", ["failure"]),
        ["skipped"],
    )
    (issue,) = ours(world)
    assert "| the plan | jobs | left no result" in issue["body"]
    assert "Nobody knows what was to be made, 1 thing failed." in issue["body"]


def test_what_fails_beside_the_verbs_is_told_as_well(world, monkeypatch):
    """GitHub signs no attestation, and a person has broken what the index reads."""

    def refuse(place, options):
        raise workflow_actions.ActionError("the signer does not answer")

    monkeypatch.setitem(workflow_actions.STAND_INS, "actions/attest-build-provenance", refuse)
    world.write(RETIRED, "retired: {")

    run = world.workflow.run("push")

    assert run.result == "failure"
    (issue,) = ours(world)
    assert "| the job attest | attest | failed in a step" in issue["body"]
    assert "| index | index |" in issue["body"]
    assert "the plan" not in issue["body"]
    assert world.aws.count(PUBLISH) == len(REGIONS)
    assert listed(world) == set()


def test_what_was_published_is_listed_by_the_next_run_and_then_the_issue_closes(world):
    world.write(RETIRED, "version: 1\n")
    (issue,) = ours(world)
    assert issue["state"] == "open"

    run = world.workflow.run("schedule")

    assert run.result == "success", run.log
    assert results(run) == {
        **{name: ["skipped"] for name in ("build", "verify", "attest", "publish")},
        **{name: ["success"] for name in ("plan", "index", "report")},
    }
    assert listed(world) == set(REGIONS)
    assert world.aws.count(PUBLISH) == len(REGIONS)
    (issue,) = ours(world)
    assert issue["state"] == "closed"


def test_what_nobody_can_list_any_more_is_made_again_and_not_published_twice(world):
    """Somebody has closed the pull request: its rows and records are lost."""
    gh_stand_in.merged(world.tracker, BRANCH)

    run = world.workflow.run("schedule")

    assert run.result == "success", run.log
    assert run.results("build") == ["success"]
    assert listed(world) == set(REGIONS)
    assert world.aws.count(PUBLISH) == len(REGIONS)
    assert [each["state"] for each in world.pull_requests] == ["merged", "open"]

    refs = world.refs()
    left = world.workflow.run("schedule")
    assert (left.result, left.results("index")) == ("success", ["skipped"])
    assert world.refs() == refs
