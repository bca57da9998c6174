"""Runs the command line in a process of its own, on a matrix of the smallest cell there is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from lock_samples import LOCKS

from layerfactory.build.cache.folder import VARIABLE
from layerfactory.build.store import load_layer
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import InterpreterNotFoundError
from layerfactory.matrix.cell import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from layerfactory.build.layer import Layer
    from layerfactory.build.wheels.interpreters import Interpreter

__all__ = ["built", "interpreter", "mounts", "workshop"]

CELL = Cell("3.7", "0.23.1")
MATRIX = """\
version: 1
cells:
  - {python: "3.7", scikit-learn: "0.23.1", architectures: x86_64}
regions: [us-east-1]
builder: wheels
"""


def need_interpreter(python: str) -> Interpreter:
    """The target's own Python; the test is skipped where it is not here."""
    try:
        return find_interpreter(python)
    except InterpreterNotFoundError as error:
        pytest.skip(error.message)


def is_here(python: str) -> bool:
    """Whether this machine has a Python."""
    try:
        return find_interpreter(python).version.startswith(f"{python}.")
    except InterpreterNotFoundError:
        return False


@dataclass(frozen=True)
class Run:
    """What a finished command left behind."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def value(self) -> Any:
        """The JSON on standard output, which holds nothing else."""
        return json.loads(self.stdout)


@dataclass(frozen=True)
class Workshop:
    """A folder with a matrix, its locks and an output folder; commands run in it."""

    root: Path

    @property
    def output(self) -> Path:
        return self.root / "dist"

    @property
    def cache(self) -> Path:
        """Of parts; empty at first, so that all of a build happens."""
        return self.root / "cache"

    @property
    def lock(self) -> Path:
        return self.root / "locks" / f"{CELL}.txt"

    def start(self, *words: str, **environment: str | None) -> subprocess.Popen[str]:
        """Start a command; a variable that is None is taken out of the environment."""
        env: dict[str, str | None] = {**os.environ, VARIABLE: str(self.cache), **environment}
        return subprocess.Popen(
            [sys.executable, "-m", "layerfactory", *words],
            cwd=self.root,
            env={name: value for name, value in env.items() if value is not None},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **environment: str | None) -> Run:
        """Run a command to its end."""
        with self.start(*words, **environment) as process:
            stdout, stderr = process.communicate(timeout=600)
        return Run(process.returncode, stdout, stderr)

    def layer(self) -> Layer | None:
        """The layer that lies in the output folder, if it is whole."""
        return load_layer(self.output, CELL)

    def names(self) -> set[str]:
        """What lies in the output folder, but for the file that builds wait at."""
        return {path.name for path in self.output.iterdir()} - {f".{CELL}.lock"}


LAYER_NAMES = {f"{CELL}.zip", f"{CELL}.json"}


def make_workshop(root: Path) -> Workshop:
    (root / "locks").mkdir(parents=True)
    (root / "matrix.yaml").write_text(MATRIX)
    shutil.copy(LOCKS / f"{CELL}.txt", root / "locks")
    return Workshop(root)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """An empty workshop."""
    return make_workshop(tmp_path / "workshop")


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    """The Python of the smallest cell."""
    return need_interpreter(CELL.python)


@pytest.fixture(scope="session")
def built(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workshop in which the cell is built; look, and touch nothing."""
    workshop = make_workshop(tmp_path_factory.mktemp("built") / "workshop")
    run = workshop.run("build")
    assert run.exit_code == 0, run.stderr
    return workshop


@pytest.fixture
def mounts() -> Iterator[Callable[..., Path]]:
    """Mounts something at a folder for the length of a test."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount")
    mounted: list[Path] = []

    def mount(*words: str, at: Path) -> Path:
        at.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", *words, str(at)], capture_output=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"mount: {done.stderr.decode().strip()}")
        if at not in mounted:  # a remount is no second mount
            mounted.append(at)
        return at

    yield mount
    for at in reversed(mounted):
        subprocess.run(["umount", str(at)], check=True)
