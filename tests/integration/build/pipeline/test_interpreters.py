"""Finding the target's Python behind shims, wrong versions and broken installs."""

from __future__ import annotations

import platform
import shutil
import sys

import pytest

from layerfactory.build.wheels.interpreters import find_foreign_interpreter, find_interpreter
from layerfactory.errors import InterpreterNotFoundError

THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
FULL = f"{THIS}.{sys.version_info.micro}"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine without any Python, but for what a test puts there."""
    for variable, folder in {
        "PATH": "path",
        "PYENV_ROOT": "pyenv",
        "UV_PYTHON_INSTALL_DIR": "uv",
        "LAYERFACTORY_ROOTS": "roots",
    }.items():
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(variable, str(tmp_path / folder))
    forget()
    yield tmp_path
    forget()


def forget():
    find_interpreter.cache_clear()
    find_foreign_interpreter.cache_clear()


def put(path, script):
    """An executable at a place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{shutil.which('sh', path='/bin:/usr/bin')}\n{script}\n")
    path.chmod(0o755)
    return path


def real(path):
    return put(path, f'exec {sys.executable} "$@"')


def test_in_path(machine):
    path = real(machine / f"path/python{THIS}")
    found = find_interpreter(THIS)
    assert (found.path, found.version) == (path, FULL)


def test_behind_a_shim_that_fails(machine):
    put(machine / f"path/python{THIS}", "echo 'pyenv: command not found' >&2; exit 127")
    path = real(machine / f"pyenv/versions/{FULL}/bin/python{THIS}")
    assert find_interpreter(THIS).path == path


def test_among_uvs(machine):
    path = real(machine / f"uv/cpython-{FULL}-linux-x86_64-gnu/bin/python{THIS}")
    assert find_interpreter(THIS).path == path


def test_in_a_debian_root(machine):
    path = real(machine / f"roots/python{THIS}-{platform.machine()}/usr/bin/python{THIS}")
    assert find_interpreter(THIS).path == path


def test_for_another_processor(machine):
    answer = f"echo {FULL} cpython aarch64000"
    path = put(machine / f"roots/python{THIS}-aarch64000/usr/bin/python{THIS}", answer)
    assert find_foreign_interpreter(THIS, "aarch64000").path == path


def test_a_root_of_the_wrong_processor_is_passed_over(machine):
    real(machine / f"roots/python{THIS}-aarch64000/usr/bin/python{THIS}")
    with pytest.raises(
        InterpreterNotFoundError, match=r"and no Python .* for aarch64000 starts in"
    ):
        find_foreign_interpreter(THIS, "aarch64000")


def test_the_newest_of_several(machine):
    for patch in ("2", "18", "9"):
        real(machine / f"pyenv/versions/{THIS}.{patch}/bin/python{THIS}")
    expected = machine / f"pyenv/versions/{THIS}.18/bin/python{THIS}"
    assert find_interpreter(THIS).path == expected


@pytest.mark.parametrize(
    "script",
    [
        "echo 2.7.18 cpython",
        f"echo {FULL} pypy",
        "echo",
        "exit 1",
        "kill -9 $$",
    ],
)
def test_what_is_not_the_right_cpython_is_passed_over(machine, script):
    put(machine / f"path/python{THIS}", script)
    with pytest.raises(InterpreterNotFoundError) as caught:
        find_interpreter(THIS)
    assert caught.value.message.startswith(f"there is no Python {THIS} on this machine")
    assert "--builder docker" in caught.value.remedy
    assert caught.value.exit_code == 4
