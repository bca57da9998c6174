"""What every verb promises before it does anything: help, options, exit codes."""

from __future__ import annotations

import json
import re
import shlex

import pytest
import typer.main
from typer.testing import CliRunner

from layerfactory import __version__
from layerfactory.cli.app import app

COMMAND = typer.main.get_command(app)
VERBS = sorted(COMMAND.commands)
WITHOUT_SELECTORS = {
    *("arn", "cache", "doctor", "propose", "rehearse", "report", "retire", "site", "watch"),
}
WITHOUT_A_MATRIX = {"arn", "cache", "propose", "report", "site"}
SELECTORS = {"--only", "--python", "--scikit-learn", "--architecture", "--extras"}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    # Wide, so that no line of help is folded.
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, words)


def options_of(verb):
    return {name for parameter in COMMAND.commands[verb].params for name in parameter.opts}


def test_the_verbs():
    expected = {"plan", "lock", "build", "verify", "publish", "index", "release", "retire", "arn"}
    assert expected <= set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(run, verb):
    for option in ("--help", "-h"):
        result = run(verb, option)
        assert result.exit_code == 0
        assert f"Example: layerfactory {verb} " in result.stdout
        assert result.stderr == ""


@pytest.mark.parametrize("verb", VERBS)
def test_every_example_is_a_command_that_is_understood(verb):
    (example,) = re.findall(r"Example: layerfactory (.*)", COMMAND.commands[verb].help)
    words = shlex.split(example)[1:]
    context = COMMAND.commands[verb].make_context(verb, words)
    assert not context.args


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_says_what_it_is(verb):
    parameters = COMMAND.commands[verb].params
    assert [parameter.name for parameter in parameters if not parameter.help] == []
    assert "--json" in options_of(verb)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in WITHOUT_SELECTORS])
def test_the_selectors_of_2020_work_on_each(verb):
    words = ["--python=3.7", "--scikit-learn==0.23.0", "--region=us-west-2", "--only", "py3.7-*"]
    context = COMMAND.commands[verb].make_context(verb, words)
    assert context.params["python"] == ["3.7"]
    assert context.params["scikit_learn"] == ["=0.23.0"]
    assert context.params["region"] == ["us-west-2"]
    assert options_of(verb) >= SELECTORS


@pytest.mark.parametrize("verb", ["lock", "build", "publish", "release"])
def test_what_changes_things_can_be_tried_dry(verb):
    assert options_of(verb) >= {"--dry-run", "-n", "--jobs", "-j"}


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_option_is_refused(run, verb):
    result = run(verb, "--no-such-option")
    assert result.exit_code == 2
    assert "No such option: --no-such-option" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["biuld"], "No such command 'biuld'"),
        (["build", "--jobs", "0"], "Invalid value for '--jobs'"),
        (
            ["build", "--architecture", "aarch64"],
            "'--architecture': Lambda has no architecture 'aarch64'; did you mean arm64?",
        ),
        (
            ["arn", "--python=3.12", "--region=us-west-2", "--architecture=mips"],
            "'--architecture': Lambda has no architecture 'mips'; choose x86_64 or arm64",
        ),
        (["build", "--bytecode", "none"], "'none' is not one of 'sourceless'"),
        (["arn", "--python", "3.12"], "Missing option '--region'"),
    ],
)
def test_arguments_that_are_wrong(run, words, says):
    result = run(*words)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.replace("│", " ").split())
    assert result.stdout == ""


def test_no_arguments_show_the_verbs(run):
    result = run()
    assert all(verb in result.output for verb in VERBS)


def test_exit_codes_are_told(run):
    assert "2 matrix or arguments, 3 lock, 4 build, 5 verify" in run("--help").stdout


def test_version(run):
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"layerfactory {__version__}\n")


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in WITHOUT_A_MATRIX])
def test_a_folder_without_a_matrix(run, verb, tmp_path):
    result = run(verb)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: matrix.yaml")
    assert "\n  -> " in result.stderr
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_every_fault_of_a_matrix_at_once(run, tmp_path):
    text = 'version: 1\ncells:\n  - {python: "2.7", scikit-learn: "one"}\nregions: [mars]\n'
    (tmp_path / "matrix.yaml").write_text(text)
    result = run("build", "--json")
    assert result.exit_code == 2
    for place in ("matrix.yaml:3: cells[0].python", "cells[0].scikit-learn", "4: regions[0]"):
        assert place in result.stderr
    assert json.loads(result.stdout)["error"]["kind"] == "MatrixError"
    assert [path.name for path in tmp_path.iterdir()] == ["matrix.yaml"]
