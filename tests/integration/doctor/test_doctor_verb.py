"""`layerfactory doctor` on this machine, with moto in place of AWS, and with things missing."""

from __future__ import annotations

import os

import gh_stand_in
import pytest
from aws_fixtures import clean_environment, embedded
from build_fixtures import workshop

__all__ = ["clean_environment", "embedded", "workshop"]


@pytest.fixture
def variables(embedded, tmp_path):
    """An environment in which all is well."""
    gh_stand_in.set_up(tmp_path / "github.json")
    programs = gh_stand_in.install(tmp_path / "programs", tmp_path / "github.json")
    return {
        "AWS_ENDPOINT_URL": embedded.endpoint_url,
        "AWS_ACCESS_KEY_ID": "embedded",
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "PATH": f"{programs}:{os.environ['PATH']}",
        "GITHUB_ACTIONS": None,
        "GH_TOKEN": "token",
    }


def examine(workshop, variables, *words):
    run = workshop.run("doctor", "--json", *words, **variables)
    assert "Traceback" not in run.stderr
    return run, {check["name"]: check for check in run.value["checks"]}


def test_all_is_well(workshop, variables):
    run, checks = examine(workshop, variables)
    for name in (
        "package index",
        "repository",
        "workflows",
        "pull requests",
        "environments",
        "repository's variables",
        "pages",
        "credentials",
        "clock",
        "regions",
        "room for layers",
    ):
        assert checks[name]["level"] == "ok", checks[name]
    # moto knows neither the room of a region nor IAM's simulator.
    assert checks["room that is not known"]["level"] == "warn"
    assert checks["role"]["level"] == "warn"
    assert "123456789012" in checks["credentials"]["saw"]
    bad = [check for check in checks.values() if check["level"] != "ok"]
    assert all(check["remedy"] for check in bad)
    assert run.exit_code == (9 if any(check["level"] == "fail" for check in bad) else 0)
    assert run.value["well"] is (run.exit_code == 0)
    assert not workshop.output.exists()


def test_without_credentials_nothing_else_of_aws_is_looked_at(workshop, variables):
    missing = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    run, checks = examine(workshop, variables | missing)
    assert run.exit_code == 9
    assert checks["credentials"]["level"] == "fail"
    assert "AWS_PROFILE" in checks["credentials"]["remedy"]
    assert not checks.keys() & {"clock", "regions", "role"}


def test_nobody_answers_at_all(workshop, variables):
    nowhere = "http://127.0.0.1:9"
    run, checks = examine(
        workshop,
        variables
        | {
            "AWS_ENDPOINT_URL": nowhere,
            "UV_DEFAULT_INDEX": f"{nowhere}/simple",
            "DOCKER_HOST": "unix:///nowhere",
            "PATH": "/nowhere",
        },
    )
    assert run.exit_code == 9
    for name in ("package index", "credentials"):
        assert checks[name]["level"] == "fail"
        assert checks[name]["remedy"]
    assert checks["Docker"]["level"] == "ok"  # the matrix builds from wheels
    assert checks["repository"]["level"] == "warn"
    assert "repository's variables" not in checks


def test_a_fresh_fork_and_a_region(workshop, variables, tmp_path):
    off = [{"path": ".github/workflows/layers.yml", "state": "disabled_fork"}]
    gh_stand_in.set_up(
        tmp_path / "github.json",
        workflows={"workflows": off},
        environments={"environments": []},
        variables=[{"name": "READING_ROLE_ARN"}],
        pages=None,
    )
    run, checks = examine(workshop, variables, "--region", "us-west-2")
    assert checks["repository's variables"]["saw"] == "not set: PUBLISHING_ROLE_ARN"
    assert "layers.yml is disabled: fork" in checks["workflows"]["saw"]
    assert checks["environments"]["level"] == "warn"
    assert checks["pages"]["saw"] == "are off"
    assert (run.exit_code, run.value["well"]) == (9, False)


def test_a_person_reads_lines(workshop, variables):
    run = workshop.run("doctor", **variables)
    assert "ok    credentials: " in run.stdout
    assert run.stdout.count("\n") > 8
