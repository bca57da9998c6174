"""A layer that grows over its record is a finding that says what grew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from synthetic_records import package, record_of, report_on, write_layer

from layerfactory.build.layer import RuleUse
from layerfactory.data.runtimes import limits
from layerfactory.matrix.cell import Cell
from layerfactory.verify.findings import Finding
from layerfactory.verify.records.growth import CHECK, LIMIT, check_growth, hold_against
from layerfactory.verify.records.record import PackageRecord

CELL = Cell("3.12", "1.9.1")
MB = 1_000_000
OLD_RULES = {"tests": 30 * MB, "sources": 26 * MB}


@pytest.fixture
def layer(tmp_path):
    return write_layer(tmp_path, CELL)


@pytest.fixture
def record(layer):
    packages = (
        PackageRecord("numpy", "2.5.0", 45 * MB, 14 * MB, {"tests": 7 * MB}),
        PackageRecord("scipy", "1.18.0", 80 * MB, 28 * MB, OLD_RULES),
    )
    return record_of(layer, zipped_bytes=50 * MB, unzipped_bytes=150 * MB, packages=packages)


def manifest_of(layer, zipped, unzipped, *packages):
    return replace(
        layer.manifest,
        zipped_bytes=zipped,
        unzipped_bytes=unzipped,
        packages=packages or (package("numpy", 14 * MB, "2.5.0", bytes=45 * MB),),
    )


def found(manifest, record):
    return {finding.subject: finding.message for finding in check_growth(manifest, record)}


def test_without_a_record_nothing_is_said(layer):
    assert found(layer.manifest, None) == {}


def test_a_layer_of_its_record_is_well(layer):
    assert found(layer.manifest, record_of(layer)) == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 100 * MB), st.integers(1, 250 * MB))
def test_two_percent_and_not_a_byte_more(layer, record, zipped, unzipped):
    subjects = set(found(manifest_of(layer, zipped, unzipped), record))
    assert ("zip" in subjects) == (zipped > 50 * MB * (1 + LIMIT))
    assert ("unzipped" in subjects) == (unzipped > 150 * MB * (1 + LIMIT))


def test_it_says_what_grew_by_package_and_rule(layer, record):
    rules = (RuleUse("sources", 1, 26 * MB), RuleUse("tests", 1, int(26.9 * MB)))
    manifest = manifest_of(
        layer,
        int(52.9 * MB),
        150 * MB,
        package("numpy", int(14.4 * MB), "2.5.0", rules=(RuleUse("tests", 1, 7 * MB),)),
        package("scipy", int(30.5 * MB), "1.18.1", rules=rules),
    )
    assert found(manifest, record) == {
        "zip": "50.0 -> 52.9 MB (+5.8 %): scipy +2.5 MB (1.18.0 -> 1.18.1), numpy +0.4 MB; "
        "rule tests took 3.1 MB less; it no longer fits a direct upload of 52.43 MB"
    }


def test_no_package_is_named_for_what_none_of_them_grew(layer, record):
    joblib = PackageRecord("joblib", "1.0", 2 * MB, MB, {})
    record = replace(record, packages=(*record.packages, joblib))

    def message(grown):
        packages = (package("numpy", 13 * MB, "2.5.0"), package("joblib", MB + grown))
        return found(manifest_of(layer, 52 * MB, 150 * MB, *packages), record)["zip"]

    none = "50.0 -> 52.0 MB (+4.0 %): no single package; compression or metadata"
    assert message(0).startswith(none)
    assert message(49_999).startswith(none)
    assert "MB (+4.0 %): joblib +0.1 MB" in message(50_001)


def test_a_new_package_is_named_as_such(layer, record):
    manifest = manifest_of(layer, 52 * MB, 155 * MB, package("narwhals", 2 * MB, "2.0"))
    messages = found(manifest, record)
    assert "narwhals +2.0 MB (2.0, new)" in messages["zip"]
    assert "narwhals +4.0 MB (2.0, new)" in messages["unzipped"]


def test_the_line_is_told_only_when_it_is_crossed(layer, record):
    line = limits().direct_upload_bytes
    over = replace(record, zipped_bytes=line + 1)
    assert "direct upload" not in found(manifest_of(layer, 2 * line, 150 * MB), over)["zip"]
    under = replace(record, zipped_bytes=line // 2)
    assert "direct upload" not in found(manifest_of(layer, line, 150 * MB), under)["zip"]


def test_another_bytecode_policy_has_other_sizes(layer, record):
    manifest = replace(manifest_of(layer, 90 * MB, 240 * MB), bytecode="sources")
    assert found(manifest, record) == {}


def test_a_verdict_follows_the_record_as_it_is_now(layer, record):
    other = Finding("elf", "a.so", "misaligned")
    manifest = manifest_of(layer, 60 * MB, 150 * MB)
    bare = report_on(layer, other)
    judged = hold_against(bare, manifest, record)
    assert [finding.check for finding in judged.findings] == ["elf", CHECK]
    assert hold_against(judged, manifest, record) == judged
    renewed = replace(record, zipped_bytes=60 * MB)
    assert hold_against(judged, manifest, renewed) == bare
