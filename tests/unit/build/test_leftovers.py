from __future__ import annotations

import os
import signal

import pytest

from layerfactory.build.docker.leftovers import (
    HOST,
    PROCESS,
    PURPOSE,
    guard_signals,
    is_left_over,
    labels,
    no_labels,
    process_mark,
    this_host,
)

NO_PROCESS = 2**22 + 1  # beyond the kernel's highest process id


def test_labels_name_purpose_host_and_process():
    marks = labels("py3.13")
    assert marks[PURPOSE] == "py3.13"
    assert marks[HOST] == this_host()
    assert marks[PROCESS].startswith(f"{os.getpid()}:")


def test_ours_is_not_left_over():
    assert not is_left_over(labels("x"))


def test_that_of_a_dead_process_is():
    assert process_mark(NO_PROCESS) == ""
    assert is_left_over({HOST: this_host(), PROCESS: f"{NO_PROCESS}:12345"})


def test_that_of_an_earlier_process_with_the_same_id_is():
    assert is_left_over({HOST: this_host(), PROCESS: f"{os.getpid()}:1"})


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {HOST: "another", PROCESS: f"{NO_PROCESS}:1"},
        {HOST: "", PROCESS: ""},
        no_labels(),
    ],
)
def test_what_is_not_of_this_host_is_left_alone(marks):
    assert not is_left_over(marks)


@pytest.fixture
def handlers():
    """As Python starts with; afterwards as they were."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


def test_signals_interrupt_so_that_blocks_clean_up(handlers):
    guard_signals()
    for number in (signal.SIGINT, signal.SIGTERM):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_a_signal_that_nohup_has_ignored_stays_ignored(handlers):
    guard_signals()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
