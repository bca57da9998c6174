"""A run is read back however far it came."""

import json

from hypothesis import given
from hypothesis import strategies as st

from layerfactory.verify.upstream.baseline import load_run, run_path, store_run
from layerfactory.verify.upstream.outcomes import Ending, TestRun, read_run

END = {"code": 1, "python": "3.13.0", "pytest": "9.2.0"}


def lines(*values):
    return "".join(json.dumps(value) + "\n" for value in values)


WHOLE = lines(
    {"test": "a/test_broken.py", "outcome": "error", "why": "ImportError: no"},
    {"begin": "a/test_a.py::test_one"},
    {"test": "a/test_a.py::test_one", "outcome": "passed", "why": ""},
    {"begin": "a/test_a.py::test_two"},
    {"test": "a/test_a.py::test_two", "outcome": "failed", "why": "assert 1 == 2"},
    END,
)


def test_a_whole_run():
    run = read_run(WHOLE, seconds=3.0)
    assert run.tests == {
        "a/test_broken.py": Ending("error", "ImportError: no"),
        "a/test_a.py::test_one": Ending("passed"),
        "a/test_a.py::test_two": Ending("failed", "assert 1 == 2"),
    }
    assert (run.python, run.pytest, run.code, run.seconds) == ("3.13.0", "9.2.0", 1, 3.0)
    assert run.whole
    assert run.unfinished == ""
    assert run.counts == {"error": 1, "failed": 1, "passed": 1}


def test_one_that_crashed_names_the_test_it_was_in():
    cut = WHOLE.splitlines(keepends=True)[:4]
    run = read_run("".join(cut), death="the interpreter died of signal 11")
    assert run.unfinished == "a/test_a.py::test_two"
    assert not run.whole


@given(st.integers(min_value=0, max_value=len(WHOLE) - 2))
def test_one_that_was_cut_short_anywhere_is_not_whole(length):
    run = read_run(WHOLE[:length])
    assert not run.whole
    assert run.tests.items() <= read_run(WHOLE).tests.items()


def test_a_death_after_the_last_test_counts():
    assert not read_run(WHOLE, death="the interpreter died of signal 6").whole


def test_what_pytest_could_not_run_is_not_whole():
    assert not read_run(lines({**END, "code": 4})).whole


class TestKept:
    def test_what_was_kept_comes_back(self, tmp_path):
        path = run_path(tmp_path, ["lock", "place"])
        store_run(path, read_run(WHOLE, seconds=3.0))
        assert load_run(path) == read_run(WHOLE, seconds=3.0)

    def test_what_was_cut_short_is_not_kept(self, tmp_path):
        path = run_path(tmp_path, ["lock"])
        store_run(path, TestRun({}, death="killed"))
        assert not path.exists()

    def test_what_was_changed_is_not_believed(self, tmp_path):
        path = run_path(tmp_path, ["lock"])
        store_run(path, read_run(WHOLE))
        path.write_text(path.read_text().replace("failed", "passed"))
        assert load_run(path) is None

    def test_each_part_of_the_key_tells(self, tmp_path):
        keys = [["a", "b"], ["ab"], ["a", "", "b"], ["a", "c"]]
        assert len({run_path(tmp_path, key) for key in keys}) == len(keys)
