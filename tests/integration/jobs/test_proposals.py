"""Changes go to a real repository, by real git; `gh` is a stand-in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import gh_stand_in
import pytest
from typer.testing import CliRunner

from layerfactory.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "layerfactory/layers"


def git(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Repository:
    """A repository, a clone of it, and a tracker."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.origin, self.clone = folder, folder / "origin.git", folder / "clone"
        self.tracker = folder / "tracker.json"
        git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(self.origin))
        git(folder, "clone", "--quiet", str(self.origin), str(self.clone))
        git(self.clone, "checkout", "--quiet", "-B", "main")
        self.write("one")
        git(self.clone, "add", ".")
        git(self.clone, "-c", "user.name=m", "-c", "user.email=m@localhost", "commit", "-qm", "1")
        git(self.clone, "push", "--quiet", "origin", "main")

    def write(self, text, name="layers.csv"):
        (self.clone / name).write_text(text)

    def pushed(self, branch, name="layers.csv"):
        return git(self.origin, "show", f"{branch}:{name}")

    @property
    def pull_requests(self):
        return gh_stand_in.read(self.tracker)["pr"]

    @property
    def calls(self):
        return gh_stand_in.read(self.tracker).get("calls", [])


@pytest.fixture
def repository(tmp_path, monkeypatch):
    found = Repository(tmp_path)
    tools = gh_stand_in.install(tmp_path / "tools", found.tracker)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GH_TOKEN", "token")
    monkeypatch.chdir(found.clone)
    return found


def propose(*words, code=0, paths=("layers.csv",)):
    argv = ["propose", *paths, "--title", "List new layers", *words, "--json"]
    done = CliRunner().invoke(app, argv, catch_exceptions=False)
    assert done.exit_code == code, done.stderr
    return json.loads(done.stdout)


def test_a_pull_request_is_opened_and_then_brought_up_to_date(repository):
    repository.write("two")
    assert propose()["done"] == "opened a pull request"
    assert (repository.pushed(BRANCH), repository.pushed("main")) == ("two", "one")
    (opened,) = repository.pull_requests
    assert (opened["head"], opened["base"], opened["title"]) == (BRANCH, "main", "List new layers")
    assert "layers.csv" in opened["body"]

    git(repository.clone, "reset", "--quiet", "--hard", "origin/main")
    repository.write("three")
    assert propose()["done"] == "brought the open pull request up to date"
    assert repository.pushed(BRANCH) == "three"
    assert repository.calls == ["pr create", "pr edit"]


def test_a_forks_pull_request_of_that_name_is_let_be(repository):
    gh_stand_in.from_a_fork(repository.tracker, BRANCH)
    repository.write("two")
    assert propose()["done"] == "opened a pull request"
    theirs, ours = repository.pull_requests
    assert (theirs["title"], ours["title"]) == ("theirs", "List new layers")
    assert repository.calls == ["pr create"]


def test_a_second_time_changes_nothing(repository):
    repository.write("two")
    propose()
    before = git(repository.origin, "rev-parse", BRANCH)
    git(repository.clone, "reset", "--quiet", "--hard", "origin/main")
    repository.write("two")
    assert propose()["done"] == "the open pull request has it all already"
    assert git(repository.origin, "rev-parse", BRANCH) == before
    assert repository.calls == ["pr create"]


def test_nothing_has_changed(repository):
    assert propose()["done"] == "nothing has changed"
    assert (repository.pull_requests, repository.calls) == ([], [])


def test_only_what_is_named_is_committed(repository):
    repository.write("two")
    repository.write("new", "layers.json")
    repository.write("mine", "notes.txt")
    assert propose(paths=("layers.csv", "layers.json", "none"))["done"] == "opened a pull request"
    assert repository.pushed(BRANCH, "layers.json") == "new"
    assert "notes.txt" not in git(repository.origin, "ls-tree", "--name-only", BRANCH)


def test_the_text_of_a_pull_request(repository):
    repository.write("two")
    (repository.folder / "body.md").write_text("What and why.")
    propose("--body", str(repository.folder / "body.md"))
    assert [each["body"] for each in repository.pull_requests] == ["What and why."]


def test_directly_to_the_branch(repository):
    repository.write("two")
    assert propose("--direct")["done"] == "pushed"
    assert repository.pushed("main") == "two"
    assert repository.calls == []


def test_somebody_has_pushed_meanwhile(repository):
    other = repository.folder / "other"
    git(repository.folder, "clone", "--quiet", str(repository.origin), str(other))
    (other / "notes.txt").write_text("theirs")
    git(other, "add", ".")
    git(other, "-c", "user.name=m", "-c", "user.email=m@localhost", "commit", "-qm", "2")
    git(other, "push", "--quiet", "origin", "main")
    repository.write("two")
    told = propose("--direct", code=8)
    assert "git push" in told["error"]["message"]
    assert repository.pushed("main") == "one"


def test_a_run_goes_on_from_what_waits_in_the_pull_request(repository):
    repository.write("two")
    propose()
    git(repository.clone, "reset", "--quiet", "--hard", "origin/main")
    assert propose("--resume", paths=("layers.csv", "other"))["done"] == (
        "went on from the open pull request"
    )
    assert (repository.clone / "layers.csv").read_text() == "two"


def test_a_branch_without_an_open_pull_request_is_left_alone(repository):
    repository.write("two")
    propose()
    gh_stand_in.merged(repository.tracker, BRANCH)
    git(repository.clone, "reset", "--quiet", "--hard", "origin/main")
    assert propose("--resume")["done"] == "no pull request is open"
    assert (repository.clone / "layers.csv").read_text() == "one"


def test_no_branch_is_checked_out(repository):
    git(repository.clone, "checkout", "--quiet", "--detach")
    repository.write("two")
    assert "no branch is checked out" in propose(code=8)["error"]["message"]


def test_github_refuses(repository, monkeypatch):
    monkeypatch.delenv("GH_TOKEN")
    repository.write("two")
    told = propose(code=8)["error"]
    assert told["message"] == "gh pr list: gh: no GH_TOKEN"
    assert "gh auth login" in told["remedy"]
    assert "layerfactory" not in git(repository.origin, "branch", "--list")


def test_there_is_no_gh(repository, monkeypatch, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(shutil.which("git"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    repository.write("two")
    assert propose(code=8)["error"]["message"] == "gh: there is no such program"
