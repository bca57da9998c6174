"""Disks that are full, folders that are read-only, machines without the right Python."""

from __future__ import annotations

import shutil

import pytest
from build_fixtures import CELL, LAYER_NAMES

from layerfactory.errors import BuildError


def test_a_disk_that_is_full_when_the_zip_is_written(built, workshop, mounts):
    # Holds the layer that is there, but no second zip; the parts for that are kept elsewhere.
    shutil.copytree(built.cache, workshop.cache)
    mounts("-t", "tmpfs", "-o", "size=60m", "tmpfs", at=workshop.output)
    shutil.copytree(built.output, workshop.output, dirs_exist_ok=True)
    run = workshop.run("build", "--force")
    assert run.exit_code == 4
    assert f"{CELL}: zipping" in run.stderr
    assert f"{CELL}.zip: cannot be written: no space left on device" in run.stderr
    assert "-> Free some space, or choose another folder with --output." in run.stderr
    assert workshop.names() == LAYER_NAMES
    assert workshop.layer().manifest == built.layer().manifest


def test_a_disk_that_is_full_when_wheels_are_unpacked(interpreter, workshop, mounts):
    mounts("-t", "tmpfs", "-o", "size=10m", "tmpfs", at=workshop.output)
    run = workshop.run("build")
    assert run.exit_code == 4
    assert f"{CELL}: the disk of dist/" in run.stderr
    assert "or of uv's cache is full" in run.stderr
    assert "-> Free some space, or choose another folder with --output." in run.stderr
    assert workshop.names() == set()


def test_a_read_only_output_folder(interpreter, workshop, mounts):
    mounts("-t", "tmpfs", "-o", "ro", "tmpfs", at=workshop.output)
    run = workshop.run("build")
    assert run.exit_code == 4
    assert "cannot be written: read-only file system" in run.stderr
    assert "-> Choose another folder with --output." in run.stderr
    assert workshop.names() == set()


def test_an_output_folder_whose_place_is_taken(interpreter, workshop):
    workshop.output.write_text("a file")
    run = workshop.run("build")
    assert run.exit_code == 4
    assert "cannot be written" in run.stderr
    assert "Traceback" not in run.stderr
    assert workshop.output.read_text() == "a file"


def test_a_machine_without_the_right_python(workshop, tmp_path):
    nowhere = str(tmp_path / "nowhere")
    run = workshop.run(
        "build",
        PATH=nowhere,
        PYENV_ROOT=nowhere,
        UV_PYTHON_INSTALL_DIR=nowhere,
    )
    assert run.exit_code == 4
    assert "there is no Python 3.7 on this machine" in run.stderr
    assert "-> Install it (`uv python install 3.7`), or build with Docker" in run.stderr
    assert workshop.names() == set()


def test_a_manifest_that_cannot_be_written_leaves_the_old_zip(build, small_lock, tmp_path):
    build(small_lock)
    path = tmp_path / "dist" / f"{CELL}.zip"
    before = path.stat().st_mtime_ns
    manifest = path.with_suffix(".json")
    manifest.unlink()
    (manifest / "in the way").mkdir(parents=True)
    with pytest.raises(BuildError, match=f"{manifest}: cannot be written: is a directory"):
        build(small_lock)
    assert path.stat().st_mtime_ns == before
    assert {entry.name for entry in path.parent.iterdir()} == {*LAYER_NAMES, f".{CELL}.lock"}
