from __future__ import annotations

import base64
import hashlib

import pytest

from layerfactory.build.records import read_distributions
from layerfactory.errors import BuildError

INFO = "scikit_learn-0.23.1.dist-info"
FILES = {
    "sklearn/__init__.py": b"x = 1\n",
    "sklearn/a, b.txt": b"a name with a comma",
    "sklearn/empty.py": b"",
    f"{INFO}/METADATA": b"Name: scikit-learn\n",
    f"{INFO}/WHEEL": b"Wheel-Version: 1.0\n",
}


def entry(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    shown = f'"{name}"' if "," in name else name
    return f"{shown},sha256={digest},{len(data)}\n"


@pytest.fixture
def tree(tmp_path):
    """An install of one wheel."""
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    rows = [entry(name, data) for name, data in FILES.items()]
    record = tmp_path / INFO / "RECORD"
    record.write_text("".join(rows) + f"{INFO}/RECORD,,\n../../bin/tool,sha256=x,1\n")
    return tmp_path


def test_an_intact_install(tree):
    (found,) = read_distributions(tree)
    assert (found.name, found.version, found.info) == ("scikit-learn", "0.23.1", INFO)
    assert found.damaged == ()


def test_distributions_come_sorted_by_name(tree):
    (tree / "Joblib-1.0.dist-info").mkdir()
    (tree / "Joblib-1.0.dist-info/METADATA").write_text("")
    (tree / "Joblib-1.0.dist-info/RECORD").write_text("Joblib-1.0.dist-info/METADATA,,\n")
    assert [found.name for found in read_distributions(tree)] == ["joblib", "scikit-learn"]


@pytest.mark.parametrize("name", ["sklearn/__init__.py", "sklearn/a, b.txt", f"{INFO}/WHEEL"])
def test_a_file_that_was_cut_short(tree, name):
    (tree / name).write_bytes(FILES[name][:-1])
    assert [found.damaged for found in read_distributions(tree)] == [(name,)]


def test_a_file_that_is_missing(tree):
    (tree / "sklearn/empty.py").unlink()
    assert [found.damaged for found in read_distributions(tree)] == [("sklearn/empty.py",)]


def test_a_record_that_was_cut_short(tree):
    record = tree / INFO / "RECORD"
    record.write_text("".join(record.read_text().splitlines(keepends=True)[:2]))
    assert [found.damaged for found in read_distributions(tree)] == [(f"{INFO}/METADATA",)]


def test_a_digest_by_no_known_algorithm_is_no_proof(tree):
    record = tree / INFO / "RECORD"
    record.write_text(record.read_text().replace("sha256", "sha0", 1))
    assert [found.damaged for found in read_distributions(tree)] == [("sklearn/__init__.py",)]


@pytest.mark.parametrize("content", [b"sklearn/__init__.py,sha2", b"\xff,,\n", b"a,b,c,d\n"])
def test_a_record_that_is_none(tree, content):
    (tree / INFO / "RECORD").write_bytes(content)
    with pytest.raises(BuildError, match=f"{INFO}: its RECORD cannot be read") as caught:
        read_distributions(tree)
    assert "uv cache clean" in caught.value.remedy


def test_no_record(tree):
    (tree / INFO / "RECORD").unlink()
    with pytest.raises(BuildError, match="RECORD cannot be read"):
        read_distributions(tree)
