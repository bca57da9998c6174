"""What is laid over a layer, and what pytest is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.trim import plan_trim, trim_rules
from layerfactory.errors import VerifyError
from layerfactory.verify.upstream.plan import missing_in, plan_overlay, plan_tests
from layerfactory.verify.upstream.selection import Part, Selection, upstream_tests

TESTS = upstream_tests()
INSTALL = (
    "numpy/__init__.py",
    "numpy/_core/tests/__init__.py",
    "numpy/_core/tests/_natype.py",
    "numpy/_core/tests/test_api.py",
    "numpy/_core/_struct_ufunc_tests.cpython-313-x86_64-linux-gnu.so",
    "numpy/conftest.py",
    "numpy/f2py/tests/src/array.c",
    "numpy/f2py/tests/test_array.py",
    "numpy/linalg/tests/test_linalg.py",
    "numpy/random/tests/data/mt19937.csv",
    "scipy/_lib/_test_ccallback.cpython-313-x86_64-linux-gnu.so",
    "scipy/linalg/cython_blas.pyx",
    "scipy/linalg/tests/__pycache__/test_blas.cpython-313.pyc",
    "sklearn/svm/_base.py",
    "sklearn/svm/tests/test_svm.py",
)


def chosen(*paths, name="mine"):
    parts = tuple(Part(path, path.split("/")[0], (path,), "why") for path in paths)
    return Selection(name, "why", 1, parts)


class TestOverlay:
    def test_it_holds_what_trimming_took_for_tests(self):
        assert plan_overlay(INSTALL, TESTS) == (
            "numpy/_core/_struct_ufunc_tests.cpython-313-x86_64-linux-gnu.so",
            "numpy/_core/tests/test_api.py",
            "numpy/conftest.py",
            "numpy/linalg/tests/test_linalg.py",
            "numpy/random/tests/data/mt19937.csv",
            "scipy/_lib/_test_ccallback.cpython-313-x86_64-linux-gnu.so",
            "sklearn/svm/tests/test_svm.py",
        )

    @given(st.lists(st.sampled_from(INSTALL)))
    def test_nothing_in_it_was_kept_by_trimming(self, names):
        overlay = plan_overlay(names, TESTS)
        assert set(overlay).isdisjoint(plan_trim(names).kept)
        assert set(overlay) <= set(names)

    def test_a_module_of_the_layer_is_never_covered(self):
        """Bytecode without a source would lose against a source beside it."""
        overlay = ("a/tests/__init__.py", "a/tests/test_a.py", "a/tests/test_b.py")
        present = {"a/tests/__init__.pyc", "a/tests/test_b.py"}
        assert missing_in(overlay, present) == ("a/tests/test_a.py",)


class TestPaths:
    def test_those_that_the_release_has(self):
        part = Part("svm", "scikit-learn", ("sklearn/svm/tests", "sklearn/old_svm/tests"), "why")
        plan = plan_tests(Selection("mine", "why", 1, (part,)), INSTALL, TESTS)
        assert plan.paths == ("sklearn/svm/tests",)
        assert plan.absent == ()

    def test_files_and_folders(self):
        wanted = ("sklearn/svm/tests/test_svm.py", "numpy/linalg")
        assert plan_tests(chosen(*wanted), INSTALL, TESTS).paths == wanted

    def test_a_part_of_which_there_is_nothing_is_named(self):
        plan = plan_tests(chosen("sklearn/svm", "sklearn/frozen"), INSTALL, TESTS)
        assert plan.absent == ("sklearn/frozen",)
        assert [planned.part.name for planned in plan.parts] == ["sklearn/svm"]

    def test_the_beginning_of_a_name_is_no_folder(self):
        with pytest.raises(VerifyError, match="none of the tests of `mine`"):
            plan_tests(chosen("sklearn/sv"), INSTALL, TESTS)


class TestData:
    def test_overlay_rules_are_trim_rules(self):
        assert set(TESTS.overlay_rules) <= {rule.id for rule in trim_rules()}

    def test_each_selection_tests_all_three_packages(self):
        for selection in TESTS.selections.values():
            packages = {part.package for part in selection.parts}
            assert packages == {"scikit-learn", "numpy", "scipy"}

    def test_every_part_is_in_a_selection_and_every_selection_has_a_limit(self):
        assert set(TESTS.selections) == {"quick", "full"}
        assert all(selection.minutes > 0 for selection in TESTS.selections.values())

    def test_paths_are_of_their_package(self):
        folders = {"scikit-learn": "sklearn", "numpy": "numpy", "scipy": "scipy"}
        for selection in TESTS.selections.values():
            for part in selection.parts:
                assert all(path.split("/")[0] == folders[part.package] for path in part.paths)

    def test_everything_says_why(self):
        parts = [part for selection in TESTS.selections.values() for part in selection.parts]
        assert all(entry.why for entry in (*parts, *TESTS.allowances))
