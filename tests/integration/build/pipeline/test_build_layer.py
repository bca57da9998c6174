"""A real cell, built by the command line: what it is, and that it is the same each time."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile

import pytest
from build_fixtures import CELL, LAYER_NAMES

from layerfactory.build.trim import trim_rules


@pytest.fixture
def manifest(built):
    return built.layer().manifest


def test_nothing_but_zip_and_manifest_is_left(built):
    assert built.names() == LAYER_NAMES


def test_every_byte_is_accounted_for(manifest):
    dropped = sum(use.bytes for use in manifest.rules)
    made = manifest.untrimmed_bytes + manifest.bytecode_bytes
    assert made - dropped == manifest.unzipped_bytes


def test_every_shipped_byte_belongs_to_a_package(manifest):
    assert sum(package.bytes for package in manifest.packages) == manifest.unzipped_bytes
    assert all(package.license for package in manifest.packages)


def test_what_is_dropped_is_booked_to_rules(manifest):
    known = {rule.id for rule in trim_rules()} | {"sources", "elf-dead-bytes"}
    used = {use.rule: use for use in manifest.rules}
    assert used.keys() <= known
    assert {"tests", "build-inputs", "installer-traces", "sources"} <= used.keys()
    assert used["elf-dead-bytes"].bytes > 1_000_000
    assert all(use.files > 0 for use in used.values())


def test_the_zip_is_what_the_manifest_says(built, manifest):
    layer = built.layer()
    data = layer.zip.read_bytes()
    assert len(data) == manifest.zipped_bytes
    assert hashlib.sha256(data).hexdigest() == manifest.sha256
    with zipfile.ZipFile(layer.zip) as archive:
        assert archive.testzip() is None
        infos = archive.infolist()
    assert len(infos) == manifest.files
    assert sum(info.file_size for info in infos) == manifest.unzipped_bytes
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644, 0o100755}


def test_the_zip_holds_what_lambda_and_scanners_look_for(built):
    with zipfile.ZipFile(built.layer().zip) as archive:
        names = set(archive.namelist())
    assert {name.split("/")[0] for name in names} == {"python"}
    assert "python/sklearn/__init__.pyc" in names
    for info in ("numpy-1.18.4", "scipy-1.4.1", "scikit_learn-0.23.1"):
        assert f"python/{info}.dist-info/METADATA" in names
    assert not [name for name in names if name.endswith((".py", "/RECORD", ".pyx"))]


def test_a_second_build_does_nothing(built):
    before = built.layer().zip.stat().st_mtime_ns
    run = built.run("build", "--json")
    assert run.exit_code == 0
    assert [cell["state"] for cell in run.value["cells"]] == ["up to date"]
    assert built.layer().zip.stat().st_mtime_ns == before


def test_a_forced_build_with_fewer_jobs_gives_the_same_bytes(built, workshop):
    shutil.copytree(built.output, workshop.output)
    before = workshop.layer().zip.stat().st_mtime_ns
    run = workshop.run("build", "--force", "--jobs", "1", "--json")
    assert run.exit_code == 0, run.stderr
    assert [cell["state"] for cell in run.value["cells"]] == ["built"]
    assert workshop.layer().zip.stat().st_mtime_ns != before
    assert workshop.layer().manifest == built.layer().manifest
    assert workshop.names() == LAYER_NAMES


def test_two_builds_at_once_make_one_layer(interpreter, built, workshop):
    processes = [workshop.start("build", "--json") for _ in range(2)]
    ends = [process.communicate(timeout=600) for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sum(f"{CELL}: waiting for another build" in stderr for _, stderr in ends) == 1
    states = sorted(json_state(stdout) for stdout, _ in ends)
    assert states == ["built", "up to date"]
    assert workshop.layer().manifest.sha256 == built.layer().manifest.sha256
    assert workshop.names() == LAYER_NAMES


def json_state(stdout):
    (cell,) = json.loads(stdout)["cells"]
    return cell["state"]
