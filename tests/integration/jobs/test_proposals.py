"""Changes go to a real repository, by real git; `gh` is a stand-in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import gh_stand_in
import pytest
from catalog_samples import make_row
from typer.testing import CliRunner

from layerfactory.catalog.files import CatalogFiles
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
        (self.clone / name).parent.mkdir(exist_ok=True)
        (self.clone / name).write_text(text)

    def clean(self):
        """As a new clone of what is there now."""
        git(self.clone, "fetch", "--quiet", "origin", "main")
        git(self.clone, "reset", "--quiet", "--hard", "FETCH_HEAD")
        git(self.clone, "clean", "--quiet", "-fd")

    def commit_of_a_person(self, branch, change):
        """Somebody changes a branch from another clone."""
        other = self.folder / "other"
        shutil.rmtree(other, ignore_errors=True)
        git(self.folder, "clone", "--quiet", "--branch", branch, str(self.origin), str(other))
        change(other)
        git(other, "add", "--all")
        words = ("-c", "user.name=Maintainer", "-c", "user.email=m@localhost", "commit", "-qm")
        git(other, *words, "By hand")
        git(other, "push", "--quiet", "origin", branch)

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

    repository.clean()
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
    repository.clean()
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
    repository.commit_of_a_person("main", lambda tree: (tree / "notes.txt").write_text("theirs"))
    repository.write("two")
    told = propose("--direct", code=8)
    assert "git push" in told["error"]["message"]
    assert repository.pushed("main") == "one"

    git(repository.clone, "pull", "--quiet", "--ff-only", "origin", "main")
    assert propose("--direct")["done"] == "pushed"
    assert (repository.pushed("main"), repository.pushed("main", "notes.txt")) == ("two", "theirs")
    assert git(repository.clone, "status", "--porcelain") == ""


def test_a_run_goes_on_from_what_waits_in_the_pull_request(repository):
    repository.write("two")
    propose()
    repository.clean()
    assert propose("--resume", paths=("layers.csv", "other"))["done"] == (
        "went on from the open pull request"
    )
    assert (repository.clone / "layers.csv").read_text() == "two"


def of_main(tree):
    """What main gets while a pull request waits."""
    (tree / "records").mkdir(exist_ok=True)
    (tree / "records" / "of-main.json").write_text("of main")
    (tree / "records" / "both.json").write_text("of main")


@pytest.mark.parametrize("shallow", [False, True])
def test_nothing_is_lost_of_a_main_that_has_moved_on(repository, monkeypatch, shallow):
    repository.write("gone soon", "records/old.json")
    git(repository.clone, "add", ".")
    git(repository.clone, "-c", "user.name=m", "-c", "user.email=m@localhost", "commit", "-qm", "2")
    git(repository.clone, "push", "--quiet", "origin", "main")
    repository.write("two")
    repository.write("of the branch", "records/of-branch.json")
    repository.write("of the branch", "records/both.json")
    (repository.clone / "records" / "old.json").unlink()
    propose(paths=("layers.csv", "records"))
    repository.commit_of_a_person("main", of_main)
    repository.clean()
    if shallow:  # as a CI clones
        words = ["clone", "--quiet", "--depth", "1", repository.origin.as_uri(), "shallow"]
        git(repository.folder, *words)
        repository.clone = repository.folder / "shallow"
        monkeypatch.chdir(repository.clone)

    before = git(repository.clone, "status", "--porcelain")
    foretold = propose("--resume", "--dry-run", paths=("layers.csv", "records"))
    assert foretold["done"] == "would go on from the open pull request"
    assert git(repository.clone, "status", "--porcelain") == before == ""
    told = propose("--resume", paths=("layers.csv", "records"))

    assert (
        told["details"]
        == foretold["details"]
        == [
            "taken over: 3 files",
            "changed here as well, and left as it is here: records/both.json",
        ]
    )
    there = {p.name: p.read_text() for p in (repository.clone / "records").iterdir()}
    assert there == {
        "of-main.json": "of main",
        "both.json": "of main",
        "of-branch.json": "of the branch",
    }
    assert (repository.clone / "layers.csv").read_text() == "two"
    again = propose("--resume", paths=("layers.csv", "records"))
    assert again["details"][0] == "taken over: 0 files"
    assert propose(paths=("layers.csv", "records"))["done"] == (
        "brought the open pull request up to date"
    )
    assert repository.pushed(BRANCH, "records/of-main.json") == "of main"
    assert git(repository.origin, "merge-base", "main", BRANCH) == git(
        repository.origin, "rev-parse", "main"
    )


def test_what_is_not_committed_here_is_left_as_it_is(repository):
    repository.write("two", "notes.txt")
    propose(paths=("notes.txt",))
    repository.clean()
    repository.write("mine", "notes.txt")
    told = propose("--resume", paths=("none", "notes.txt"))
    assert (repository.clone / "notes.txt").read_text() == "mine"
    assert told["details"][1].endswith(": notes.txt")


def test_a_link_on_the_branch_is_not_taken_over(repository, tmp_path):
    (tmp_path / "elsewhere").write_text("elsewhere")
    (repository.clone / "records").mkdir()
    (repository.clone / "records" / "new.json").symlink_to(tmp_path / "elsewhere")
    propose(paths=("records",))
    repository.clean()
    error = propose("--resume", code=8, paths=("records",))["error"]
    assert error["message"].endswith(
        "of the pull request's branch: records/new.json is no plain file"
    )
    assert not (repository.clone / "records").exists()


def test_rows_listed_on_both_sides_are_joined(repository):
    """They alone tell what is in a layer: without its row, no index could list it again."""
    old, gone, theirs, ours = (make_row(region=f"eu-west-{n}") for n in (1, 2, 3, 4))
    repository.clone.joinpath("layers.csv").unlink()
    here = CatalogFiles.of(repository.clone / "layers.csv")
    here.write([old, gone])
    propose("--direct", paths=("layers.csv", "layers.json"))
    here.write([old, gone, theirs])
    propose(paths=("layers.csv", "layers.json"))
    repository.clean()
    here.write([old, ours])
    propose("--direct", paths=("layers.csv", "layers.json"))

    propose("--resume", paths=("layers.csv", "layers.json"))

    assert here.read() == (old, theirs, ours)


def test_what_people_have_committed_on_the_branch_is_not_lost(repository):
    repository.write("two")
    propose()
    repository.commit_of_a_person(BRANCH, lambda tree: (tree / "layers.csv").write_text("by hand"))
    before = git(repository.origin, "rev-parse", BRANCH)
    repository.write("three")
    told = propose(code=8)["error"]
    assert told["message"].startswith(f"{BRANCH}: has commits of others, and would lose them: ")
    assert told["message"].endswith("Maintainer: By hand")
    assert git(repository.origin, "rev-parse", BRANCH) == before

    gh_stand_in.merged(repository.tracker, BRANCH)
    assert propose()["done"] == "opened a pull request"


def test_main_merged_into_the_branch_is_no_commit_of_others(repository):
    repository.write("two")
    propose()
    repository.commit_of_a_person("main", of_main)
    other = repository.folder / "other"
    git(other, "checkout", "--quiet", BRANCH)
    words = ("-c", "user.name=m", "-c", "user.email=m@localhost", "merge", "--quiet", "--no-edit")
    git(other, *words, "main")
    git(other, "push", "--quiet", "origin", BRANCH)
    repository.clean()
    repository.write("three")
    assert propose()["done"] == "brought the open pull request up to date"


def test_a_dry_run_says_what_it_would_do_and_does_nothing(repository):
    refs = git(repository.origin, "show-ref")
    repository.write("two")
    status = git(repository.clone, "status", "--porcelain")
    told = propose("--dry-run")
    assert told["done"] == "would open a pull request"
    assert told["details"][:2] == [
        f"a commit 'List new layers' to {BRANCH}",
        "the pull request: a new one, into main",
    ]
    assert "layers.csv | 2 +-" in told["details"][2]
    assert propose("--dry-run", "--direct")["done"] == "would push"
    assert git(repository.origin, "show-ref") == refs
    assert git(repository.clone, "status", "--porcelain") == status
    assert repository.calls == []

    propose()
    assert propose("--dry-run")["done"] == "the open pull request has it all already"
    repository.write("three")
    told = propose("--dry-run")
    assert told["done"] == "would bring the open pull request up to date"
    assert "in place of" in told["details"][0]
    assert "number 1" in told["details"][1]
    assert repository.pushed(BRANCH) == "two"


def test_what_is_proposed_stays_as_it_was_here(repository):
    """So that a push or a pull request that fails can be done again."""
    repository.write("two")
    head = git(repository.clone, "rev-parse", "HEAD")
    propose()
    assert git(repository.clone, "rev-parse", "HEAD") == head
    assert git(repository.clone, "status", "--porcelain") == "M layers.csv"
    assert propose()["done"] == "the open pull request has it all already"


def test_a_repository_that_does_not_answer_is_no_missing_branch(repository):
    repository.write("two")
    propose()
    git(repository.clone, "remote", "set-url", "origin", str(repository.folder / "nowhere"))
    told = propose("--resume", code=8)
    assert told["error"]["message"].startswith("git ls-remote: ")


def test_the_branch_that_is_checked_out_is_not_written_anew(repository):
    repository.write("two")
    told = propose("--branch", "main", code=2)["error"]
    assert (told["message"], told["remedy"]) == (
        "--branch main: is the branch that is checked out",
        "Name another, or push to it with --direct.",
    )
    assert repository.pushed("main") == "one"


def test_a_path_that_nobody_has_is_told(repository):
    argv = ["propose", "layer.csv", "--title", "List new layers"]
    done = CliRunner().invoke(app, argv, catch_exceptions=False)
    assert done.exit_code == 0
    assert "layer.csv: there is no such file or folder" in done.stderr
    assert done.stdout == "nothing has changed\n"


def test_a_branch_without_an_open_pull_request_is_left_alone(repository):
    repository.write("two")
    propose()
    gh_stand_in.merged(repository.tracker, BRANCH)
    repository.clean()
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
