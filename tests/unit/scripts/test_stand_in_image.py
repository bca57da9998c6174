from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from layerfactory.errors import DockerError, InterpreterNotFoundError


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "scripts"))
    return importlib.import_module("stand_in_image")


def test_help_tells_what_a_stand_in_proves(script, capsys):
    with pytest.raises(SystemExit) as caught:
        script.main(["--help"])
    assert caught.value.code == 0
    assert "It proves nothing about glibc" in capsys.readouterr().out


def test_an_unknown_python_is_an_error(script, capsys):
    assert script.main(["2.7"]) != 0
    assert "error: Lambda has no Python 2.7" in capsys.readouterr().err


class TestTools:
    def test_debootstrap_is_missing(self, script, monkeypatch):
        monkeypatch.setattr("shutil.which", lambda name: None)
        with pytest.raises(DockerError, match="debootstrap is not installed"):
            script.require_tools()

    def test_somebody_is_not_root(self, script, monkeypatch):
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/sbin/{name}")
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        with pytest.raises(DockerError, match="needs root") as caught:
            script.require_tools()
        assert "sudo" in caught.value.remedy


class TestInterpreterFiles:
    @pytest.fixture
    def prefix(self, tmp_path):
        for name in (
            "bin/python3.13",
            "bin/pip3.13",
            "lib/libpython3.13.so.1.0",
            "lib/python3.13/os.py",
            "lib/python3.13/__pycache__/os.cpython-313.pyc",
            "lib/python3.13/json/decoder.py",
            "lib/python3.13/test/test_os.py",
            "lib/python3.13/ctypes/test/test_it.py",
            "lib/python3.13/config-3.13-x86_64-linux-gnu/libpython.a",
            "lib/python3.13/site-packages/somebody/else.py",
            "lib/python3.13/EXTERNALLY-MANAGED",
            "share/man.txt",
        ):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        return tmp_path

    def test_are_what_python_needs_to_run(self, script, prefix):
        assert set(script.interpreter_files(prefix, "python3.13")) == {
            "bin/python3.13",
            "lib/libpython3.13.so.1.0",
            "lib/python3.13/os.py",
            "lib/python3.13/__pycache__/os.cpython-313.pyc",
            "lib/python3.13/json/decoder.py",
        }

    def test_of_a_link_are_both_ends(self, script, prefix):
        (prefix / "bin" / "python3.13").rename(prefix / "bin" / "python3.13m")
        (prefix / "bin" / "python3.13").symlink_to("python3.13m")
        found = set(script.interpreter_files(prefix, "python3.13"))
        assert {"bin/python3.13", "bin/python3.13m"} <= found

    def test_need_a_library_of_their_own(self, script, tmp_path):
        with pytest.raises(InterpreterNotFoundError, match=r"no lib/python3\.13"):
            list(script.interpreter_files(tmp_path, "python3.13"))
