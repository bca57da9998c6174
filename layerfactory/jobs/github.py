"""The one module that speaks to GitHub: with its own program, `gh`, which knows the credentials."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.build.processes import run
from layerfactory.errors import BuildError, TrackerError
from layerfactory.jobs.tracker import Account, Issue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from layerfactory.build.processes import Completed

_SECONDS = 120.0
_NOT_FOUND = "HTTP 404"
_MANY = "1000"
"""Issues that are looked at; more are asked for page by page, by `gh` itself."""


@dataclass(frozen=True, slots=True)
class GitHub:
    """The repository that a checkout comes from; every verb raises TrackerError."""

    folder: Path
    """The checkout."""
    seconds: float = _SECONDS
    """How long it may take to answer."""

    def account(self) -> Account:
        """Ours. A token of a run may not ask for its user, but who it is to GraphQL."""
        answer = self.look("api", "graphql", "--raw-field", "query={viewer{login}}")
        return _account(answer["data"]["viewer"])

    def open_issues(self) -> Sequence[Issue]:
        """All that are open."""
        words = ("issue", "list", "--state", "open", "--limit", _MANY)
        found = self._ask(*words, "--json", "number,body,author")
        return [Issue(int(e["number"]), str(e["body"]), _account(e["author"])) for e in found]

    def open(self, title: str, body: str) -> None:
        """A new issue."""
        self._run("issue", "create", "--title", title, "--body-file", "-", stdin=body)

    def edit(self, number: int, body: str) -> None:
        """Another text for an issue."""
        self._run("issue", "edit", str(number), "--body-file", "-", stdin=body)

    def close(self, number: int, comment: str) -> None:
        """Close an issue with a comment."""
        self._run("issue", "close", str(number), "--comment", comment)

    def pull_request(self, branch: str) -> int | None:
        """The number of the open pull request of a branch of the repository itself, if any.

        `gh` finds those of forks as well, where anybody may name a branch like ours.
        """
        asked = ("--json", "number,isCrossRepository")
        found = self._ask("pr", "list", "--state", "open", "--head", branch, *asked)
        ours = (each["number"] for each in found if not each["isCrossRepository"])
        return next(map(int, ours), None)

    def open_pull_request(self, branch: str, base: str, title: str, body: str) -> None:
        """A new pull request."""
        words = ("pr", "create", "--head", branch, "--base", base, "--title", title)
        self._run(*words, "--body-file", "-", stdin=body)

    def edit_pull_request(self, number: int, title: str, body: str) -> None:
        """Another title and text for a pull request."""
        words = ("pr", "edit", str(number), "--title", title, "--body-file", "-")
        self._run(*words, stdin=body)

    def look(self, *words: str, there: bool = True) -> Any:
        """What a command of `gh` that only reads says, as JSON.

        Args:
            words: of the command.
            there: what it asks for must be there; else an answer of 404 is None.
        """
        done = self._done(words)
        if done.returncode != 0 and not there and _NOT_FOUND in done.tail:
            return None
        return _parsed(words, self._told(words, done))

    def _ask(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = _parsed(words, self._run(*words))
        return found

    def _run(self, *words: str, stdin: str = "") -> str:
        return self._told(words, self._done(words, stdin))

    def _done(self, words: Sequence[str], stdin: str = "") -> Completed:
        try:
            return run(("gh", *words), cwd=self.folder, stdin=stdin, timeout=self.seconds)
        except BuildError as error:
            raise TrackerError(error.message, error.remedy) from None

    @staticmethod
    def _told(words: Sequence[str], done: Completed) -> str:
        if done.returncode != 0:
            raise TrackerError(
                f"gh {words[0]} {words[1]}: {done.tail}",
                "gh wants GH_TOKEN with the right to do it, or `gh auth login`.",
            )
        return done.stdout


def _parsed(words: Sequence[str], answer: str) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        raise TrackerError(f"gh {words[0]} {words[1]}: no JSON: {answer[:200]!r}") from None


def _account(told: Mapping[str, Any]) -> Account:
    """GitHub calls one machine `app/name` in lists, and `name[bot]` where it asks who it is."""
    login = str(told["login"])
    name = login.removeprefix("app/").removesuffix("[bot]")
    return Account(name, bot=name != login)
