"""Finds the target's own Python on this machine: in PATH, under pyenv, or among uv's."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.processes import run
from layerfactory.errors import BuildError, InterpreterNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ASK = "import sys; print('%d.%d.%d' % sys.version_info[:3], sys.implementation.name)"


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
    for path in _candidates(python):
        version = _full_version(path)
        if version is not None and version.startswith(f"{python}."):
            return Interpreter(path, version)
    raise InterpreterNotFoundError(
        f"there is no Python {python} on this machine (looked in PATH, pyenv's versions and uv's)",
        f"Install it (`uv python install {python}`), or build with Docker (`--builder docker`).",
    )


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


def _numbers(root: Path) -> list[int]:
    """Orders 3.9.2 before 3.9.18."""
    return [int(digits) for digits in re.findall(r"\d+", root.name)]


def _full_version(path: Path) -> str | None:
    """What the program says it is; None where it does not run or is no CPython."""
    if not path.is_file():
        return None
    try:
        done = run([path, "-I", "-S", "-c", _ASK], timeout=20)
    except (BuildError, OSError):
        return None
    words = done.stdout.split()
    return words[0] if done.returncode == 0 and words[1:] == ["cpython"] else None
