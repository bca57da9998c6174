from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from layerfactory.build.processes import Completed
from layerfactory.errors import BuildError, InterpreterNotFoundError


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "scripts"))
    return importlib.import_module("debian")


def test_a_python_has_its_suite(script):
    assert script.suite_of("python3.13") == "trixie"


def test_a_python_that_no_debian_has(script):
    with pytest.raises(InterpreterNotFoundError, match=r"Python 3\.12") as caught:
        script.suite_of("3.12")
    assert "3.9, 3.11, 3.13, 3.14" in caught.value.remedy


def test_debootstrap_is_missing(script, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(BuildError, match="debootstrap is not installed"):
        script.require_tools()


def test_somebody_is_not_root(script, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/sbin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(BuildError, match="needs root") as caught:
        script.require_tools()
    assert "sudo" in caught.value.remedy


@pytest.mark.parametrize(("known", "used"), [(("forky", "sid"), "forky"), (("sid",), "sid")])
def test_a_suite_newer_than_debootstrap(script, monkeypatch, tmp_path, known, used):
    for name in known:
        (tmp_path / name).touch()
    monkeypatch.setattr(script, "_SCRIPTS", tmp_path)
    called = []
    monkeypatch.setattr(script, "run", lambda argv: called.append(argv) or Completed((), 0, "", ""))
    root, mirror = tmp_path / "root", "http://mirror.example/debian"
    script.debootstrap("forky", root, mirror, ("python3", "libgomp1"), "--arch=arm64")
    options = ["--variant=minbase", "--include=python3,libgomp1", "--arch=arm64"]
    assert called == [["debootstrap", *options, "forky", root, mirror, tmp_path / used]]


def test_what_failed_is_told(script, monkeypatch):
    monkeypatch.setattr(script, "run", lambda argv: Completed((), 1, "", "E: no such suite\n"))
    with pytest.raises(BuildError, match="debootstrap failed:\nE: no such suite"):
        script.checked(["debootstrap"], "debootstrap")
