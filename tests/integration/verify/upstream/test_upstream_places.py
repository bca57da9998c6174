"""A run that takes too long is killed, with all that it started."""

from pathlib import Path

import pytest

from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import InterpreterNotFoundError
from layerfactory.matrix.cell import Cell
from layerfactory.verify.upstream.place import Place, isolation, native_interpreter
from layerfactory.verify.upstream.trees import install_tools

pytestmark = pytest.mark.interpreter
# A worker keeps writing after its parent is gone, unless it is killed as well.
SLEEPS = """
import subprocess, sys, time
def test_before():
    pass
def test_sleeps(tmp_path):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(987654)", "{mark}"])
    time.sleep(600)
"""


@pytest.fixture
def place(bench, tmp_path):
    interpreter = find_interpreter(bench.lock.cell.python)
    return Place(interpreter, install_tools(bench.lock, ["pytest", "hypothesis"], tmp_path), 60)


def tree_of(folder, text):
    tests = folder / "tree/pkg/tests"
    tests.mkdir(parents=True)
    (tests / "test_it.py").write_text(text)
    return folder / "tree"


def running(mark):
    lines = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
    return [line for line in lines if mark.encode() in line]


def test_one_that_takes_too_long_is_killed_with_its_workers(place, tmp_path):
    mark = f"worker-of-{tmp_path.name}"
    slow = Place(place.interpreter, place.tools, timeout=6)
    run = slow.run(tree_of(tmp_path, SLEEPS.replace("{mark}", mark)), ["pkg/tests"])
    assert run.death == "the run did not end within 6 seconds"
    assert run.unfinished == "pkg/tests/test_it.py::test_sleeps"
    assert run.tests["pkg/tests/test_it.py::test_before"].outcome == "passed"
    if "own processes" in isolation():
        assert running(mark) == []


OUTCOMES = """
import pytest
def test_passes(): pass
def test_fails(): assert 1 == 2
def test_skips(): pytest.skip("not here")
@pytest.mark.xfail
def test_expected(): assert 0
@pytest.mark.xfail(strict=False)
def test_unexpected(): pass
@pytest.fixture
def broken(): raise OSError("no disk")
def test_error(broken): pass
"""


def test_each_outcome_has_its_word(place, tmp_path):
    tree = tree_of(tmp_path, OUTCOMES)
    (tree / "pkg/tests/test_broken.py").write_text("import nothing_such\n")
    (tree / "pkg/tests/test_absent.py").write_text(
        "import pytest\npytest.importorskip('nothing_such')\n"
    )
    run = place.run(tree, ["pkg/tests"])
    assert run.whole
    seen = {name.partition("::")[2] or name: end.outcome for name, end in run.tests.items()}
    assert seen == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_skips": "skipped",
        "test_expected": "xfailed",
        "test_unexpected": "xpassed",
        "test_error": "error",
        "pkg/tests/test_broken.py": "error",
        "pkg/tests/test_absent.py": "skipped",
    }
    assert "no disk" in run.tests["pkg/tests/test_it.py::test_error"].why
    assert list(tree.rglob("__pycache__")) == []


def test_another_architecture_is_said_to_be_one(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    with pytest.raises(InterpreterNotFoundError, match="this machine is x86_64, not aarch64"):
        native_interpreter(Cell.parse("py3.13-sklearn1.9.1-arm64"))


def test_what_pytest_cannot_run_is_told_in_its_words(place, tmp_path):
    run = place.run(tree_of(tmp_path, OUTCOMES), ["pkg/no_such_tests"])
    assert not run.whole
    assert "exit code 4" in run.death
    assert "no_such_tests" in run.death
