"""Layers made straight from an untrimmed install, quick to make and easy to spoil."""

import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from lock_samples import LOCKS
from synthetic_layers import make_manifest

from layerfactory.build.builder import CompileStep
from layerfactory.build.layer import Layer
from layerfactory.build.locks.lock import Lock
from layerfactory.build.locks.lockfile import read_lock
from layerfactory.build.wheels.builder import WheelsBuilder
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import InterpreterNotFoundError
from layerfactory.matrix.cell import Cell


@dataclass(frozen=True)
class Specimen:
    """A cell's lock, and its install with bytecode in place of the sources."""

    lock: Lock
    tree: Path

    def spoiled(self, folder, spoil):
        """A layer of a copy of the tree that ``spoil`` has changed."""
        copy = folder / "tree"
        shutil.copytree(self.tree, copy, copy_function=os.link)
        spoil(copy)
        return zipped(copy, folder, self.lock.cell)

    def layer(self, folder):
        return zipped(self.tree, folder, self.lock.cell)


def zipped(tree, folder, cell):
    path = folder / f"{cell.identifier}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(tree.rglob("*")):
            archive.write(file, Path("python", file.relative_to(tree)))
    return Layer(cell, path, make_manifest(cell, path.read_bytes()))


@pytest.fixture(scope="session")
def specimen(tmp_path_factory):
    """Makes the specimen of a cell, once; skips where its Python is not here, in CI fails."""
    made = {}

    def make(identifier):
        if identifier not in made:
            cell = Cell.parse(identifier)
            require_interpreter(cell.python)
            tree = tmp_path_factory.mktemp("specimen") / "tree"
            lock = read_lock(LOCKS, cell)
            install_compiled(lock, tree)
            made[identifier] = Specimen(lock, tree)
        return made[identifier]

    return make


def require_interpreter(python):
    try:
        find_interpreter(python)
    except InterpreterNotFoundError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(error.message)


def install_compiled(lock, tree):
    tree.mkdir()
    builder = WheelsBuilder(lock.cell.python, jobs=2)
    builder.install(lock, tree)
    sources = [path.relative_to(tree).as_posix() for path in tree.rglob("*.py")]
    # Suites of tests have sources that no Python compiles; they stay.
    builder.compile(tree, [CompileStep(name, f"{name}c", docstrings=True) for name in sources])
    for name in sources:
        if (tree / f"{name}c").exists():
            (tree / name).unlink()


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """Where this run keeps its baselines."""
    return tmp_path_factory.mktemp("baselines")
