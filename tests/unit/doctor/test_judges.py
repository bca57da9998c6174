from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from lock_samples import REPOSITORY
from ruamel.yaml import YAML

from layerfactory.doctor import cloud, machine
from layerfactory.doctor.check import Level
from layerfactory.errors import AccessDeniedError, RegionNotEnabledError, RegionUnavailableError
from layerfactory.matrix.model import BuilderChoice
from layerfactory.publish.aws.account import Identity
from layerfactory.publish.storage import Storage

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROOM = Storage(1, 100)


@pytest.mark.parametrize(
    ("fault", "builder", "level"),
    [
        ("", "docker", "ok"),
        ("no daemon", "docker", "fail"),
        ("no daemon", "auto", "warn"),
        ("no daemon", "wheels", "ok"),
    ],
)
def test_docker_counts_as_the_matrix_asks_for_it(fault, builder, level):
    check = machine.judge_docker(fault, "Start it.", BuilderChoice(builder))
    assert check.level == level
    assert bool(check.remedy) is (level != "ok")


def test_images_that_are_not_here_are_pulled():
    assert machine.judge_images({"a": True}).level is Level.OK
    check = machine.judge_images({"a": True, "b": False})
    assert (check.level, check.saw) == (Level.WARN, "not here yet: b")


@pytest.mark.parametrize(("docker", "level"), [(True, Level.WARN), (False, Level.FAIL)])
def test_a_python_that_is_not_here(docker, level):
    assert machine.judge_pythons({"3.12": "3.12.1"}, docker=docker).level is Level.OK
    check = machine.judge_pythons({"3.12": "3.12.1", "3.13": ""}, docker=docker)
    assert check.level is level
    assert "not here: 3.13" in check.saw
    assert "uv python install 3.13" in check.remedy


@pytest.mark.parametrize(
    ("free", "level"), [(50e9, "ok"), (10e9, "ok"), (9.9e9, "warn"), (2e9, "warn"), (1e9, "fail")]
)
def test_room_on_the_disk(free, level):
    assert machine.judge_disk("room", "dist", int(free)).level == level


@pytest.mark.parametrize(("answer", "level"), [((9, 9), "ok"), ((0, 0), "fail"), ((9, 0), "fail")])
def test_the_index(answer, level):
    assert machine.judge_index(*answer).level == level


def test_a_job_of_github_actions():
    assert machine.judge_actions({}) == ()
    inside = {"GITHUB_ACTIONS": "true"}
    assert [check.level for check in machine.judge_actions(inside)] == [Level.WARN]
    inside["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://token"
    assert [check.level for check in machine.judge_actions(inside)] == [Level.OK]


@pytest.mark.parametrize(
    ("arn", "level", "source"),
    [
        (
            "arn:aws:sts::123456789012:assumed-role/Publishing/run-1",
            "ok",
            "arn:aws:iam::123456789012:role/Publishing",
        ),
        (
            "arn:aws-cn:iam::123456789012:user/somebody",
            "ok",
            "arn:aws-cn:iam::123456789012:user/somebody",
        ),
        ("arn:aws:iam::123456789012:root", "warn", "arn:aws:iam::123456789012:root"),
    ],
)
def test_who_asks(arn, level, source):
    identity = Identity("123456789012", arn, NOW)
    assert cloud.judge_identity(identity).level == level
    assert identity.source_arn == source


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, "ok"), (59, "ok"), (-60, "warn"), (299, "warn"), (-300, "fail")]
)
def test_the_clock(seconds, level):
    assert cloud.judge_clock(NOW + timedelta(seconds=seconds), NOW).level == level


def test_a_clock_that_nobody_told():
    assert cloud.judge_clock(None, NOW).level is Level.WARN


def levels(answers, *named):
    checks = cloud.judge_regions(answers, frozenset(named))
    return {check.name: check.level for check in checks}


def test_regions_that_all_answer():
    assert levels({"us-east-1": ROOM, "us-west-2": ROOM}) == {
        "regions": Level.OK,
        "room for code": Level.OK,
    }


def test_a_region_that_is_not_enabled_fails_only_where_it_was_named():
    answers = {"us-east-1": ROOM, "af-south-1": RegionNotEnabledError("not enabled")}
    assert levels(answers)["regions"] is Level.WARN
    assert levels(answers, "af-south-1")["regions"] is Level.FAIL


def test_regions_that_do_not_tell():
    answers = {
        "us-east-1": RegionUnavailableError("us-east-1: does not answer\nat all"),
        "us-west-2": AccessDeniedError("no"),
    }
    assert levels(answers) == {
        "regions": Level.OK,
        "regions that answer": Level.FAIL,
        "reading": Level.FAIL,
    }


def test_a_region_that_does_not_tell_its_room():
    assert levels({"us-east-1": None}) == {
        "regions": Level.OK,
        "room that is not known": Level.WARN,
    }


@pytest.mark.parametrize(("used", "level"), [(89, "ok"), (90, "warn"), (100, "fail")])
def test_the_fullest_region_tells_of_the_room(used, level):
    answers = {"us-east-1": ROOM, "us-west-2": Storage(used, 100)}
    assert levels(answers)["room for code"] == level


def test_what_the_role_may():
    assert cloud.judge_role(()).level is Level.OK
    assert cloud.judge_role(None).level is Level.WARN
    check = cloud.judge_role(("s3:PutObject",))
    assert (check.level, check.saw) == (Level.FAIL, "may not: s3:PutObject")


def test_it_looks_for_just_what_the_template_of_the_role_allows():
    text = (REPOSITORY / ".github/aws/publishing-role.yaml").read_text(encoding="utf-8")
    resources = YAML(typ="rt").load(text)["Resources"]  # CloudFormation has tags of its own
    statements = [
        statement
        for name in ("Reading", "Publishing")
        for statement in resources[name]["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    actions = [each["Action"] for each in statements]
    listed = {one for each in actions for one in ([each] if isinstance(each, str) else each)}
    assert set(cloud.PUBLISHING) == listed
