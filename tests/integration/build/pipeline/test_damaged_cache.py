"""What uv has in its cache may be cut short: found, fetched anew, or told."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from datetime import date

import pytest
from build_fixtures import CELL
from lock_samples import LOCKS

from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.errors import BuildError

JOBLIB = "joblib-0.15.1.dist-info"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of our own."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def cached(cache, name):
    """A file of joblib as uv keeps it, unpacked."""
    (path,) = cache.glob(f"archive-v*/*/{name}")
    return path


def cut_short(path):
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[: len(data) // 2])


def empty(path):
    path.unlink()
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("joblib/parallel.py", cut_short),
        ("joblib/parallel.py", type(LOCKS).unlink),
        (f"{JOBLIB}/METADATA", empty),
        (f"{JOBLIB}/RECORD", cut_short),
        (f"{JOBLIB}/RECORD", empty),
    ],
    ids=["cut-short", "missing", "metadata-empty", "record-cut-short", "record-empty"],
)
def test_what_is_damaged_in_the_cache_is_fetched_anew(cache, build, small_lock, name, damage):
    before = build(small_lock)
    damage(cached(cache, name))
    assert build(small_lock) == before
    assert build(small_lock) == before


def make_wheel(folder, metadata, module=b"x = 1\n"):
    """A wheel whose RECORD does not fit its module, with the lock for it."""
    info = "joblib-0.15.1.dist-info"
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"x = 2\n").digest()).rstrip(b"=").decode()
    contents = {
        "joblib/__init__.py": module,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = (
        f"joblib/__init__.py,sha256={digest},{len(module)}\n{info}/METADATA,,\n{info}/WHEEL,,\n"
    )
    path = folder / "joblib-0.15.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, data in contents.items():
            wheel.writestr(name, data)
        wheel.writestr(f"{info}/RECORD", record)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Lock(CELL, date(2026, 1, 1), (LockedWheel("joblib", "0.15.1", path.name, sha256),))


@pytest.fixture
def own_index(tmp_path, monkeypatch, cache):
    """A folder that stands for the index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    return folder


METADATA = b"Metadata-Version: 2.1\nName: joblib\nVersion: 0.15.1\n"


def test_a_wheel_that_is_not_what_it_says_is_refused(own_index, build, tmp_path):
    lock = make_wheel(own_index, METADATA)
    with pytest.raises(BuildError) as caught:
        build(lock)
    assert caught.value.message == (
        f"{CELL}: files are not as their wheels have them (joblib: joblib/__init__.py)"
    )
    assert "uv cache clean" in caught.value.remedy
    assert [path.name for path in (tmp_path / "dist").iterdir()] == [f".{CELL}.lock"]


def test_a_wheel_that_cannot_be_unpacked_is_refused(own_index, build, tmp_path):
    lock = make_wheel(own_index, b"")
    with pytest.raises(BuildError) as caught:
        build(lock)
    assert f"{CELL}: the wheels cannot be unpacked" in caught.value.message
    assert "uv cache clean" in caught.value.remedy
    assert [path.name for path in (tmp_path / "dist").iterdir()] == [f".{CELL}.lock"]


def test_a_wheel_that_is_in_order_is_built(own_index, build):
    manifest = build(make_wheel(own_index, METADATA, module=b"x = 2\n"))
    assert [package.name for package in manifest.packages] == ["joblib"]
