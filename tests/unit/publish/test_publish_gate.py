import json
from dataclasses import replace

import pytest
from synthetic_layers import make_layer, make_report

from layerfactory.errors import VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.gate import require_intact, require_verified
from layerfactory.verify.findings import Finding, ProbeState
from layerfactory.verify.report import read_report, report_path

CELL = Cell("3.12", "1.9.1")


@pytest.fixture
def layer(tmp_path):
    return make_layer(tmp_path, CELL)


def refused(layer, report, *, allow_unprobed=False):
    with pytest.raises(VerifyError) as caught:
        require_verified(layer, report, allow_unprobed=allow_unprobed)
    assert caught.value.remedy
    return caught.value.message


def test_a_proven_layer_passes(layer):
    require_verified(layer, make_report(layer), allow_unprobed=False)


def test_one_that_was_never_verified_does_not(layer):
    assert "never verified" in refused(layer, None)


def test_the_verdict_on_another_zip_does_not_count(layer):
    assert "another zip" in refused(layer, make_report(layer, sha256="f" * 64))


def test_the_verdict_of_other_checks_does_not_count(layer):
    report = make_report(layer, checks_sha256="f" * 64)
    assert "other checks" in refused(layer, report, allow_unprobed=True)


def test_findings_stop_it_and_the_first_is_told(layer):
    finding = Finding("elf", "numpy/core.so", "needs GLIBC_2.38")
    assert "GLIBC_2.38" in refused(layer, make_report(layer, finding), allow_unprobed=True)


def test_a_failed_probe_stops_it_in_any_case(layer):
    report = make_report(layer, state=ProbeState.FAILED)
    assert "probe failed" in refused(layer, report, allow_unprobed=True)


def test_an_unprobed_one_passes_only_when_allowed(layer):
    report = make_report(layer, state=ProbeState.NOT_PROBED)
    assert "not probed" in refused(layer, report)
    require_verified(layer, report, allow_unprobed=True)


def test_a_zip_that_changed_after_the_build_is_stopped(layer):
    layer.zip.write_bytes(b"tampered")
    assert "its manifest says" in refused(layer, make_report(layer))


def test_a_zip_that_is_gone_is_told_and_not_traced(layer):
    layer.zip.unlink()
    with pytest.raises(VerifyError, match="cannot be read"):
        require_intact(layer)


@pytest.mark.parametrize("excess", [0, 1])
def test_lambdas_limit_for_unzipped_bytes_holds_to_the_byte(tmp_path, excess):
    layer = make_layer(tmp_path, CELL, unzipped_bytes=262_144_000 + excess)
    if excess:
        assert "262,144,001" in refused(layer, make_report(layer))
    else:
        require_verified(layer, make_report(layer), allow_unprobed=False)


def test_the_verdict_is_read_from_beside_the_zip(layer):
    assert read_report(layer) is None
    report = make_report(layer, Finding("size", "zip", "too large"))
    report_path(layer).write_text(json.dumps(report.to_json()))
    assert report_path(layer).name == "py3.12-sklearn1.9.1-x86_64.verify.json"
    assert read_report(layer) == report


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"probe": {"state": "perhaps"}}'])
def test_a_damaged_verdict_is_no_verdict(layer, text):
    report_path(layer).write_text(text)
    with pytest.raises(VerifyError, match=r"not a report|a report of version None"):
        read_report(layer)


@pytest.mark.parametrize(
    "odd", [{"probe": None}, {"findings": [{}]}, {"sha256": 5}, {"checks_sha256": None}]
)
def test_a_verdict_with_odd_values_is_no_verdict(layer, odd):
    report_path(layer).write_text(json.dumps({**make_report(layer).to_json(), **odd}))
    with pytest.raises(VerifyError, match="not a report"):
        read_report(layer)


def test_the_verdict_on_another_cell_is_not_taken(layer):
    value = {**make_report(layer).to_json(), "cell": "py3.6-sklearn0.22-x86_64"}
    report_path(layer).write_text(json.dumps(value))
    with pytest.raises(VerifyError, match=r"is the report of py3\.6"):
        read_report(layer)


def test_a_manifest_that_says_something_else_now_is_stopped(layer):
    report = make_report(layer)
    other = replace(layer, manifest=replace(layer.manifest, license="GPL-3.0-only"))
    assert "manifest has changed" in refused(other, report)


def test_the_verdict_of_another_version_is_not_trusted(layer):
    value = replace(make_report(layer), version=99).to_json()
    report_path(layer).write_text(json.dumps(value))
    with pytest.raises(VerifyError, match="version 99"):
        read_report(layer)
