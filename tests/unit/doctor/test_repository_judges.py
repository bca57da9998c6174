"""What doctor makes of GitHub's answers."""

from __future__ import annotations

import pytest

from layerfactory.doctor import repository
from layerfactory.doctor.asking import look_at_repository
from layerfactory.doctor.check import Level
from layerfactory.errors import TrackerError


@pytest.mark.parametrize(
    ("permission", "issues", "level", "word"),
    [
        ("ADMIN", True, "ok", "you/layers"),
        ("ADMIN", False, "fail", "issues are off"),
        ("READ", True, "fail", "may set up nothing"),
    ],
)
def test_the_repository_is_ones_own_and_can_be_told_of_failures(permission, issues, level, word):
    check = repository.judge_repository("you/layers", permission, issues=issues)
    assert check.level == level
    assert word in check.saw
    assert bool(check.remedy) is (level != "ok")


@pytest.mark.parametrize(
    ("layers", "update", "level"),
    [
        ("active", "active", "ok"),
        ("disabled_fork", "disabled_fork", "fail"),
        ("disabled_inactivity", "active", "fail"),
        ("active", "disabled_manually", "warn"),
    ],
)
def test_workflows_that_do_the_work_are_on(layers, update, level):
    states = {"layers.yml": layers, "update.yml": update, "ci.yml": "disabled_manually"}
    check = repository.judge_workflows(states)
    assert check.level == level
    assert ("gh workflow enable layers.yml" in check.remedy) is (layers != "active")
    assert ("gh workflow enable update.yml" in check.remedy) is (update != "active")


def test_workflows_that_github_has_not_are_told():
    assert repository.judge_workflows({"layers.yml": "active"}).level is Level.FAIL


@pytest.mark.parametrize(
    ("rules", "level", "word"),
    [
        ({"publishing": ["required_reviewers"], "reading": []}, "ok", "protected"),
        ({"publishing": ["branch_policy"], "reading": []}, "ok", "protected"),
        ({"publishing": ["required_reviewers"]}, "warn", "called reading"),
        ({"publishing": [], "reading": []}, "warn", "who may push may publish"),
        ({"publishing": ["branch_policy"], "reading": ["required_reviewers"]}, "warn", "waits"),
    ],
)
def test_somebody_is_asked_to_publish_and_nobody_to_read(rules, level, word):
    check = repository.judge_environments(rules)
    assert check.level == level
    assert word in check.saw


def test_pages_variables_and_pull_requests():
    assert repository.judge_pages("workflow", "https://you").level is Level.OK
    assert {repository.judge_pages(kind, "").level for kind in ("", "legacy")} == {Level.WARN}
    assert repository.judge_pull_requests(allowed=True).level is Level.OK
    assert repository.judge_pull_requests(allowed=False).level is Level.FAIL
    assert repository.judge_variables(repository.VARIABLES).level is Level.OK
    check = repository.judge_variables(["READING_ROLE_ARN"])
    assert (check.level, check.saw) == (Level.FAIL, "not set: PUBLISHING_ROLE_ARN")


class GitHub:
    """Answers the first question, and then something else."""

    def __init__(self, then):
        self.then = then

    def look(self, *words, there=True):
        if words[0] == "repo":
            told = {"hasIssuesEnabled": True, "viewerPermission": "ADMIN"}
            return {"nameWithOwner": "you/layers", **told}
        if isinstance(self.then, Exception):
            raise self.then
        return self.then


@pytest.mark.parametrize("then", [[], {}, {"workflows": [None]}, None, TrackerError("gh api: no")])
def test_what_cannot_be_looked_at_is_warned_of(then):
    checks = {check.name: check for check in look_at_repository(GitHub(then))}
    assert checks.pop("repository").level is Level.OK
    assert checks["workflows"].level is Level.WARN
    assert checks["workflows"].saw.startswith("not looked at: gh")
    assert checks["workflows"].remedy
