"""What becomes a record, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from synthetic_records import FILES, NOT_PROBED, PROVEN, RULES, record_of, report_on, write_layer

from layerfactory.errors import VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.sizes.members import read_sizes
from layerfactory.verify.findings import Finding, Probe, ProbeState
from layerfactory.verify.records.make import KEPT, make_record, renew

CELL = Cell("3.12", "1.9.1")


@pytest.fixture
def layer(tmp_path):
    return write_layer(tmp_path, CELL)


def made(layer, report):
    return make_record(layer, report, read_sizes(layer.zip), PROVEN)


def refused(layer, report):
    with pytest.raises(VerifyError) as caught:
        made(layer, report)
    assert f"layerfactory verify --only '{CELL}'" in caught.value.remedy
    return caught.value.message


def test_it_has_the_sizes_of_the_layer(layer):
    record = made(layer, report_on(layer))
    assert record.zipped_bytes == layer.zip.stat().st_size
    assert record.unzipped_bytes == sum(map(len, FILES.values()))
    assert record.files == len(FILES)
    assert record.package("scipy").version == "1.18.1"
    assert record.package("numpy").rules == {use.rule: use.bytes for use in RULES}
    assert record.package("pandas") is None
    assert record.date == PROVEN


def test_the_largest_files_are_kept(layer):
    largest = made(layer, report_on(layer)).largest
    assert [file.path for file in largest][:2] == [
        "numpy.libs/libscipy_openblas64_-1.so",
        "scipy.libs/libscipy_openblas-2.so",
    ]
    assert len(largest) == min(KEPT, len(FILES))


def test_what_was_not_probed_is_recorded_as_such_without_places_of_a_machine(layer):
    record = made(layer, report_on(layer, probe=NOT_PROBED))
    assert record.probe.state is ProbeState.NOT_PROBED
    assert "/somewhere" not in str(record.to_json())


def test_what_was_never_verified_is_refused(layer):
    assert "was never verified" in refused(layer, None)


def test_the_verdict_on_another_zip_is_refused(layer):
    assert "another zip was verified" in refused(layer, report_on(layer, sha256="f" * 64))


def test_a_layer_with_findings_is_refused(layer):
    findings = (Finding("elf", "a.so", "misaligned"), Finding("elf", "b.so", "misaligned"))
    assert "2 findings, the first: a.so: misaligned" in refused(layer, report_on(layer, *findings))


def test_a_failed_probe_is_refused(layer):
    assert "its probe failed" in refused(layer, report_on(layer, probe=Probe(ProbeState.FAILED)))


def test_growth_is_accepted_by_recording_it(layer):
    report = report_on(layer, Finding("growth", "zip", "52 -> 55 MB"))
    assert made(layer, report).zipped_bytes == layer.manifest.zipped_bytes


def test_the_day_stays_where_nothing_else_is_new(layer):
    before = record_of(layer)
    later = replace(before, date=PROVEN + timedelta(days=9))
    assert renew(later, before) == before
    assert renew(later, None) == later
    changed = replace(later, sha256="f" * 64)
    assert renew(changed, before) == changed
