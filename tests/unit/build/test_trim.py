from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from layerfactory.build.licenses import license_texts
from layerfactory.build.trim import plan_trim, trim_rules

LINUX = "cpython-313-x86_64-linux-gnu.so"
KEPT = [
    "numpy/__init__.py",
    "numpy/testing/__init__.py",
    "numpy/_core/tests/__init__.py",
    "numpy/_core/tests/_natype.py",
    f"numpy/_core/_multiarray_umath.{LINUX}",
    # numpy itself imports it, to give it docstrings.
    "numpy/core/_multiarray_tests.cpython-37m-x86_64-linux-gnu.so",
    f"numpy/_core/_multiarray_tests.{LINUX}",
    "numpy.libs/libscipy_openblas64_-56d6093b.so",
    f"scipy/special/_ufuncs.{LINUX}",
    "scipy/_lib/_testutils.py",
    "scipy/.libs/libopenblasp-r0-2ecf47d5.3.7.dev.so",
    # What estimators draw themselves with, and the data that load_iris reads.
    "sklearn/utils/_repr_html/estimator.css",
    "sklearn/utils/_repr_html/estimator.js",
    "sklearn/utils/_estimator_html_repr.css",
    "sklearn/datasets/data/iris.csv",
    "sklearn/datasets/descr/iris.rst",
    "sklearn/datasets/images/china.jpg",
    "sklearn/utils/_testing.py",
    "sklearn/utils/estimator_checks.py",
    "sklearn/utils/_test_common/instance_generator.py",
    "joblib/testing.py",
    "joblib/externals/loky/__init__.py",
    # Metadata that importlib.metadata and scanners read.
    "numpy-2.5.3.dist-info/METADATA",
    "numpy-2.5.3.dist-info/WHEEL",
    "numpy-2.5.3.dist-info/entry_points.txt",
    "numpy-2.5.3.dist-info/top_level.txt",
    # Licences, wherever they lie and whatever rule would take their folder.
    "numpy-2.5.3.dist-info/licenses/LICENSE.txt",
    "numpy-2.5.3.dist-info/licenses/numpy/_core/include/numpy/libdivide/LICENSE.txt",
    "scipy-1.4.1.dist-info/license_files/bundled.h",
    "numpy/core/include/numpy/LICENCE",
    "sklearn/tests/COPYING.txt",
    "scipy/optimize/tests/AUTHORS",
    "bin/NOTICE",
    "scipy/sparse/linalg/dsolve/SuperLU/tests/License.txt",
    "scipy/spatial/tests/COPYING_QHULL.txt",
    "numpy/core/include/third_party_licenses.txt",
    # The same names where they mean something else.
    "sklearn/share/model.py",
    "pandas/bin/tool.py",
    "package/.lock",
]
DROPPED = {
    "numpy-2.5.3.dist-info/RECORD": "installer-traces",
    "numpy-2.5.3.dist-info/INSTALLER": "installer-traces",
    "numpy-2.5.3.dist-info/uv_cache.json": "installer-traces",
    "numpy-2.5.3.dist-info/REQUESTED": "installer-traces",
    ".lock": "installer-traces",
    "bin/f2py": "scripts",
    "bin/licenses.py": "scripts",
    "share/man/man1/f2py.1": "scripts",
    "numpy/core/tests/test_numeric.py": "tests",
    "numpy/_core/tests/test_numeric.py": "tests",
    "numpy/_core/tests/data/umath-validation-set-sin.csv": "tests",
    "sklearn/datasets/tests/data/openml/1/api.json.gz": "tests",
    "joblib/test/common.py": "tests",
    "numpy/conftest.py": "tests",
    "sklearn/conftest.py": "tests",
    "numpy/core/_rational_tests.cpython-37m-x86_64-linux-gnu.so": "test-extensions",
    f"scipy/special/_test_internal.{LINUX}": "test-extensions",
    f"scipy/integrate/_test_odeint_banded.{LINUX}": "test-extensions",
    f"scipy/_lib/_test_ccallback.{LINUX}": "test-extensions",
    f"scipy/ndimage/_ctest_oldapi.{LINUX}": "test-extensions",
    "numpy/core/include/numpy/arrayobject.h": "build-inputs",
    "numpy/core/lib/npy-pkg-config/npymath.ini": "build-inputs",
    "scipy/linalg/cython_blas.pxd": "build-inputs",
    "sklearn/tree/_tree.pyx": "build-inputs",
    "numpy/_core/lib/libnpymath.a": "build-inputs",
    "sklearn/linear_model/_sag_fast.pyx.tp": "build-inputs",
    "numpy/__init__.pyi": "type-stubs",
    "numpy/py.typed": "type-stubs",
    "numpy/_pyinstaller/hook-numpy.py": "freezers",
    "joblib/__pycache__/pool.cpython-37.pyc": "shipped-bytecode",
    # Two rules would take these: the first has them.
    "numpy/typing/tests/data/pass/simple.pyi": "tests",
    "sklearn/tests/_helper.pyx": "tests",
    "numpy/tests/__pycache__/a.cpython-313.pyc": "tests",
    "bin/tests/x.c": "scripts",
    "numpy/_pyinstaller/tests/a.py": "tests",
}


@pytest.mark.parametrize("name", KEPT)
def test_kept(name):
    assert plan_trim([name]).kept == (name,)


@pytest.mark.parametrize(("name", "rule"), DROPPED.items())
def test_dropped(name, rule):
    assert plan_trim([name]).dropped == {name: rule}


def test_names_do_not_influence_each_other():
    plan = plan_trim([*DROPPED, *KEPT])
    assert plan.kept == tuple(sorted(KEPT))
    assert plan.dropped == DROPPED


def test_every_rule_says_what_it_takes_and_why():
    for rule in trim_rules():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.patterns
        assert rule.why.endswith(".")
    ids = [rule.id for rule in trim_rules()]
    # The last two are the names under which sources and ELF's dead bytes are booked.
    assert len({*ids, "sources", "elf-dead-bytes"}) == len(ids) + 2


def test_every_rule_has_an_example():
    assert {rule.id for rule in trim_rules()} == set(DROPPED.values())


def test_no_exception_is_idle():
    for rule in trim_rules():
        taken = GitIgnoreSpec.from_lines(rule.patterns)
        for exception in rule.exceptions:
            assert taken.match_file(exception.lstrip("/")), (rule.id, exception)


words = ["numpy", "scipy", "_core", "tests", "test", "bin", "include", "__pycache__", ".libs"]
endings = [".py", ".pyc", ".pyx", ".h", ".so", ".pyi", ".css", "", "-1.dist-info"]
parts = st.one_of(
    st.sampled_from(
        [*words, "LICENSE", "License.txt", "licenses", "RECORD", "conftest.py", ".lock"]
    ),
    st.builds("{}{}".format, st.sampled_from([*words, "_test_x", "a"]), st.sampled_from(endings)),
)
paths = st.lists(parts, min_size=1, max_size=5).map("/".join)


@given(st.sets(paths), st.randoms())
def test_a_plan_parts_the_files_whatever_their_order(files, rng):
    plan = plan_trim(files)
    assert list(plan.kept) == sorted(files - plan.dropped.keys())
    assert plan.dropped.keys() <= files
    assert set(plan.dropped.values()) <= {rule.id for rule in trim_rules()}
    shuffled = sorted(files)
    rng.shuffle(shuffled)
    assert plan_trim(shuffled) == plan


@given(st.sets(paths))
def test_what_a_layer_must_have_is_what_trimming_never_takes(files):
    assert set(license_texts(files)) <= set(plan_trim(files).kept)


@given(paths)
def test_the_first_rule_that_matches_has_the_file(name):
    rule_id = plan_trim([name]).dropped.get(name)
    assume(rule_id is not None)
    for rule in trim_rules():
        lines = [*rule.patterns, *(f"!{exception}" for exception in rule.exceptions)]
        matches = GitIgnoreSpec.from_lines(lines).match_file(name)
        assert matches == (rule.id == rule_id)
        if matches:
            return
