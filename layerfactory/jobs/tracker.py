"""One issue on the tracker while something is wrong: opened, kept up to date, and closed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK = "<!-- layerfactory: layers that could not be made or published -->"
"""In the text of our issue; people may give it another title. Anybody may write it into theirs."""


class Done(StrEnum):
    """What became of the issue."""

    OPENED = "opened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"
    NONE = "none"
    """There was none, and none was wanted."""


@dataclass(frozen=True, slots=True)
class Account:
    """Of somebody on the tracker."""

    name: str
    bot: bool
    """Of a machine: a person may bear the same name."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An open issue of the tracker."""

    number: int
    body: str
    author: Account


class Tracker(Protocol):
    """The tracker of a repository; every verb raises TrackerError."""

    def account(self) -> Account:
        """Ours."""

    def open_issues(self) -> Sequence[Issue]:
        """All that are open."""

    def open(self, title: str, body: str) -> None:
        """A new issue."""

    def edit(self, number: int, body: str) -> None:
        """Another text for an issue."""

    def close(self, number: int, comment: str) -> None:
        """Close an issue with a comment."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the tracker shall say."""

    title: str
    body: str
    """Empty where nothing is wrong."""
    whole: bool
    """Everything was looked at: where nothing is wrong, an issue may be closed."""
    good_news: str
    """The comment that closes it."""
    mark: str = MARK
    """In its text: which of our issues it is."""


def keep_one(tracker: Tracker, wish: Wish) -> Done:
    """Open, update or close the one issue.

    Of several that bear the mark, the oldest is kept up to date; all are closed. Those of others
    are let be: they would take our words out of our hands.

    Raises:
        TrackerError: the tracker cannot be asked, or refuses.
    """
    marked = [issue for issue in tracker.open_issues() if wish.mark in issue.body]
    account = tracker.account() if marked else None
    ours = sorted(
        (issue for issue in marked if issue.author == account), key=lambda issue: issue.number
    )
    if wish.body:
        return _say(tracker, ours, wish)
    if not ours or not wish.whole:
        return Done.UNCHANGED if ours else Done.NONE
    for issue in ours:
        tracker.close(issue.number, wish.good_news)
    return Done.CLOSED


def _say(tracker: Tracker, ours: Sequence[Issue], wish: Wish) -> Done:
    body = f"{wish.body.rstrip()}\n\n{wish.mark}\n"
    if not ours:
        tracker.open(wish.title, body)
        return Done.OPENED
    if ours[0].body.replace("\r\n", "\n").strip() == body.strip():
        return Done.UNCHANGED
    tracker.edit(ours[0].number, body)
    return Done.UPDATED
