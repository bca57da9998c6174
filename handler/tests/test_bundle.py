"""The zip that a function is made of."""

import importlib.util
import json
import os
import pickle
import subprocess
import sys
import zipfile

import pytest
from scikit_learn_lambda.__main__ import main
from scikit_learn_lambda.tools import bundle

MODEL = pickle.dumps("a model", protocol=2)


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "forest.pkl"
    path.write_bytes(MODEL)
    return str(path)


def names(path):
    with zipfile.ZipFile(path) as archive:
        return [info.filename for info in archive.infolist()]


def test_handler_and_model_and_nothing_else(model, tmp_path):
    target = str(tmp_path / "function.zip")
    members = bundle.bundle(model, target)
    assert names(target) == sorted(members)
    assert members["model.joblib"] == len(MODEL)
    rest = [name for name in members if not name.startswith("scikit_learn_lambda/")]
    assert rest == ["model.joblib"]
    assert "scikit_learn_lambda/__init__.py" in members
    assert not [name for name in members if "tools" in name or "__main__" in name]
    assert sorted(os.listdir(str(tmp_path))) == ["forest.pkl", "function.zip"]


def test_equal_bytes_each_time(model, tmp_path):
    targets = [str(tmp_path / name) for name in ("one.zip", "two.zip")]
    for target in targets:
        bundle.bundle(model, target)
    with open(targets[0], "rb") as first, open(targets[1], "rb") as second:
        assert first.read() == second.read()


@pytest.mark.skipif(sys.version_info < (3, 7), reason="3.6 knows no bytecode without dates")
def test_the_bytecode_is_taken_whatever_the_dates(model, tmp_path):
    bundle.bundle(model, str(tmp_path / "function.zip"))
    with zipfile.ZipFile(str(tmp_path / "function.zip")) as archive:
        archive.extractall(str(tmp_path / "task"))
    source = tmp_path / "task" / "scikit_learn_lambda" / "layers.py"
    assert os.path.exists(importlib.util.cache_from_source(str(source)))
    source.write_text(source.read_text() + "\n1 / 0\n")
    words = [sys.executable, "-B", "-c", "import scikit_learn_lambda.layers as of; print(of)"]
    said = subprocess.check_output(words, cwd=str(tmp_path / "task")).decode()
    assert str(source) in said, "what was not read is not seen: its bytecode counts"


def test_a_model_that_belongs_into_s3(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bundle, "MAX_ZIPPED", 1000)
    (tmp_path / "model.joblib").write_bytes(pickle.dumps(os.urandom(2000), protocol=4))
    words = ["bundle", str(tmp_path / "model.joblib"), "-o", str(tmp_path / "function.zip")]
    assert main(words) == 1
    assert "S3" in capsys.readouterr().err
    assert os.listdir(str(tmp_path)) == ["model.joblib"]


def test_what_is_told(model, tmp_path, capsys):
    target = str(tmp_path / "function.zip")
    assert main(["bundle", model, "-o", target]) == 0
    said = capsys.readouterr().out
    assert "handler: scikit_learn_lambda.handler" in said
    assert main(["bundle", model, "-o", target, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] == os.path.getsize(target)
    assert sorted(told["members"]) == names(target)
    assert main(["bundle", model + ".none", "-o", target]) == 2
    assert "no such file" in capsys.readouterr().err


def hard_link(model, target):
    os.link(model, target)


@pytest.mark.parametrize("link", [None, os.symlink, hard_link])
def test_the_model_is_never_replaced(model, tmp_path, capsys, link):
    target = str(tmp_path / "again") if link else model
    if link:
        link(model, target)
    assert main(["bundle", model, "-o", target]) == 1
    assert "name another file" in capsys.readouterr().err
    with open(model, "rb") as file:
        assert file.read() == MODEL


def test_what_is_no_model_is_not_packed(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("Buy milk.")
    words = ["bundle", str(tmp_path / "notes.txt"), "-o", str(tmp_path / "function.zip")]
    assert main(words) == 1
    assert "no pickle can be read in it" in capsys.readouterr().err
    assert os.listdir(str(tmp_path)) == ["notes.txt"]


def test_pickles_of_the_oldest_protocol_are_packed(tmp_path):
    (tmp_path / "old.pkl").write_bytes(pickle.dumps({"a": 1}, protocol=0))
    assert bundle.bundle(str(tmp_path / "old.pkl"), str(tmp_path / "function.zip"))
