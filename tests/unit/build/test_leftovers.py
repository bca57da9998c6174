from __future__ import annotations

import os

import pytest

from layerfactory.build.docker.leftovers import (
    HOST,
    PROCESS,
    PURPOSE,
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
