"""The packages' own tests: a whole layer passes, and one that was spoiled does not."""

import json

import pytest

from layerfactory.verify.guests import held_back
from layerfactory.verify.upstream.report import read_upstream, upstream_path, write_upstream

pytestmark = pytest.mark.interpreter
ISOTONIC = "python/sklearn/isotonic.pyc"
LAPACK = "scipy/linalg/tests/test_lapack.py::test_lapack_documented"
CRASH = """
import ctypes
def crash(*args, **kwargs):
    ctypes.string_at(0)
check_increasing = IsotonicRegression = _make_unique = isotonic_regression = crash
"""


@pytest.fixture(scope="module")
def report(bench):
    return bench.test()


def test_a_whole_layer_passes(report):
    assert report.findings == ()
    assert report.passed
    assert report.layer.tests > 50
    assert report.layer.counts.keys() <= {"passed", "skipped", "xfailed"}
    assert report.paths[0] == "sklearn/tests/test_isotonic.py"
    assert report.laid_over > 1000


def test_what_reads_docstrings_is_told_and_allowed(report):
    (difference,) = report.differences
    assert (difference.test, difference.layer) == (LAPACK, "skipped")
    assert "docstring" in difference.allowed


def test_pytest_is_of_the_locks_days(report):
    assert report.tools["pytest"] == "5.4.2"
    assert report.packages == {"scikit-learn": "0.23.1"}


def test_the_tree_is_held_where_the_kernel_lets_us(report):
    assert set(report.isolation) >= ({"read-only", "no network"} if held_back() else set())


def test_the_report_comes_back_from_beside_the_zip(bench, report):
    path = write_upstream(bench.layer, report)
    assert path == upstream_path(bench.layer)
    assert read_upstream(path) == report
    assert json.loads(path.read_text())["passed"] is True


@pytest.fixture
def kept(bench, report):
    """What the untrimmed install did is known by now, and need not be seen again."""
    return list(bench.cache.iterdir())


def test_a_module_that_was_dropped_is_found(bench, kept, tmp_path):
    spoiled = bench.test(bench.spoiled(tmp_path, ISOTONIC))
    assert not spoiled.passed
    subjects = {finding.subject for finding in spoiled.findings}
    assert "sklearn/tests/test_isotonic.py" in subjects  # cannot be imported
    assert "sklearn/tests/test_isotonic.py::test_isotonic_regression" in subjects  # never ran
    assert not any(subject.startswith(("numpy", "scipy")) for subject in subjects)
    assert list(bench.cache.iterdir()) == kept


def test_a_crash_of_the_interpreter_names_its_test(bench, kept, tmp_path):
    layer = bench.spoiled(tmp_path, ISOTONIC, **{"python/sklearn/isotonic.py": CRASH})
    (finding, *_) = bench.test(layer).findings
    assert finding.subject.startswith("sklearn/tests/test_isotonic.py::test_")
    assert "died of signal 11" in finding.message
