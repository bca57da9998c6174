"""Finds the target's own Python: in PATH, under pyenv, among uv's, or in a Debian root."""

from __future__ import annotations

import os
import platform
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.processes import run
from layerfactory.build.wheels.roots import launcher, root_folder
from layerfactory.errors import BuildError, InterpreterNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ASK = (
    "import os, sys; "
    "print('%d.%d.%d' % sys.version_info[:3], sys.implementation.name, os.uname().machine)"
)
# Seconds; one under an emulator takes two or three, on a busy machine ten times that.
_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A CPython that runs here."""

    path: Path
    version: str
    """All three numbers, such as ``3.12.1``."""


@cache
def find_interpreter(python: str) -> Interpreter:
    """The first working CPython of this minor version, such as ``3.12``.

    Raises:
        InterpreterNotFoundError: none is to be had.
    """
    found = _first(_candidates(python), python, platform.machine())
    if found is None:
        raise InterpreterNotFoundError(
            f"there is no Python {python} on this machine "
            "(looked in PATH, pyenv's versions, uv's and Debian roots)",
            f"Install it (`uv python install {python}`), or build with Docker "
            "(`--builder docker`).",
        )
    return found


@cache
def find_foreign_interpreter(python: str, machine: str) -> Interpreter:
    """A CPython of this minor version for another processor, in a Debian root.

    Raises:
        InterpreterNotFoundError: none is to be had.
    """
    found = _first(iter([launcher(python, machine)]), python, machine)
    if found is None:
        place = root_folder(python, machine)
        raise InterpreterNotFoundError(
            f"this machine is {platform.machine()}, not {machine}, and no Python {python} for "
            f"{machine} starts in {place}",
            f"Make one (`make debian-root PYTHONS={python}`; see docs/debian-roots.md).",
        )
    return found


def _first(paths: Iterator[Path], python: str, machine: str) -> Interpreter | None:
    for path in paths:
        version = _full_version(path, machine)
        if version is not None and version.startswith(f"{python}."):
            return Interpreter(path, version)
    return None


def _candidates(python: str) -> Iterator[Path]:
    name = f"python{python}"
    found = shutil.which(name)
    if found is not None:
        yield Path(found)
    # pyenv's shims stand in PATH but fail unless the version is chosen: look behind them.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    uv_home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "uv/python"
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or uv_home)
    for home, pattern in ((pyenv / "versions", f"{python}.*"), (uv, f"cpython-{python}.*")):
        newest_first = sorted(home.glob(pattern), key=_numbers, reverse=True)
        yield from (root / "bin" / name for root in newest_first)
    yield launcher(python, platform.machine())


def _numbers(root: Path) -> list[int]:
    """Orders 3.9.2 before 3.9.18."""
    return [int(digits) for digits in re.findall(r"\d+", root.name)]


def _full_version(path: Path, machine: str) -> str | None:
    """What the program says it is; None where it does not run, or is no CPython for the machine."""
    if not path.is_file():
        return None
    try:
        done = run([path, "-I", "-S", "-c", _ASK], timeout=_TIMEOUT)
    except (BuildError, OSError):
        return None
    words = done.stdout.split()
    return words[0] if done.returncode == 0 and words[1:] == ["cpython", machine] else None
