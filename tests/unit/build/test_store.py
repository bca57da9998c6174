from __future__ import annotations

import errno
import os
from dataclasses import replace

import pytest
from synthetic_layers import make_layer

from layerfactory.build.files import disk_faults, replacing, write_json, write_text
from layerfactory.build.layer import Manifest
from layerfactory.build.store import alone, find_layer, load_layer, workspace, zip_path
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import BuildError
from layerfactory.matrix.cell import Cell

CELL = Cell("3.12", "1.9.1")
OTHER = Cell("3.12", "1.9.1", Architecture.ARM64)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "new" / "file.txt"
    write_text(path, "old")
    write_text(path, "é\n")
    assert path.read_bytes() == "é\n".encode()
    assert path.stat().st_mode & 0o777 == 0o644
    assert names(path.parent) == ["file.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(errno.ENOSPC, ""), ValueError])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "file.txt"
    write_text(path, "old")

    def write_half():
        with replacing(path) as file:
            file.write(b"half")
            raise error

    with pytest.raises(BuildError if isinstance(error, OSError) else error):
        write_half()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "Free some space, or choose another folder with --output."),
        (errno.EROFS, "Choose another folder with --output."),
        (errno.EACCES, "Make it writable, or choose another folder with --output."),
        (errno.EIO, ""),
    ],
)
def test_what_the_system_refuses_has_a_place_and_a_remedy(tmp_path, number, remedy):
    with pytest.raises(BuildError) as caught, disk_faults(tmp_path):
        raise OSError(number, "in words of its own")
    reason = os.strerror(number).lower()
    assert caught.value.message == f"{tmp_path}: cannot be written: {reason}"
    assert caught.value.remedy == remedy
    assert caught.value.exit_code == 4


def test_other_faults_pass_through(tmp_path):
    error = BuildError("of its own", "do that")
    with pytest.raises(BuildError) as caught, disk_faults(tmp_path):
        raise error
    assert caught.value is error


def test_a_layer_is_loaded_as_it_was_written(tmp_path):
    layer = make_layer(tmp_path, CELL)
    write_json(layer.manifest_path, layer.manifest.to_json())
    assert load_layer(tmp_path, CELL) == layer
    assert layer.zip == zip_path(tmp_path, CELL)


def test_the_manifest_has_the_hash_as_aws_writes_it(tmp_path):
    value = make_layer(tmp_path, CELL, b"").manifest.to_json()
    assert value["code_sha256"] == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def damage_zip(layer):
    layer.zip.write_bytes(b"zi")


def remove_zip(layer):
    layer.zip.unlink()


def remove_manifest(layer):
    layer.manifest_path.unlink()


def cut_manifest(layer):
    layer.manifest_path.write_text(layer.manifest_path.read_text()[:-9])


def age_manifest(layer):
    write_json(layer.manifest_path, replace(layer.manifest, version=0).to_json())


def empty_manifest(layer):
    layer.manifest_path.write_text("{}")


def rename_cell(layer):
    write_json(layer.manifest_path, replace(layer.manifest, cell="another").to_json())


@pytest.mark.parametrize(
    "change",
    [
        damage_zip,
        remove_zip,
        remove_manifest,
        cut_manifest,
        age_manifest,
        empty_manifest,
        rename_cell,
    ],
)
def test_what_is_not_whole_is_no_layer(tmp_path, change):
    layer = make_layer(tmp_path, CELL)
    write_json(layer.manifest_path, layer.manifest.to_json())
    change(layer)
    assert load_layer(tmp_path, CELL) is None


def test_a_manifest_of_another_version_says_so(tmp_path):
    layer = make_layer(tmp_path, CELL)
    value = replace(layer.manifest, version=0).to_json()
    with pytest.raises(BuildError, match="a manifest of version 0, not 2"):
        Manifest.from_json(value, layer.manifest_path)
    with pytest.raises(BuildError, match="a manifest of version None"):
        Manifest.from_json({}, layer.manifest_path)


@pytest.mark.parametrize(
    "odd", [{"unzipped_bytes": "7"}, {"packages": [{}]}, {"rules": None}, {"license": 5}]
)
def test_a_manifest_with_odd_values_is_none(tmp_path, odd):
    layer = make_layer(tmp_path, CELL)
    with pytest.raises(BuildError, match="not a layer's manifest"):
        Manifest.from_json({**layer.manifest.to_json(), **odd}, layer.manifest_path)


def leave_behind(output, cell):
    """What a killed run leaves of a cell."""
    folder = output / f".{cell}.work-abcdefgh" / "tree"
    folder.mkdir(parents=True)
    (folder / "file").write_bytes(b"x")
    (output / f".{cell}.zip.abcdefgh").write_bytes(b"half")
    (output / f".{cell}.json.abcdefgh").write_bytes(b"half")


def test_what_a_killed_run_left_is_swept_away_and_nothing_else(tmp_path):
    layer = make_layer(tmp_path, CELL)
    write_json(layer.manifest_path, layer.manifest.to_json())
    leave_behind(tmp_path, OTHER)
    before = names(tmp_path)
    leave_behind(tmp_path, CELL)
    with alone(tmp_path, CELL, print):
        assert set(names(tmp_path)) == {*before, f".{CELL}.lock"}
        leave_behind(tmp_path, CELL)
    assert set(names(tmp_path)) == {*before, f".{CELL}.lock"}


def test_a_workspace_is_gone_at_the_end(tmp_path):
    def be_interrupted():
        with workspace(tmp_path, CELL) as folder, workspace(tmp_path, CELL) as other:
            (folder / "file").write_bytes(b"x")
            assert other != folder
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_interrupted()
    assert names(tmp_path) == []


def test_a_layer_is_found_without_reading_its_zip(tmp_path):
    layer = make_layer(tmp_path, CELL)
    write_json(layer.manifest_path, layer.manifest.to_json())
    assert find_layer(tmp_path, CELL) == layer
    assert find_layer(tmp_path, OTHER) is None
    layer.zip.write_bytes(b"piz")  # as large, but another
    assert find_layer(tmp_path, CELL) == layer
    assert load_layer(tmp_path, CELL) is None
    layer.zip.write_bytes(b"zi")  # cut short
    assert find_layer(tmp_path, CELL) is None
