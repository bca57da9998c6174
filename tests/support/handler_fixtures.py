"""Layers unpacked, and pytest beside them: what the handler's tests run with."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from build_fixtures import need_interpreter
from lock_samples import SAMPLES

from layerfactory.matrix.load import load_matrix
from layerfactory.verify.guests import THREADS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layerfactory.matrix.cell import Cell

__all__ = ["layered", "test_tools"]

REPOSITORY = Path(__file__).parents[2]
HANDLER = REPOSITORY / "handler"
TOOLS = REPOSITORY / "requirements" / "handler-tests.txt"
# Their newest layer is the one with pandas, so that columns by name are tested too.
WITH_PANDAS = ("3.11", "3.12")


def chosen_cells() -> list[Cell]:
    """The oldest and the newest scikit-learn of each Python, for this machine's processor."""
    plans = load_matrix(SAMPLES / "matrix.yaml").cells
    here = [p.cell for p in plans if p.cell.architecture.machine == platform.machine()]
    chosen = []
    for python in dict.fromkeys(cell.python for cell in here):
        cells = [cell for cell in here if cell.python == python]
        plain = [cell for cell in cells if not cell.extras]
        newest = next(c for c in cells if c.extras) if python in WITH_PANDAS else plain[-1]
        chosen += [plain[0], newest]
    return chosen


@dataclass(frozen=True)
class Layered:
    """A layer that was built and unpacked, and its Python."""

    cell: Cell
    tree: Path

    def run(self, *words: str | Path, cwd: Path, beside: tuple[Path, ...] = (), **environ: str):
        """Run its Python with the layer, the handler and what is ``beside`` them alone."""
        places = [self.tree, HANDLER, *beside]
        env = {"PATH": os.defpath, "HOME": str(cwd), "LANG": "C.UTF-8", **THREADS, **environ}
        env["PYTHONPATH"] = os.pathsep.join(map(str, places))
        env["PYTHONDONTWRITEBYTECODE"] = "1"
        argv = [need_interpreter(self.cell.python).path, *words]
        return subprocess.run(
            [str(word) for word in argv],
            check=False,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )


@pytest.fixture
def layered(tmp_path: Path) -> Iterator[Callable[[Cell], Layered]]:
    """Builds a cell's layer as ``layerfactory build`` does, and takes it away after the test."""
    folder = tmp_path / "layers"

    def make(cell: Cell) -> Layered:
        need_interpreter(cell.python)
        words = ["build", "--builder", "wheels", "--only", str(cell), "--output", str(folder)]
        words += ["--matrix", str(SAMPLES / "matrix.yaml")]
        argv = [sys.executable, "-m", "layerfactory", *words]
        done = subprocess.run(argv, check=False, cwd=REPOSITORY, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        with zipfile.ZipFile(folder / f"{cell}.zip") as archive:
            archive.extractall(folder / str(cell))
        (folder / f"{cell}.zip").unlink()
        return Layered(cell, folder / str(cell) / "python")

    yield make
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def test_tools(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Unpacks pytest and hypothesis for a Python, as the lock has them for it."""
    folder = tmp_path_factory.mktemp("tools")

    def unpack(python: str) -> Path:
        target = folder / python
        if not target.exists():
            uv = Path(sys.executable).with_name("uv")
            argv = [uv, "pip", "install", "--quiet", "--target", target, "--python-version", python]
            argv += ["--only-binary", ":all:", "--require-hashes", "--requirement", TOOLS]
            done = subprocess.run(
                [str(word) for word in argv], check=False, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
        return target

    return unpack
