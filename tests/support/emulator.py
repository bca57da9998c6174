"""Layers and functions for the tests that run them in Lambda's own client and emulator."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lock_samples import SAMPLES

from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import InterpreterNotFoundError
from layerfactory.matrix.cell import Cell

__all__ = ["opt"]

ROOT = Path(__file__).parents[2]
NEW = Cell.parse("py3.13-sklearn1.9.1-x86_64")
OLD = Cell.parse("py3.7-sklearn0.23.1-x86_64")


def require_python(cell: Cell) -> Path:
    """The cell's own Python; without it the test is skipped, and in CI fails."""
    try:
        return find_interpreter(cell.python).path
    except InterpreterNotFoundError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(error.message)


@pytest.fixture(scope="session")
def opt(tmp_path_factory):
    """Builds a cell as a user does, and unpacks it: gives the folder that is ``/opt``."""
    home = tmp_path_factory.mktemp("layers")
    made: dict[Cell, Path] = {}

    def give(cell: Cell) -> Path:
        if cell not in made:
            require_python(cell)
            words = ["build", "--builder", "wheels", "--only", str(cell)]
            where = ["--matrix", str(SAMPLES / "matrix.yaml"), "--output", str(home / "dist")]
            subprocess.run([sys.executable, "-m", "layerfactory", *words, *where], check=True)
            made[cell] = unpack(home / "dist" / f"{cell}.zip", home / str(cell))
        return made[cell]

    return give


def unpack(layer: Path, folder: Path) -> Path:
    """A layer's zip as Lambda has it at ``/opt``: nobody may write."""
    with zipfile.ZipFile(layer) as archive:
        archive.extractall(folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    folder.chmod(0o755)  # pytest takes it away again
    return folder
