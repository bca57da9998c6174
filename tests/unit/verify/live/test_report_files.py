"""The verdict beside the zip."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from synthetic_layers import make_layer

from layerfactory.errors import VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.verify.findings import Finding, Probe, ProbeState, Report
from layerfactory.verify.report import read_report, report_path, write_report

PASSED = Probe(
    ProbeState.PASSED,
    interpreter="3.13.0",
    isolation=("read-only", "no network"),
    estimators=211,
    passed=211,
    baseline_passed=211,
    seconds=8.1,
)


@pytest.fixture
def layer(tmp_path):
    return make_layer(tmp_path, Cell("3.13", "1.9.1"))


@pytest.fixture
def report(layer):
    return Report(layer.cell.identifier, layer.manifest.sha256, (), PASSED, "b" * 64, "c" * 64)


def test_it_lies_beside_the_zip(layer, report):
    assert write_report(layer, report) == layer.zip.with_name(
        "py3.13-sklearn1.9.1-x86_64.verify.json"
    )


def test_it_comes_back(layer, report):
    write_report(layer, report)
    assert read_report(layer) == report


texts = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    findings=st.lists(st.builds(Finding, texts, texts, texts), max_size=3),
    probe=st.builds(
        Probe,
        state=st.sampled_from(ProbeState),
        reason=texts,
        isolation=st.lists(texts, max_size=2).map(tuple),
    ),
)
def test_any_report_comes_back(layer, report, findings, probe):
    written = replace(report, findings=tuple(findings), probe=probe)
    write_report(layer, written)
    assert read_report(layer) == written


def test_it_tells_a_reader_whether_it_passed(layer, report):
    failed = replace(report, findings=(Finding("elf", "a.so", "misaligned"),))
    for written in (report, failed):
        write_report(layer, written)
        assert json.loads(report_path(layer).read_text())["passed"] == written.passed


def test_a_layer_that_was_not_probed_has_not_passed(report):
    not_probed = Probe(ProbeState.NOT_PROBED, reason="no Python 3.13")
    assert not replace(report, probe=not_probed).passed


def test_a_layer_that_was_never_verified(layer):
    assert read_report(layer) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"cell": 1, "probe": {}}'])
def test_a_file_that_is_no_report(layer, content):
    report_path(layer).write_text(content)
    with pytest.raises(VerifyError, match=r"not a report|a report of version None") as caught:
        read_report(layer)
    assert "layerfactory verify --only" in caught.value.remedy


def test_a_report_of_another_version(layer, report):
    write_report(layer, replace(report, version=99))
    with pytest.raises(VerifyError, match="version 99, not 3"):
        read_report(layer)
