from __future__ import annotations

import importlib
import platform
from pathlib import Path

import pytest

from layerfactory.build.wheels.roots import VARIABLE, launcher
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import BuildError

ARM, INTEL = Architecture.ARM64, Architecture.X86_64


@pytest.fixture
def script(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "scripts"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "roots"))
    return importlib.import_module("debian_root")


def on(machine, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: machine)


def test_help_tells_where_roots_lie(script, capsys):
    with pytest.raises(SystemExit) as caught:
        script.main(["--help"])
    assert caught.value.code == 0
    assert "$LAYERFACTORY_ROOTS" in capsys.readouterr().out


def test_what_is_there_is_left_as_it_is(script, capsys):
    there = launcher("3.13", "aarch64")
    there.parent.mkdir(parents=True)
    there.touch()
    assert script.main(["3.13"]) == 0
    assert "is there; --force makes it anew" in capsys.readouterr().out


def test_a_python_that_no_debian_has_is_an_error(script, capsys):
    assert script.main(["python3.12"]) != 0
    assert "error: no suite of Debian" in capsys.readouterr().err


class TestProcessor:
    def test_is_this_machines_own(self, script, monkeypatch):
        on("x86_64", monkeypatch)
        monkeypatch.setattr("shutil.which", lambda name: None)
        assert script.require_processor(INTEL) is None

    def test_is_emulated_where_qemu_is_installed(self, script, monkeypatch):
        on("x86_64", monkeypatch)
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
        assert script.require_processor(ARM) is None

    def test_wants_qemu(self, script, monkeypatch):
        on("x86_64", monkeypatch)
        monkeypatch.setattr("shutil.which", lambda name: None)
        with pytest.raises(BuildError, match="qemu-aarch64-static is not installed") as caught:
            script.require_processor(ARM)
        assert "qemu-user-static" in caught.value.remedy

    def test_is_not_emulated_the_other_way_round(self, script, monkeypatch):
        on("aarch64", monkeypatch)
        with pytest.raises(BuildError, match="x86_64 is not emulated on aarch64"):
            script.require_processor(INTEL)


class TestLauncher:
    def test_starts_another_processors_python_under_the_emulator(self, script, monkeypatch):
        on("x86_64", monkeypatch)
        assert script.launcher_script("3.13", ARM) == (
            "#!/bin/sh\n"
            'self=$(readlink -f "$0")\n'
            "root=${self%/usr/bin/python3.13}\n"
            'exec qemu-aarch64-static -cpu neoverse-n1 -0 "$self" -L "$root" '
            '"$root/usr/bin/python3.13.real" "$@"\n'
        )

    def test_starts_this_processors_python_with_its_own_loader(self, script, monkeypatch):
        on("x86_64", monkeypatch)
        last = script.launcher_script("3.14", INTEL).splitlines()[-1]
        assert last == (
            'exec "$root/lib64/ld-linux-x86-64.so.2" --argv0 "$self" --library-path '
            '"$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu" '
            '"$root/usr/bin/python3.14.real" "$@"'
        )

    def test_stands_in_the_pythons_place(self, script, tmp_path):
        program = tmp_path / "usr/bin/python3.13"
        program.parent.mkdir(parents=True)
        program.write_text("the real one")
        script.put_launcher(tmp_path, "3.13", ARM)
        assert program.read_text().startswith("#!/bin/sh")
        assert program.stat().st_mode & 0o777 == 0o755
        assert Path(f"{program}.real").read_text() == "the real one"
