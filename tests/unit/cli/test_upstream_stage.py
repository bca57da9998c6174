"""The stage that runs the packages' own tests: when it runs, and what a person sees of it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from synthetic_layers import make_layer
from synthetic_upstream import upstream_report

from layerfactory.cli.stages import Outcome, State
from layerfactory.cli.upstream import read_selection, show_upstream, upstream_stages
from layerfactory.console import Console
from layerfactory.errors import InterpreterNotFoundError, MatrixError, VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan
from layerfactory.verify.findings import Finding
from layerfactory.verify.upstream.report import read_upstream, upstream_path

CELL = Cell("3.12", "1.9.1")
FINDING = Finding("upstream", "sklearn/svm/tests/test_svm.py::test_one", "failed; passed on ...")


@pytest.fixture
def outcome(tmp_path):
    layer = make_layer(tmp_path, CELL)
    sound = SimpleNamespace(findings=())
    plan = CellPlan(CELL, Bytecode.SOURCELESS, "")
    return Outcome(plan, State.VERIFIED, lock="the lock", layer=layer, report=sound)


@pytest.fixture
def carry(tmp_path, monkeypatch):
    """Runs the stage where the tests give a report, or raise."""

    def carry(outcome, result, *, allow_unprobed=False):
        def run_upstream(layer, lock, selection, *, cache, jobs):
            if isinstance(result, Exception):
                raise result
            return result

        monkeypatch.setattr("layerfactory.verify.upstream.run.run_upstream", run_upstream)
        (stage,) = upstream_stages("quick", allow_unprobed=allow_unprobed)
        session = SimpleNamespace(output=tmp_path, jobs=2)
        return stage(session, outcome, lambda what: None)

    return carry


def test_without_the_option_there_is_no_stage():
    assert upstream_stages(None, allow_unprobed=False) == []


def test_an_unknown_selection_is_told_with_those_that_there_are():
    with pytest.raises(MatrixError, match="--upstream-tests fast") as caught:
        read_selection("fast")
    assert "quick, full" in caught.value.remedy


def test_what_passes_stays_verified_and_the_report_lies_beside_the_zip(carry, outcome):
    report = upstream_report(CELL)
    after = carry(outcome, report)
    assert (after.state, after.error, after.upstream) == (State.VERIFIED, None, report)
    assert read_upstream(upstream_path(outcome.layer)) == report


def test_a_finding_fails_the_cell_and_the_report_is_kept(carry, outcome):
    after = carry(outcome, upstream_report(CELL, findings=(FINDING,)))
    assert after.state is State.FAILED
    assert isinstance(after.error, VerifyError)
    assert "1 of the packages' own tests tells" in after.error.message
    assert read_upstream(upstream_path(outcome.layer)).findings == (FINDING,)


@pytest.mark.parametrize(
    "fault",
    [
        {"error": VerifyError("grew")},
        {"report": SimpleNamespace(findings=(Finding("zip", "a", "is damaged"),))},
    ],
)
def test_a_layer_at_fault_is_not_unpacked(carry, outcome, fault):
    before = replace(outcome, **fault)
    assert carry(before, AssertionError("it ran")) is before


class TestWithoutItsPython:
    MISSING = InterpreterNotFoundError("there is no Python 3.12")

    def test_it_is_a_failure(self, carry, outcome):
        with pytest.raises(InterpreterNotFoundError):
            carry(outcome, self.MISSING)

    def test_but_for_those_who_allow_it(self, carry, outcome):
        after = carry(outcome, self.MISSING, allow_unprobed=True)
        assert (after.state, after.reason) == (State.NOT_PROBED, "there is no Python 3.12")


def test_a_person_sees_counts_and_the_first_findings(carry, outcome, capsys):
    findings = tuple(replace(FINDING, subject=f"test_{number}") for number in range(22))
    after = carry(outcome, upstream_report(CELL, findings=findings))
    show_upstream(Console(), [after, outcome])
    streams = capsys.readouterr()
    assert "py3.12-sklearn1.9.1-x86_64" in streams.out
    assert "quick" in streams.out
    assert "test_19: failed" in streams.err
    assert "test_20" not in streams.err
    assert "and 2 more in the report" in streams.err
