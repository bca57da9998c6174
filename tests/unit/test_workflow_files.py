"""Holds what every workflow promises: pinned actions, no needless rights, and no logic in YAML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from workflow_actions import STAND_INS
from workflow_expressions import holes

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
PIN = re.compile(r"uses: (?P<name>[\w./-]+)@(?P<commit>[0-9a-f]{40}) # v\d+(\.\d+)*$")
PINS = [
    line.strip().removeprefix("- ")
    for path in (*FILES, *ACTIONS)
    for line in path.read_text("utf-8").splitlines()
    if "uses:" in line and "uses: ./" not in line
]


def load(path):
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def runs(path):
    content = load(path)
    jobs = content["jobs"].values() if "jobs" in content else [content["runs"]]
    return [step["run"] for job in jobs for step in job.get("steps", ()) if "run" in step]


def names(paths):
    return [path.relative_to(ROOT / ".github").as_posix() for path in paths]


def test_there_are_workflows_and_actions():
    assert "layers.yml" in {path.name for path in FILES}
    assert len(PINS) > 10


@pytest.mark.parametrize("line", sorted(set(PINS)))
def test_an_action_of_others_is_pinned_by_its_commit_and_says_its_version(line):
    assert PIN.match(line)


def test_an_action_has_one_version_everywhere():
    pins = {line.split("@")[0]: set() for line in PINS}
    for line in PINS:
        pins[line.split("@")[0]].add(line.split("@")[1])
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_nothing_is_allowed_but_what_a_job_names(path):
    content = load(path)
    assert content["permissions"] == {}
    for name, job in content["jobs"].items():
        assert "timeout-minutes" in job, name
        assert job.get("permissions") is not None, name
        assert "write-all" not in str(job["permissions"])


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_a_clone_keeps_no_credentials(path):
    for job in load(path)["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", [*FILES, *ACTIONS], ids=names([*FILES, *ACTIONS]))
def test_a_step_is_one_command_and_no_program(path):
    for command in runs(path):
        assert holes(command) == [], "expressions go through env"
        assert not re.search(r"[;|&`<>]|\$\(|\bif\b|\bfor\b", command), command
        assert len(command.strip().splitlines()) == 1, command


@pytest.mark.parametrize("path", [*FILES, *ACTIONS], ids=names([*FILES, *ACTIONS]))
def test_no_key_lasts(path):
    assert "secrets." not in path.read_text("utf-8")


def test_ci_names_no_cell_that_a_host_may_leave_out():
    """Whatever the matrix hosts: the handler's cells are samples, and the layers are asked for."""
    jobs = load(FILES[0].with_name("ci.yml"))["jobs"]
    cells = [each["cell"] for each in jobs["handler"]["strategy"]["matrix"]["include"]]
    samples = {path.stem for path in (ROOT / "tests" / "samples" / "locks").iterdir()}
    assert len(cells) > 5
    assert set(cells) <= samples
    assert not re.search(r"(?<!samples/)locks/", str(jobs))
    assert "py3" not in str({name: job for name, job in jobs.items() if name != "handler"})


def test_no_list_of_paths_keeps_the_pages_from_what_they_are_made_of():
    """Records, data, matrix, READMEs: docs_hooks.py takes in whatever a page links to."""
    assert YAML(typ="safe", pure=True).load(
        (ROOT / ".github/workflows/pages.yml").read_text("utf-8").replace("on:", "triggers:", 1)
    )["triggers"]["push"] == {"branches": ["main"]}


def test_every_action_of_the_layers_has_a_stand_in():
    steps = [step for job in load(FILES[0].with_name("layers.yml"))["jobs"].values()
             for step in job["steps"]]  # fmt: skip
    used = {step["uses"].partition("@")[0] for step in steps if "uses" in step}
    assert used == set(STAND_INS)


def test_the_report_is_told_how_each_job_ended():
    report = load(FILES[0].with_name("layers.yml"))["jobs"]["report"]
    env, command = report["steps"][-1]["env"], report["steps"][-1]["run"]
    told = {f'--job "{job}=${job.upper()}"': env[job.upper()] for job in report["needs"]}
    assert [words for words in told if words not in command] == []
    assert list(told.values()) == [f"${{{{ needs.{job}.result }}}}" for job in report["needs"]]
