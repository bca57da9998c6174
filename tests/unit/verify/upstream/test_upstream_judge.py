"""Every difference is told once, and a run that proves nothing does not pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.verify.upstream.judge import compare, judge
from layerfactory.verify.upstream.outcomes import Ending, TestRun
from layerfactory.verify.upstream.plan import PlannedPart, TestPlan
from layerfactory.verify.upstream.selection import Allowance, Part, Selection

OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
PATH = "sklearn/svm/tests"
PART = Part("svm", "scikit-learn", (PATH,), "why")
PLAN = TestPlan(Selection("quick", "why", 1, (PART,)), (PlannedPart(PART, (PATH,)),), (), ())
TEST = f"{PATH}/test_svm.py::test_"
WHY = "It reads docstrings."

names = st.sampled_from([f"{TEST}{number}" for number in range(8)])
runs = st.dictionaries(names, st.sampled_from(OUTCOMES)).map(lambda tests: run(**tests))


def run(code=1, death="", unfinished="", **tests):
    endings = {name: Ending(outcome) for name, outcome in tests.items()}
    return TestRun(endings, unfinished, code, "3.13.0", "9.2.0", death)


def named(**tests):
    return {f"{TEST}{name}": outcome for name, outcome in tests.items()}


def verdict(layer, untrimmed, *allowances):
    return judge(layer, untrimmed, PLAN, compare(layer, untrimmed, allowances))


class TestCompare:
    @given(runs)
    def test_a_run_is_as_itself(self, one):
        assert compare(one, one, ()) == ()

    @given(runs, runs)
    def test_every_difference_is_told_exactly_once(self, one, other):
        told = [difference.test for difference in compare(one, other, ())]
        everything = {*one.tests, *other.tests}
        assert told == sorted(n for n in everything if one.tests.get(n) != other.tests.get(n))

    @given(runs, runs)
    def test_sides_can_be_swapped(self, one, other):
        there = [(d.test, d.layer, d.untrimmed) for d in compare(one, other, ())]
        back = [(d.test, d.untrimmed, d.layer) for d in compare(other, one, ())]
        assert there == back

    def test_a_test_that_is_gone(self):
        (found,) = compare(run(), run(**named(one="passed")), ())
        assert (found.layer, found.untrimmed) == ("not run", "passed")

    def test_after_a_crash_only_what_ended_on_both_sides_counts(self):
        died = run(code=None, death="signal 11", **named(one="failed", two="passed"))
        whole = run(**named(one="passed", two="passed", three="passed"))
        assert [d.test for d in compare(died, whole, ())] == [f"{TEST}one"]


class TestAllowances:
    @pytest.mark.parametrize("pattern", [f"{TEST}one", "sklearn/*::test_one", "*"])
    def test_what_is_allowed_is_told_and_no_finding(self, pattern):
        layer, untrimmed = run(**named(one="skipped")), run(**named(one="passed"))
        allowed = Allowance((pattern,), WHY)
        (difference,) = compare(layer, untrimmed, [allowed])
        assert difference.allowed == WHY
        assert verdict(layer, untrimmed, allowed) == ()

    def test_others_are_not(self):
        layer, untrimmed = run(**named(one="failed")), run(**named(one="passed"))
        (finding,) = verdict(layer, untrimmed, Allowance((f"{TEST}on",), WHY))
        assert finding.subject == f"{TEST}one"


class TestJudge:
    def test_equal_runs_pass_whatever_fails_in_both(self):
        tests = named(**{f"t{n}": "passed" for n in range(20)}, bad="failed", odd="xfailed")
        assert verdict(run(**tests), run(**tests)) == ()

    def test_a_difference_is_a_finding_with_both_outcomes(self):
        (finding,) = verdict(run(**named(one="failed")), run(**named(one="passed")))
        assert finding.check == "upstream"
        assert finding.message == "failed; passed on an untrimmed install"

    @pytest.mark.parametrize("side", ["layer", "untrimmed"])
    def test_a_crash_is_a_finding_with_the_tests_name(self, side):
        whole = run(**named(one="passed"))
        died = run(None, "the interpreter died of signal 11", f"{TEST}two", **named(one="passed"))
        (finding,) = verdict(*((died, whole) if side == "layer" else (whole, died)))
        assert finding.subject == f"{TEST}two"
        assert "signal 11" in finding.message
        assert side in finding.message

    def test_a_crash_before_the_first_test(self):
        (finding,) = verdict(run(None, "killed"), run(**named(one="passed")))
        assert (finding.subject, "after 0 tests" in finding.message) == ("the layer", True)

    def test_a_folder_without_tests_proves_nothing(self):
        other = {"sklearn/tree/tests/test_tree.py::test_it": "passed"}
        (finding,) = verdict(run(**other), run(**other))
        assert (finding.subject, "no test" in finding.message) == (PATH, True)

    def test_an_install_that_fails_itself_proves_nothing(self):
        tests = named(one="error", two="failed", three="passed", four="skipped")
        (finding,) = verdict(run(**tests), run(**tests))
        assert "only 1 of 3 tests pass" in finding.message
