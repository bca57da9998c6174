"""The hash of code: whatever changes in it changes the hash, and nothing else does."""

from __future__ import annotations

import pytest

from layerfactory.verify.sources import sources_sha256


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.py").write_text("a = 1\n")
    (tmp_path / "inner" / "facts.yaml").write_text("b: 1\n")
    return tmp_path


def test_it_is_the_same_for_the_same_code(folder):
    assert sources_sha256(folder) == sources_sha256(folder)


@pytest.mark.parametrize("name", ["a.py", "inner/facts.yaml", "inner/new.py"])
def test_each_file_counts(folder, name):
    before = sources_sha256(folder)
    (folder / name).write_text("other\n")
    assert sources_sha256(folder) != before


def test_names_count(folder):
    before = sources_sha256(folder)
    (folder / "a.py").rename(folder / "b.py")
    assert sources_sha256(folder) != before


def test_what_is_no_code_does_not_count(folder):
    before = sources_sha256(folder)
    (folder / "a.pyc").write_bytes(b"x")
    (folder / "README.md").write_text("text")
    assert sources_sha256(folder) == before
