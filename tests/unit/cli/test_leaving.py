"""Ctrl-C once and twice: when a run says what another one does, it does that already."""

from __future__ import annotations

import signal

import pytest

from layerfactory.cli import leaving


@pytest.fixture
def before():
    """What Ctrl-C does until now; it does so again afterwards."""
    found = signal.getsignal(signal.SIGINT)
    yield found
    signal.signal(signal.SIGINT, found)


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (leaving.finish, "interrupted; finishing the rest (again: leave it)"),
        (leaving.wait, "interrupted; waiting for the rest (again: leave at once)"),
    ],
)
def test_the_next_one_leaves_by_the_time_that_it_is_told(first, words, before):
    told = []

    class Listener:
        def note(self, text):
            told.append((text, signal.getsignal(signal.SIGINT) is before))

    first(Listener(), "the rest")
    assert told == [(words, False)]
