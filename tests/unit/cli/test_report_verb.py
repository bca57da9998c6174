import json
import re

import pytest
from typer.testing import CliRunner

from layerfactory.cli.app import app

CELL = "py3.12-sklearn1.9.1-x86_64"
FAULT = {"kind": "AwsError", "message": "us-east-1: AWS said `no` | <b>", "remedy": "Wait."}


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A run of one cell, which one region refused."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    cell = {"cell": CELL, "error": None}
    refused = {
        "cell": CELL,
        "region": "us-east-1",
        "state": "failed",
        "error": FAULT["message"],
        "remedy": FAULT["remedy"],
    }
    regions = [{"region": "us-east-1", "cells": [CELL], "error": None}]
    files = {
        "jobs": {
            "whole": True,
            "build": [{"name": "x86_64-1", "cells": CELL}],
            "publish": [{"name": "us-east-1"}],
            "index": True,
            "regions": regions,
            "unready": [],
        },
        "build-x86_64-1": {"cells": [cell]},
        "verify-x86_64-1": {"cells": [cell]},
        "sbom-x86_64-1": {"cells": [cell]},
        "publish-0": {"cells": [cell], "results": [refused]},
        "index": {"layers": [], "unanswered": []},
        "propose": {"done": "nothing has changed"},
    }
    (tmp_path / "results").mkdir()
    for name, value in files.items():
        text = json.dumps({"verb": name.partition("-")[0], **value})
        (tmp_path / "results" / f"{name}.json").write_text(text)
    return tmp_path / "results"


def run(*words):
    return CliRunner().invoke(app, ["report", *words], catch_exceptions=False)


def test_a_failure_is_told_with_its_place_and_remedy_and_fails(results):
    done = run()
    assert done.exit_code == 6
    assert f"{CELL} in us-east-1" in done.stdout
    assert "1 layer to make for 1 region, failed 1, 0 layers in the index, 1 thing failed" in (
        done.stdout
    )
    assert "1 failure: see the table" in done.stderr


def test_the_page_of_a_step_holds_what_aws_said_and_no_markup_of_it(results, tmp_path):
    run()
    page = (tmp_path / "summary.md").read_text()
    assert page.startswith("## layerfactory\n")
    row = f"| {CELL} in us-east-1 | publish | AWS said \\`no\\` \\| \\<b\\> | Wait. |"
    assert row in page.splitlines()


def test_nobody_is_called_by_what_others_say(results, tmp_path):
    value = json.loads((results / "publish-0.json").read_text())
    calling = {**value["results"][0], "error": "ask @someone of #12", "state": "@team"}
    calling["cell"] = "x\n\n@everyone ![](https://elsewhere.example)"
    (results / "publish-0.json").write_text(json.dumps({**value, "results": [calling]}))
    run()
    page = (tmp_path / "summary.md").read_text()
    assert "ask @\u200bsomeone of \\#\u200b12" in page
    assert "\n| x @\u200beveryone !\\[\\](https://elsewhere.example) in us-east-1 |" in page
    assert "@\u200bteam 1" in page
    assert not re.search(r"@\w", page)


def test_a_job_that_failed_in_silence_is_told_and_fails(results, tmp_path):
    (results / "publish-0.json").write_text('{"verb": "publish"}')
    assert run("--job", "plan=success", "--job", "index=success").exit_code == 0
    done = run("--job", "plan=success", "--job", "verify=failure")
    assert done.exit_code == 6
    assert "| the job verify | verify | failed in a step" in (tmp_path / "summary.md").read_text()


def test_a_plan_that_left_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("--job", "plan=failure")
    assert done.exit_code == 6
    assert "Nobody knows what was to be made, 1 thing failed" in done.stdout


@pytest.mark.parametrize("words", ["plan", "plan=", "plan=red", "=", "=failure"])
def test_what_says_not_how_a_job_ended(results, words):
    done = run("--job", words)
    assert done.exit_code == 2
    assert f"--job {words}: says not how a job ended" in done.stderr
    assert "=failure" in done.stderr


def test_an_endless_reason_is_cut_as_an_issue_takes_no_more(results, tmp_path):
    value = json.loads((results / "publish-0.json").read_text())
    endless = {**value["results"][0], "error": "no " * 50_000}
    (results / "publish-0.json").write_text(json.dumps({**value, "results": [endless]}))
    run()
    (row,) = [line for line in (tmp_path / "summary.md").read_text().splitlines() if CELL in line]
    assert "no no no" in row
    assert len(row) < 65_536 // 50


def test_links_to_the_run_that_it_tells_of(results, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/layers")
    monkeypatch.setenv("GITHUB_RUN_ID", "7")
    run()
    link = "[See the run](https://github.example/owner/layers/actions/runs/7)"
    assert link in (tmp_path / "summary.md").read_text()


def test_all_is_well(results):
    value = json.loads((results / "publish-0.json").read_text())
    published = [{**value["results"][0], "state": "published", "error": "", "remedy": ""}]
    (results / "publish-0.json").write_text(json.dumps({**value, "results": published}))
    done = run("--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["cells"], told["states"], told["troubles"]) == (1, {"published": 1}, [])
    assert told["issue"] is None


def test_without_a_plan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run()
    assert done.exit_code == 4
    assert "nobody knows what was to be done" in done.stderr


def test_a_result_is_kept_in_a_file_whatever_is_shown(results, tmp_path):
    shown = run("--json", "--result", "kept/report.json")
    assert json.loads((tmp_path / "kept" / "report.json").read_text()) == json.loads(shown.stdout)
    quiet = run("--result", "kept/report.json")
    assert "{" not in quiet.stdout
    (results / "jobs.json").unlink()
    run("--result", "kept/report.json")
    assert json.loads((tmp_path / "kept" / "report.json").read_text())["error"]["kind"] == (
        "BuildError"
    )
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["report.json"]
