"""The stage that verifies holds a layer against its record as it is now."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from synthetic_records import record_of, report_on, write_layer

from layerfactory.cli import verifying
from layerfactory.cli.stages import Outcome, State
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan
from layerfactory.verify.records.files import write_record
from layerfactory.verify.report import read_report, report_path, write_report
from layerfactory.verify.standing import checks_sha256

CELL = Cell("3.12", "1.9.1")


@pytest.fixture
def layer(tmp_path):
    return write_layer(tmp_path / "dist", CELL)


@pytest.fixture
def records(tmp_path):
    return tmp_path / "records"


@pytest.fixture
def prove(layer, records, monkeypatch):
    """Runs the stage; tells the outcome, and how often the layer was really verified."""
    verified = []

    def verify_anew(session, outcome):
        verified.append(outcome.plan.cell)
        checks = checks_sha256(layer.manifest.lock_sha256)
        return replace(report_on(layer), checks_sha256=checks)

    monkeypatch.setattr(verifying, "_verify_anew", verify_anew)
    outcome = Outcome(CellPlan(CELL, Bytecode.SOURCELESS, ""), layer=layer)

    def run(*, force=False):
        session = SimpleNamespace(records=records, force=force)
        stage = verifying.verifying(allow_unprobed=False)
        return stage(session, outcome, lambda what: None), len(verified)

    return run


def test_a_layer_as_large_as_recorded_is_verified(prove, layer, records):
    write_record(records, record_of(layer))
    outcome, _ = prove()
    assert outcome.state is State.VERIFIED
    assert read_report(layer).passed


def test_a_layer_that_grew_fails_until_it_is_recorded(prove, layer, records):
    write_record(records, record_of(layer, zipped_bytes=layer.manifest.zipped_bytes // 2))
    outcome, count = prove()
    assert (outcome.state, count) == (State.FAILED, 1)
    assert [finding.check for finding in read_report(layer).findings] == ["growth"]
    assert f"layerfactory record --only '{CELL}'" in outcome.error.remedy
    write_record(records, record_of(layer))
    outcome, count = prove()
    assert (outcome.state, count) == (State.VERIFIED, 1)  # the proof itself still stands
    assert read_report(layer).passed


def test_a_verdict_of_before_the_record_does_not_hide_growth(prove, layer, records):
    outcome, _ = prove()
    assert outcome.state is State.VERIFIED
    write_record(records, record_of(layer, unzipped_bytes=layer.manifest.unzipped_bytes // 2))
    outcome, count = prove()
    assert (outcome.state, count) == (State.FAILED, 1)


def test_a_verdict_that_stands_is_not_written_again(prove, layer):
    prove()
    before = report_path(layer).stat().st_mtime_ns
    prove()
    assert report_path(layer).stat().st_mtime_ns == before


def test_a_damaged_verdict_is_made_anew(prove, layer):
    write_report(layer, report_on(layer))
    report_path(layer).write_text("{")
    outcome, count = prove()
    assert (outcome.state, count) == (State.VERIFIED, 1)


def test_force_verifies_again_what_still_stands(prove):
    assert prove()[1] == 1
    assert prove()[1] == 1
    outcome, count = prove(force=True)
    assert (outcome.state, count) == (State.VERIFIED, 2)
