"""How far a cell has come, by what lies on disk; the telling itself never fails."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from lock_samples import make_lock
from synthetic_layers import make_layer, make_report

from layerfactory.build.cache.store import FORGETFUL
from layerfactory.build.files import write_json
from layerfactory.build.layer import Layer
from layerfactory.build.locks.lockfile import write_lock
from layerfactory.cli.foreseeing import foresee
from layerfactory.cli.stages import Outcome, State
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan
from layerfactory.verify.findings import Finding, ProbeState
from layerfactory.verify.report import report_path, write_report

CELL = Cell("3.12", "1.9.1")
FINDING = Finding("elf", "x.so", "needs more")


@pytest.fixture
def session(tmp_path):
    return SimpleNamespace(
        locks=tmp_path / "locks",
        output=tmp_path,
        records=tmp_path / "records",
        cache=FORGETFUL,
        force=False,
    )


@pytest.fixture
def layer(session):
    """A layer that was built from the cell's lock."""
    lock = make_lock(CELL)
    write_lock(session.locks, lock)
    made = make_layer(session.output, CELL)
    layer = Layer(CELL, made.zip, replace(made.manifest, lock_sha256=lock.sha256))
    write_json(layer.zip.with_suffix(".json"), layer.manifest.to_json())
    return layer


def foreseen(session):
    outcome = foresee(session, Outcome(CellPlan(CELL, Bytecode.SOURCELESS, "")), str)
    assert outcome.error is None
    return outcome.state, outcome.reason


def test_a_layer_without_a_verdict_is_built(session, layer):
    assert foreseen(session) == (State.BUILT, "")


@pytest.mark.parametrize(
    ("findings", "state", "told"),
    [
        ((), ProbeState.PASSED, (State.VERIFIED, "")),
        ((FINDING,), ProbeState.PASSED, (State.FAILED, "1 finding")),
        ((FINDING, FINDING), ProbeState.NOT_PROBED, (State.FAILED, "2 findings")),
        ((), ProbeState.NOT_PROBED, (State.NOT_PROBED, "its Python is not here")),
        ((), ProbeState.FAILED, (State.FAILED, "its probe failed")),
    ],
)
def test_a_verdict_that_stands_is_told(session, layer, findings, state, told):
    write_report(layer, make_report(layer, *findings, state=state))
    assert foreseen(session) == told


@pytest.mark.parametrize("other", ["sha256", "checks_sha256", "claims_sha256"])
@pytest.mark.parametrize("findings", [(), (FINDING,)])
def test_a_verdict_on_another_zip_or_by_other_checks_does_not_count(
    session, layer, findings, other
):
    write_report(layer, replace(make_report(layer, *findings), **{other: "f" * 64}))
    assert foreseen(session) == (State.BUILT, "")


def test_a_damaged_verdict_does_not_count(session, layer):
    report_path(layer).write_text("{")
    assert foreseen(session) == (State.BUILT, "")


def test_a_layer_of_another_lock_is_to_build(session, layer):
    write_report(layer, make_report(layer))
    write_lock(session.locks, make_lock(CELL, numpy="2.4.6"))
    assert foreseen(session) == (State.TO_BUILD, "")
