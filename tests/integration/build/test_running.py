"""A program that answers lines, and its end."""

import os
import time

import pytest

from layerfactory.build import processes
from layerfactory.build.processes import Running
from layerfactory.errors import BuildError


def is_alive(pid):
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


def test_lines_are_answered(tmp_path):
    with Running(["cat"], log=tmp_path / "log") as running:
        assert [running.ask(word) for word in ("one", "two")] == ["one\n", "two\n"]


def test_it_ends_when_its_input_ends(tmp_path):
    words = ["sh", "-c", "echo $$; cat; echo bye >&2"]
    with Running(words, log=tmp_path / "log") as running:
        pid = running.ask("")
    assert not is_alive(pid)
    assert (tmp_path / "log").read_text() == "bye\n"


def test_what_does_not_end_is_killed_with_what_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "_LAST_WORDS", 0.2)
    words = ["sh", "-c", "trap '' TERM; sleep 100 & echo $$ $!; while :; do wait; done"]
    with Running(words, log=tmp_path / "log") as running:
        pids = running.ask("").split()
    for _ in range(100):
        if not any(map(is_alive, pids)):
            break
        time.sleep(0.05)
    assert not any(map(is_alive, pids))


def test_one_that_ended_is_told_with_its_last_words(tmp_path):
    words = ["sh", "-c", "echo out of paint >&2; exit 3"]
    with (
        Running(words, log=tmp_path / "log") as running,
        pytest.raises(BuildError, match="sh ended before it answered:\nout of paint"),
    ):
        running.ask("blue?")


def test_no_such_program(tmp_path):
    with (
        pytest.raises(BuildError, match="no-such-program: there is no such program"),
        Running(["no-such-program"], log=tmp_path / "log"),
    ):
        pass
