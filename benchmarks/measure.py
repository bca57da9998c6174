"""Builds a cell both ways and imports from what came of it. The only module here with effects."""

from __future__ import annotations

import os
import shutil
import sys
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import recipe_2020
from figures import Build, CellFigures, Import

from layerfactory.build.cache.folder import VARIABLE
from layerfactory.build.locks.lockfile import read_lock
from layerfactory.build.processes import run
from layerfactory.build.wheels import uv
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from layerfactory.build.locks.lock import Lock
    from layerfactory.matrix.cell import Cell

MODULE = "sklearn.ensemble"
_IMPORT = f"""
import time
began = time.perf_counter()
import {MODULE}
print(time.perf_counter() - began)
"""
_PYTHON_ROOT = "/opt/python"


@dataclass(frozen=True, slots=True)
class Bench:
    """How to measure."""

    root: Path
    """The checkout, with matrix.yaml and locks/."""
    work: Path
    """An empty folder on a disk as fast as any other of the machine."""
    runs: int
    import_runs: int
    progress: Callable[[str], None]


@dataclass(slots=True)
class _Costs:
    """What the runs took so far."""

    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    @contextmanager
    def counting(self) -> Iterator[None]:
        # What an earlier run has left to be written must not weigh on this one.
        os.sync()
        began, cpu = time.perf_counter(), _cpu_seconds()
        yield
        self.seconds.append(time.perf_counter() - began)
        self.cpu_seconds.append(_cpu_seconds() - cpu)


def measure(cell: Cell, bench: Bench) -> CellFigures:
    """Measure all of a cell.

    Raises:
        LayerFactoryError: it has no lock, its Python is not here, or a build fails.
    """
    lock = read_lock(bench.root / "locks", cell)
    if lock is None:
        raise BuildError(f"{cell}: has no lock", f"layerfactory lock --only '{cell}'")
    interpreter = find_interpreter(cell.python)
    python = interpreter.path
    ways = {
        "layerfactory": lambda folder: _build_layer(cell, bench.root, folder),
        "2020 recipe": lambda folder: _follow_recipe(cell, python, folder),
    }
    zips, costs = _build_in_turns(cell, ways, bench)
    trees = {way: _unpack(path, bench.work / f"tree of {way}") for way, path in zips.items()}
    trees["no bytecode"] = _install_bare(lock, bench.work / "bare")
    imports = _import_in_turns(cell, python, trees, bench)
    built = {way: _result(costs[way], zips[way]) for way in ways}
    return CellFigures(
        cell=cell.identifier,
        interpreter=interpreter.version,
        layer=built["layerfactory"],
        recipe=built["2020 recipe"],
        layer_import=imports["layerfactory"],
        bare_import=imports["no bytecode"],
        recipe_import=imports["2020 recipe"],
    )


def _build_in_turns(
    cell: Cell, ways: dict[str, Callable[[Path], Path]], bench: Bench
) -> tuple[dict[str, Path], dict[str, _Costs]]:
    """Build by each way in turn, so that what else the machine does weighs on both alike."""
    zips: dict[str, Path] = {}
    costs = {way: _Costs() for way in ways}
    for number in range(bench.runs):
        for way in ways if number % 2 == 0 else reversed(ways):
            folder = bench.work / way
            folder.mkdir()
            with costs[way].counting():
                made = ways[way](folder)
            bench.progress(f"{cell}: {way}: built in {costs[way].seconds[-1]:.1f} s")
            zips[way] = made.replace(bench.work / f"{way}.zip")
            shutil.rmtree(folder)
    return zips, costs


def _build_layer(cell: Cell, root: Path, folder: Path) -> Path:
    """Let layerfactory build as a user would, with empty caches."""
    command = [sys.executable, "-m", "layerfactory", "build", "--builder", "wheels", "--force"]
    where = ["--matrix", str(root / "matrix.yaml"), "--output", str(folder / "dist")]
    caches = {"UV_CACHE_DIR": str(folder / "cache"), VARIABLE: str(folder / "parts")}
    env = {**os.environ, **caches}
    done = run([*command, *where, "--only", cell.identifier], cwd=root, env=env)
    if done.returncode != 0:
        raise BuildError(f"{cell}: layerfactory does not build it:\n{done.tail}")
    return folder / "dist" / f"{cell.identifier}.zip"


def _follow_recipe(cell: Cell, python: Path, folder: Path) -> Path:
    cache = {"PIP_CACHE_DIR": str(folder / "cache"), "PIP_NO_CACHE_DIR": "1"}
    env = {**os.environ, **cache, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return recipe_2020.build(python, cell.scikit_learn, folder, env)


def _result(costs: _Costs, path: Path) -> Build:
    with zipfile.ZipFile(path) as archive:
        unzipped = sum(member.file_size for member in archive.infolist())
    return Build(
        seconds=tuple(costs.seconds),
        cpu_seconds=tuple(costs.cpu_seconds),
        zipped_bytes=path.stat().st_size,
        unzipped_bytes=unzipped,
    )


def _unpack(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return _read_only(folder / "python")


def _install_bare(lock: Lock, folder: Path) -> Path:
    """Unpack the lock's wheels, and leave them as they are but for bytecode."""
    tree = folder / "python"
    tree.mkdir(parents=True)
    uv.install(lock, tree, folder / "requirements.txt")
    for path in tree.rglob("*.pyc"):
        path.unlink()
    return _read_only(tree)


def _read_only(tree: Path) -> Path:
    for path in (tree, *tree.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    return tree


def _import_in_turns(
    cell: Cell, python: Path, trees: dict[str, Path], bench: Bench
) -> dict[str, Import]:
    seconds: dict[str, list[float]] = {way: [] for way in trees}
    # Once without a clock: no later run waits for the disk, and none that fails is repeated.
    errors = {way: _import_once(python, tree)[1] for way, tree in trees.items()}
    for number in range(bench.import_runs):
        for way in trees if number % 2 == 0 else reversed(trees):
            if not errors[way]:
                seconds[way].append(_import_once(python, trees[way])[0])
    bench.progress(f"{cell}: imported {bench.import_runs} times from each tree")
    return {way: Import(tuple(seconds[way]), errors[way]) for way in trees}


def _import_once(python: Path, tree: Path) -> tuple[float, str]:
    """Import in a fresh process, as from /opt: nothing is written, no other packages are seen."""
    env = {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.defpath}
    done = run([python, "-s", "-S", "-c", _IMPORT], cwd=tree, env=env)
    if done.returncode == 0:
        return float(done.stdout), ""
    last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
    return 0.0, last[0].replace(str(tree), _PYTHON_ROOT)


def _cpu_seconds() -> float:
    """Of this process and all that it has waited for."""
    return sum(os.times()[:4])
