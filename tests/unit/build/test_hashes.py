from __future__ import annotations

import hashlib
import os
import time

import pytest

from layerfactory.build.cache import hashes
from layerfactory.build.cache.hashes import KIND, file_sha256
from layerfactory.build.cache.store import FORGETFUL, Cache


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A file that was last changed long ago, as the clock has it."""
    path = tmp_path / "layer.zip"
    path.write_bytes(b"zip" * 99)
    later = time.time_ns() + 3_600_000_000_000
    monkeypatch.setattr(hashes.time, "time_ns", lambda: later)
    return path


def kept(cache):
    return [entry for entry in (cache.folder / KIND).rglob("*") if entry.is_file()]


def sha256_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_untouched_file_is_not_read_again(cache, path, monkeypatch):
    expected = sha256_of(path)
    assert file_sha256(path, cache) == expected
    assert len(kept(cache)) == 1
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: pytest.fail("it was read again"))
    assert file_sha256(path, cache) == expected


def flip_a_byte(path):
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(7)
        file.write(b"!")
    # As if nothing had happened: size and date as before.
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def put_another_in_its_place(path):
    before = path.stat()
    other = path.with_suffix(".new")
    other.write_bytes(b"ZIP" * 99)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("change", [flip_a_byte, put_another_in_its_place, cut_short])
def test_a_file_that_was_changed_is_read_again(cache, path, change):
    before = file_sha256(path, cache)
    change(path)
    assert file_sha256(path, cache) == sha256_of(path) != before
    assert len(kept(cache)) == 2


def test_what_changed_a_moment_ago_is_not_trusted_yet(cache, path, monkeypatch):
    now = path.stat().st_ctime_ns + 1_000_000_000
    monkeypatch.setattr(hashes.time, "time_ns", lambda: now)
    assert file_sha256(path, cache) == sha256_of(path)
    assert not cache.folder.exists()


def test_what_is_written_while_it_is_read_is_not_remembered(cache, path, monkeypatch):
    digest = hashlib.file_digest

    def write_and_digest(file, algorithm):
        found = digest(file, algorithm)
        path.write_bytes(b"other")
        return found

    monkeypatch.setattr(hashlib, "file_digest", write_and_digest)
    file_sha256(path, cache)
    assert not cache.folder.exists()


def test_a_damaged_memory_is_not_believed(cache, path):
    expected = file_sha256(path, cache)
    (entry,) = kept(cache)
    entry.write_bytes(entry.read_bytes()[:-1] + b"0")
    assert file_sha256(path, cache) == expected


def test_without_a_cache_every_file_is_read(path):
    assert file_sha256(path, FORGETFUL) == sha256_of(path)


def test_no_file(cache, tmp_path):
    with pytest.raises(FileNotFoundError):
        file_sha256(tmp_path / "nothing", cache)
