"""The command as a process of its own: streams, colours, speed of import, exit codes."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from build_fixtures import CELL, make_workshop
from lock_samples import REPOSITORY

HEAVY = ("boto3", "botocore", "docker", "elftools", "moto", "pandas", "pydantic", "ruamel")
HEAVY += ("pathspec", "pypi_simple", "requests", "uv")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A workshop without a layer; nothing here writes into it."""
    return make_workshop(tmp_path_factory.mktemp("place") / "workshop")


def test_help_needs_no_heavy_import():
    script = "import json, sys; import layerfactory.cli.app; print(json.dumps(list(sys.modules)))"
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert loaded & set(HEAVY) == set()
    assert "typer" in loaded


def test_plan_touches_nothing(place):
    run = place.run("plan")
    assert run.exit_code == 0
    assert f"{CELL}   to build" in run.stdout
    assert "2023-12-04" in run.stdout  # the end of python3.7
    assert run.stderr == ""
    assert not place.output.exists()


def test_json_is_all_there_is_on_standard_output(place):
    run = place.run("plan", "--json")
    assert run.exit_code == 0
    assert {key: run.value[key] for key in ("version", "verb")} == {"version": 1, "verb": "plan"}
    (cell,) = run.value["cells"]
    assert cell["cell"] == str(CELL)
    assert cell["state"] == "to build"
    assert cell["lock"]["as_of"] == "2020-06-02"
    assert cell["lock"]["versions"]["numpy"] == "1.18.4"
    assert (cell["layer"], cell["report"], cell["error"]) == (None, None, None)


@pytest.mark.parametrize(
    "words",
    [
        ["--python=3.7", "--scikit-learn==0.23.1"],
        ["--python", "3.7", "--scikit-learn", "0.23.1", "--region", "us-west-2"],
        ["--only", "py3.7-*"],
        ["--only", str(CELL)],
        ["--architecture", "x86_64"],
    ],
)
def test_selectors_find_the_cell(place, words):
    run = place.run("plan", "--json", *words)
    assert run.exit_code == 0, run.stderr
    assert [cell["cell"] for cell in run.value["cells"]] == [str(CELL)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--python", "9.9"], "--python 9.9: Lambda has no Python '9.9'"),
        (["--python", "3.8"], "--python 3.8: not in matrix.yaml, which has 3.7"),
        (["--scikit-learn", "newest"], "--scikit-learn newest: "),
        (["--only", "py4*"], "--only py4*: matches no cell"),
        (["--matrix", "none.yaml"], "none.yaml: "),
    ],
)
@pytest.mark.parametrize("verb", ["build", "publish"])
def test_what_cannot_be_chosen(place, verb, words, message):
    run = place.run(verb, "--json", *words)
    assert run.exit_code == 2
    assert run.stderr.startswith(f"error: {message}")
    assert "\n  -> " in run.stderr
    assert run.value["verb"] == verb
    assert f"error: {run.value['error']['message']}\n" in run.stderr


def test_what_was_not_built_cannot_be_verified(place):
    run = place.run("verify", "--json")
    assert run.exit_code == 4
    (cell,) = run.value["cells"]
    assert cell["state"] == "failed"
    assert cell["error"] == {
        "kind": "BuildError",
        "message": f"{CELL}: there is no whole layer in dist",
        "remedy": f"Build it: layerfactory build --only '{CELL}'",
    }
    assert f"error: {CELL}: there is no whole layer in dist\n  -> Build it: " in run.stderr


def test_a_dry_build_builds_nothing(place):
    run = place.run("build", "--dry-run", "--json")
    assert run.exit_code == 0
    assert [cell["state"] for cell in run.value["cells"]] == ["to build"]
    assert not place.output.exists()


def on_terminal(place, *words, **environment):
    """Run a command on a terminal; return all that it shows there."""
    ours, its = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", **environment}
    argv = [sys.executable, "-m", "layerfactory", *words]
    with subprocess.Popen(argv, cwd=place.root, env=env, stdout=its, stderr=its):
        os.close(its)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:
            pass  # the terminal's other end is closed
        os.close(ours)
    return shown.decode()


RED = "\x1b[31m"


def test_errors_are_red_on_a_terminal(place):
    assert RED in on_terminal(place, "plan", "--python", "9.9")


def test_no_colour_where_none_is_wanted(place):
    shown = on_terminal(place, "plan", "--python", "9.9", NO_COLOR="1")
    assert "error: --python 9.9" in shown
    assert "\x1b[3" not in shown


def test_no_colour_in_a_pipe(place):
    run = place.run("plan", "--python", "9.9")
    assert "\x1b" not in run.stderr


@pytest.mark.parametrize(
    ("words", "exit_code"), [(["plan"], 0), (["plan", "--json"], 0), (["verify"], 4)]
)
def test_a_reader_that_has_seen_enough(place, words, exit_code):
    """It is no failure, and it hides none."""
    process = place.start(*words)
    process.stdout.close()
    stderr = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == exit_code
    assert ("there is no whole layer" in stderr) == bool(exit_code)
    assert "Broken" not in stderr


def test_the_head_of_a_plan_through_a_real_pipe():
    """The shipped plan, for a reader that goes away before the plan is told."""
    script = 'set -o pipefail; "$0" -m layerfactory plan | true'
    words = ["bash", "-c", script, sys.executable]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("words", [["plan"], ["plan", "--json"]])
def test_a_result_that_cannot_be_written_is_told(place, words):
    argv = [sys.executable, "-m", "layerfactory", *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            argv, cwd=place.root, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: the result cannot be written: No space left on device")
    assert "Traceback" not in done.stderr
