from dataclasses import replace

import pytest

from layerfactory.jobs.tracker import MARK, Account, Done, Issue, Wish, keep_one

BAD = Wish("Something failed", "It failed.\n", whole=True, good_news="All is well.")
GOOD = replace(BAD, body="")
OURS = Account("github-actions", bot=True)
FOREIGN = Issue(3, "Please publish my layer.", Account("somebody", bot=False))


class Tracker:
    """Issues in a dictionary, and what was done to them."""

    def __init__(self, *issues):
        self.issues = {issue.number: issue for issue in issues}
        self.done = []

    def account(self):
        return OURS

    def open_issues(self):
        return tuple(self.issues.values())

    def open(self, title, body):
        number = max(self.issues, default=0) + 1
        self.issues[number] = Issue(number, body, OURS)
        self.done.append(("open", number))

    def edit(self, number, body):
        self.issues[number] = Issue(number, body, OURS)
        self.done.append(("edit", number))

    def close(self, number, comment):
        del self.issues[number]
        self.done.append(("close", number, comment))


def test_an_issue_is_opened_once_kept_up_to_date_and_closed():
    tracker = Tracker(FOREIGN)
    assert keep_one(tracker, BAD) is Done.OPENED
    assert keep_one(tracker, BAD) is Done.UNCHANGED
    assert keep_one(tracker, replace(BAD, body="It fails still.")) is Done.UPDATED
    assert keep_one(tracker, GOOD) is Done.CLOSED
    assert keep_one(tracker, GOOD) is Done.NONE
    assert tracker.done == [("open", 4), ("edit", 4), ("close", 4, "All is well.")]
    assert tracker.open_issues() == (FOREIGN,)


def test_issues_of_another_mark_are_left_alone():
    tracker = Tracker(Issue(1, f"It failed.\n\n{MARK}", OURS))
    other = replace(BAD, mark="<!-- another -->")
    assert keep_one(tracker, other) is Done.OPENED
    assert keep_one(tracker, replace(other, body="")) is Done.CLOSED
    assert [issue.number for issue in tracker.open_issues()] == [1]


def test_a_run_of_some_cells_closes_nothing():
    tracker = Tracker(Issue(1, f"It failed.\n\n{MARK}", OURS))
    assert keep_one(tracker, replace(GOOD, whole=False)) is Done.UNCHANGED
    assert tracker.done == []


def test_of_two_issues_the_older_is_kept_up_to_date_and_both_are_closed():
    tracker = Tracker(Issue(9, MARK, OURS), Issue(2, MARK, OURS))
    assert keep_one(tracker, BAD) is Done.UPDATED
    assert tracker.done == [("edit", 2)]
    assert keep_one(tracker, GOOD) is Done.CLOSED
    assert tracker.open_issues() == ()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_as_github_keeps_them_are_no_change(end):
    tracker = Tracker(Issue(1, end.join(("It failed.", "", MARK)), OURS))
    assert keep_one(tracker, BAD) is Done.UNCHANGED


@pytest.mark.parametrize("name", ["somebody", OURS.name])
def test_an_issue_that_somebody_else_has_opened_is_let_be(name):
    theirs = Issue(1, MARK, Account(name, bot=False))
    tracker = Tracker(theirs)
    assert keep_one(tracker, GOOD) is Done.NONE
    assert keep_one(tracker, BAD) is Done.OPENED
    assert keep_one(tracker, GOOD) is Done.CLOSED
    assert tracker.open_issues() == (theirs,)
