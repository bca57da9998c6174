"""Commits what a run has changed, and gives it to the repository: by pull request, or directly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from layerfactory.build.processes import run
from layerfactory.errors import BuildError, TrackerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layerfactory.build.processes import Completed

# GitHub's own account for what its machines commit.
_AUTHOR = (
    *("-c", "user.name=github-actions[bot]"),
    *("-c", "user.email=41898282+github-actions[bot]@users.noreply.github.com"),
)
# The checkout keeps no credentials: gh hands them out, and only to who is asked to push.
_CREDENTIALS = ("-c", "credential.helper=", "-c", "credential.helper=!gh auth git-credential")
_REMOTE = "origin"
_SECONDS = 300.0


class Proposed(StrEnum):
    """What became of the changes."""

    NOTHING = "nothing has changed"
    OPENED = "opened a pull request"
    UPDATED = "brought the open pull request up to date"
    UNCHANGED = "the open pull request has it all already"
    PUSHED = "pushed"


class PullRequests(Protocol):
    """Of a repository; every verb raises TrackerError."""

    def pull_request(self, branch: str) -> int | None:
        """The number of the open one of a branch; none where there is none."""

    def open_pull_request(self, branch: str, base: str, title: str, body: str) -> None:
        """A new one."""

    def edit_pull_request(self, number: int, title: str, body: str) -> None:
        """Another title and text."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed."""

    paths: tuple[Path, ...]
    title: str
    body: str
    """Where it is empty, the changed files are told."""
    branch: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """A clone with a branch checked out; every verb raises TrackerError."""

    folder: Path

    def base(self) -> str:
        """The branch that is checked out."""
        name = self._git("branch", "--show-current")
        if not name:
            raise TrackerError(
                f"{self.folder}: no branch is checked out",
                "Check out the branch that is to change.",
            )
        return name

    def changes(self, paths: Sequence[Path]) -> bool:
        """Whether any of the paths is not as committed."""
        some = [path for path in map(str, paths) if self._known(path)]
        return bool(some and self._git("status", "--porcelain", "--", *some))

    def commit(self, paths: Sequence[Path], title: str) -> None:
        """Commit what has changed under the paths, and nothing else."""
        some = [path for path in map(str, paths) if self._known(path)]
        self._git("add", "--", *some)
        self._git(*_AUTHOR, "commit", "--quiet", "--message", title, "--", *some)

    def summary(self) -> str:
        """Which files the last commit has changed, and how much."""
        return self._git("show", "--stat=100", "--format=", "HEAD")

    def fetch(self, branch: str) -> bool:
        """Fetch a branch of the repository; says whether there is one."""
        done = self._run(*_CREDENTIALS, "fetch", "--quiet", _REMOTE, f"refs/heads/{branch}")
        return done.returncode == 0

    def same_as_fetched(self, paths: Sequence[Path]) -> bool:
        """Whether the paths are committed here as in what was fetched."""
        words = ("diff", "--quiet", "FETCH_HEAD", "HEAD", "--", *map(str, paths))
        return self._run(*words).returncode == 0

    def take_fetched(self, paths: Sequence[Path]) -> None:
        """Take over the paths as they are in what was fetched; those that it lacks stay."""
        for path in map(str, paths):
            if self._run("cat-file", "-e", f"FETCH_HEAD:{path}").returncode == 0:
                self._git("restore", "--source", "FETCH_HEAD", "--worktree", "--", path)

    def push(self, branch: str, *, over: bool) -> None:
        """Push what is checked out to a branch, also over what is there."""
        force = ("--force",) if over else ()
        target = f"HEAD:refs/heads/{branch}"
        self._git(*_CREDENTIALS, "push", "--quiet", *force, _REMOTE, target)

    def _known(self, path: str) -> bool:
        """Whether there is such a path, or git had one."""
        return (self.folder / path).exists() or bool(self._git("ls-files", "--", path))

    def _git(self, *words: str) -> str:
        done = self._run(*words)
        if done.returncode != 0:
            verb = next(word for word in words if word[0] != "-" and "=" not in word)
            raise TrackerError(f"git {verb}: {done.tail}", "See what git says, and run again.")
        return done.stdout.strip()

    def _run(self, *words: str) -> Completed:
        try:
            return run(("git", *words), cwd=self.folder, timeout=_SECONDS)
        except BuildError as error:
            raise TrackerError(error.message, error.remedy) from None


def propose(checkout: Checkout, pulls: PullRequests, wish: Proposal) -> Proposed:
    """Commit the changes and open a pull request, or bring the open one up to date.

    The branch is written anew each time, so that it never is in conflict with itself.

    Raises:
        TrackerError: git or GitHub refuses.
    """
    if not checkout.changes(wish.paths):
        return Proposed.NOTHING
    base = checkout.base()
    checkout.commit(wish.paths, wish.title)
    number = pulls.pull_request(wish.branch)
    if number is not None and checkout.fetch(wish.branch) and checkout.same_as_fetched(wish.paths):
        return Proposed.UNCHANGED
    checkout.push(wish.branch, over=True)
    body = wish.body or f"```\n{checkout.summary()}\n```\n"
    if number is None:
        pulls.open_pull_request(wish.branch, base, wish.title, body)
        return Proposed.OPENED
    pulls.edit_pull_request(number, wish.title, body)
    return Proposed.UPDATED


def push_directly(checkout: Checkout, wish: Proposal) -> Proposed:
    """Commit the changes and push them to the branch that is checked out.

    Raises:
        TrackerError: git refuses; where somebody has pushed meanwhile, run again.
    """
    if not checkout.changes(wish.paths):
        return Proposed.NOTHING
    base = checkout.base()
    checkout.commit(wish.paths, wish.title)
    checkout.push(base, over=False)
    return Proposed.PUSHED


def resume(checkout: Checkout, pulls: PullRequests, wish: Proposal) -> bool:
    """Take over what the open pull request has of the paths; says whether there is one.

    What is listed there and not merged yet is known nowhere else.

    Raises:
        TrackerError: git or GitHub refuses.
    """
    if pulls.pull_request(wish.branch) is None or not checkout.fetch(wish.branch):
        return False
    checkout.take_fetched(wish.paths)
    return True
