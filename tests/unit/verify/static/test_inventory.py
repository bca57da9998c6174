"""A layer is held against what its wheels hold, whatever its manifest says."""

import json

import pytest

from layerfactory.matrix.model import Bytecode
from layerfactory.verify.inventory import NAMED, plan_inventory
from layerfactory.verify.untrimmed import load_names, names_path, store_names, untrimmed_names

MISSING = "is in the wheels of the lock, and is missing"
FOREIGN = "comes from no wheel of the lock"


def test_what_trimming_takes_need_not_be_there(draft):
    more = {
        "sklearn/tests/test_base.py",
        "sklearn/x.pyx",
        "bin/f2py",
        "joblib-1.5.0.dist-info/RECORD",
    }
    assert draft.check(untrimmed=draft.untrimmed() | more) == []


@pytest.mark.parametrize(
    ("wheel", "member"),
    [("sklearn/svm.py", "sklearn/svm.pyc"), ("sklearn/datasets/iris.csv",) * 2],
)
def test_a_file_of_a_wheel_that_is_missing(draft, wheel, member):
    found = draft.check(untrimmed=draft.untrimmed() | {wheel})
    assert found == [("contents", f"python/{member}", MISSING)]


@pytest.mark.parametrize("name", ["python/sklearn/evil.pyc", "python/data.bin"])
def test_a_file_from_nowhere(draft, pyc, name):
    known = draft.untrimmed()
    draft.files[name] = pyc
    assert draft.check(untrimmed=known) == [("contents", name, FOREIGN)]


def test_what_should_have_been_trimmed(draft, pyc):
    draft.files["python/sklearn/tests/test_base.pyc"] = pyc
    found = draft.check()
    assert found == [("contents", "python/sklearn/tests/test_base.pyc", FOREIGN)]


def test_many_are_named_in_part_and_counted(draft):
    lost = {f"sklearn/{number:03}.csv" for number in range(NAMED + 5)}
    found = draft.check(untrimmed=draft.untrimmed() | lost)
    assert len(found) == NAMED + 1
    assert found[-1] == ("contents", "5 more files", MISSING)


def test_where_sources_stay_they_are_asked_for():
    inventory = plan_inventory(["a/b.py"], Bytecode.SOURCES, "3.11")
    assert inventory.required == (("a/b.py",),)
    assert inventory.allowed == {"a/b.py", "a/__pycache__/b.cpython-311.pyc"}


def test_names_that_were_kept_come_back(draft, tmp_path):
    path = names_path(tmp_path / "cache", draft.lock())
    store_names(path, ("a.py", "b/é.txt"))
    assert untrimmed_names(draft.lock(), tmp_path / "cache") == ("a.py", "b/é.txt")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"sha256": 1, "names": 7}'])
def test_names_that_are_damaged_are_not_believed(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content)
    assert load_names(path) is None


def test_names_of_which_one_was_taken_away_are_not_believed(tmp_path):
    path = tmp_path / "x.json"
    store_names(path, ("a.py", "b.py"))
    path.write_text(json.dumps({**json.loads(path.read_text()), "names": ["a.py"]}))
    assert load_names(path) is None
