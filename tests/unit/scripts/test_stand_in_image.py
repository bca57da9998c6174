from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from layerfactory.build.processes import Completed
from layerfactory.build.wheels.interpreters import Interpreter
from layerfactory.errors import InterpreterNotFoundError


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


class TestInterpreterToCopy:
    def test_is_this_machines_own(self, script, monkeypatch):
        there = Interpreter(Path("/opt/python3.14/bin/python3.14"), "3.14.2")
        monkeypatch.setattr(script, "find_interpreter", lambda python: there)
        monkeypatch.setattr(script, "_prefix", lambda interpreter: Path("/opt/python3.14"))
        assert script.interpreter_to_copy("3.14") == there

    @pytest.mark.parametrize("prefix", ["/usr", "/roots/python3.14-x86_64/usr"])
    def test_is_none_of_a_debian(self, script, monkeypatch, prefix):
        there = Interpreter(Path(prefix, "bin/python3.14"), "3.14.8")
        done = Completed((), 0, f"{prefix}\n", "")
        monkeypatch.setattr(script, "find_interpreter", lambda python: there)
        monkeypatch.setattr(script, "run", lambda argv: done)
        assert script.interpreter_to_copy("3.14") is None

    def test_is_an_error_where_no_debian_has_it(self, script, monkeypatch):
        def refuse(python):
            raise InterpreterNotFoundError("not here")

        monkeypatch.setattr(script, "find_interpreter", refuse)
        with pytest.raises(InterpreterNotFoundError, match="not here"):
            script.interpreter_to_copy("3.12")


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
