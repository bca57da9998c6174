"""Commits what a run has changed, and gives it to the repository: by pull request, or directly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from layerfactory.errors import MatrixError, TrackerError
from layerfactory.jobs.listed import join_rows

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.jobs.checkout import Checkout, Difference

_TOLD = 3
"""So many commits of others are told by name."""


class Proposed(StrEnum):
    """What becomes of the changes."""

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
    direct: bool = False
    """Push to the branch that is checked out, in place of a pull request."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, and nothing of it is yet."""

    outcome: Proposed
    commit: str = ""
    """It is in the clone, and on no branch."""
    base: str = ""
    """The branch that is checked out."""
    before: str = ""
    """What the branch of the pull request is at; empty where there is none."""
    number: int | None = None
    """Of the open pull request."""
    files: str = ""
    """Which files the commit changes, and how much."""


@dataclass(frozen=True, slots=True)
class Resumption:
    """What the open pull request has, to go on from there."""

    commit: str
    difference: Difference


def plan(checkout: Checkout, pulls: PullRequests, wish: Proposal) -> Plan:
    """Find out what the changes come to; nothing is touched.

    Raises:
        MatrixError: the branch of the pull request is the one that is checked out.
        TrackerError: git or GitHub refuses, or people have committed on the branch.
    """
    commit = checkout.commit(wish.paths, wish.title)
    if not commit:
        return Plan(Proposed.NOTHING)
    base, files = checkout.branch(), checkout.summary(commit)
    if wish.direct:
        return Plan(Proposed.PUSHED, commit, base, files=files)
    if wish.branch == base:
        raise MatrixError(
            f"--branch {base}: is the branch that is checked out",
            "Name another, or push to it with --direct.",
        )
    number, before = pulls.pull_request(wish.branch), checkout.fetch(wish.branch)
    if number is None or not before:
        return Plan(Proposed.OPENED, commit, base, before, files=files)
    if checkout.up_to_date(before, commit, wish.paths):
        return Plan(Proposed.UNCHANGED)
    _require_ours(checkout, before, wish.branch)
    return Plan(Proposed.UPDATED, commit, base, before, number, files)


def carry_out(checkout: Checkout, pulls: PullRequests, wish: Proposal, what: Plan) -> None:
    """Push and propose as planned.

    The branch of a pull request is written anew each time, so that it never is in conflict.

    Raises:
        TrackerError: git or GitHub refuses; where somebody has pushed meanwhile, run again.
    """
    body = wish.body or f"```\n{what.files}\n```\n"
    match what.outcome:
        case Proposed.PUSHED:
            checkout.push(what.commit, what.base)
            checkout.adopt(what.commit, wish.paths)
        case Proposed.OPENED:
            checkout.push_over(what.commit, wish.branch, what.before)
            pulls.open_pull_request(wish.branch, what.base, wish.title, body)
        case Proposed.UPDATED if what.number is not None:
            checkout.push_over(what.commit, wish.branch, what.before)
            pulls.edit_pull_request(what.number, wish.title, body)


def find_open(checkout: Checkout, pulls: PullRequests, wish: Proposal) -> Resumption | None:
    """What the open pull request has changed of the paths; none where there is none.

    Raises:
        TrackerError: git or GitHub refuses.
    """
    if wish.direct or pulls.pull_request(wish.branch) is None:
        return None
    commit = checkout.fetch(wish.branch)
    return Resumption(commit, checkout.difference(commit, wish.paths)) if commit else None


def resume(checkout: Checkout, found: Resumption) -> None:
    """Take over what the open pull request has changed: it is known nowhere else.

    Of a file that was changed here as well, ours stays: all are generated and will be made anew.
    Only the rows of an index are joined, as they alone tell what is in a layer.

    Raises:
        TrackerError: git refuses.
        CatalogError: an index cannot be read or written.
    """
    checkout.take(found.commit, found.difference.theirs)
    join_rows(checkout, found.commit, found.difference)


def _require_ours(checkout: Checkout, commit: str, branch: str) -> None:
    """Writing a branch anew would lose what people have committed there."""
    others = checkout.commits_of_others(commit)
    if others:
        more = f", and {len(others) - _TOLD} more" if len(others) > _TOLD else ""
        raise TrackerError(
            f"{branch}: has commits of others, and would lose them: "
            f"{'; '.join(others[:_TOLD])}{more}",
            "Merge or close its pull request, or move them to another branch; then run again.",
        )
