"""Models fitted with a layer's own scikit-learn, and functions packed as a user packs them."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from emulator import ROOT, require_python

from layerfactory.rehearsal.emulator.function import Function

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.matrix.cell import Cell

__all__ = ["bench"]

_FIT = """
import sys
import joblib
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_iris(return_X_y=True)
model = eval(sys.argv[1]).fit(X, y)
joblib.dump(model, sys.argv[2])
"""
IRIS = "LogisticRegression(max_iter=1000)"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Bench:
    """One cell's Python and layer, with a folder for models."""

    cell: Cell
    opt: Path
    folder: Path

    def python(self, *words: str | Path, **environment: str) -> Done:
        """Run the cell's Python with layer and handler on its path."""
        done = subprocess.run(
            self.command(*words),
            env={**self.environment, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def command(self, *words: str | Path) -> list[str]:
        return [str(require_python(self.cell)), "-s", "-B", *map(str, words)]

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.opt}/python{os.pathsep}{ROOT}/handler"
        return {"PATH": os.defpath, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}

    def tool(self, *words: str | Path, **environment: str) -> Done:
        """``python -m scikit_learn_lambda``."""
        return self.python("-m", "scikit_learn_lambda", *words, **environment)

    def model(self, expression: str = IRIS, name: str = "model.joblib") -> Path:
        """A model of iris in a file."""
        path = self.folder / name
        done = self.python("-W", "ignore", "-c", _FIT, expression, path)
        assert done.code == 0, done.err
        return path

    def function(self, model: Path, name: str = "task", **environment: str) -> Function:
        """The function as ``bundle`` packs it."""
        done = self.tool("bundle", model, "-o", self.folder / f"{name}.zip")
        assert done.code == 0, done.err
        with zipfile.ZipFile(self.folder / f"{name}.zip") as archive:
            archive.extractall(self.folder / name)
        settings = {"SKLEARN_MODEL_PATH": "model.joblib", **environment}
        code = self.folder / name
        return Function(self.cell, code, self.opt, "scikit_learn_lambda.handler", settings)


@pytest.fixture(scope="session")
def bench(opt, tmp_path_factory):
    """Gives the Bench of a cell."""

    def give(cell: Cell) -> Bench:
        return Bench(cell, opt(cell), tmp_path_factory.mktemp(cell.layer_name))

    return give
