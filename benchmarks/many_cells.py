"""Measures many cells against the recipe of 2020, in one run on one machine.

    python benchmarks/many_cells.py [--only GLOB ...] [--recipe N] [--release] [--json FILE]

Three builds of all cells: from empty caches, from the cache that this left, and with nothing
changed; with --release, also a release of what an embedded AWS has already. Prints Markdown. Aims
never fail the run: machines differ.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import recipe_2020
from machine import this_machine
from many_figures import ManyFigures, growth, markdown
from running import Run, watch

from layerfactory.build.files import write_json
from layerfactory.build.locks.lockfile import read_lock
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import BuildError, InterpreterNotFoundError, LayerFactoryError
from layerfactory.matrix.load import load_matrix
from layerfactory.matrix.select import Selection, select
from layerfactory.publish.embedded import embedded_aws

if TYPE_CHECKING:
    from layerfactory.build.locks.lock import Lock

ROOT = Path(__file__).resolve().parent.parent
TEN_OF_ONE_PYTHON = (
    "py3.8-sklearn0.2[34].*-x86_64",
    "py3.8-sklearn1.0*-x86_64",
    "py3.8-sklearn1.3.2-x86_64",
)
_CACHES = ("UV_CACHE_DIR", "LAYERFACTORY_CACHE_DIR")


def main(arguments: list[str] | None = None) -> int:
    """Measure, show and keep; return the exit code."""
    options = _parser().parse_args(arguments)
    machine = this_machine(ROOT)
    try:
        if options.recipe:
            recipe_2020.require_tools()
        locks = _locks(options.only or list(TEN_OF_ONE_PYTHON))
        with tempfile.TemporaryDirectory(prefix="layerfactory-benchmark-") as work:
            figures = _measure(locks, Path(work), options.recipe, release=options.release)
        if options.json:
            names = [lock.cell.identifier for lock in locks]
            value = {"machine": asdict(machine), "cells": names, "figures": figures.to_json()}
            write_json(options.json, value)
    except LayerFactoryError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(markdown(figures, str(machine)), end="")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/many_cells.py",
        description="Build many cells from empty caches, from a warm one, and once more.",
        epilog="Ten cells and the recipe take some seven minutes. Quiet the machine before.",
    )
    parser.add_argument(
        "--only", action="append", metavar="GLOB", help="default: ten cells of Python 3.8"
    )
    parser.add_argument(
        "--recipe", type=int, default=10, metavar="N", help="cells for the recipe (%(default)s)"
    )
    parser.add_argument(
        "--release", action="store_true", help="verify, publish, and release once more"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all that was measured")
    return parser


def _locks(globs: list[str]) -> list[Lock]:
    """The locks of the cells that this machine has a Python for, in the order of the cells."""
    locks = []
    for plan in select(load_matrix(ROOT / "matrix.yaml"), Selection(only=tuple(globs))):
        try:
            find_interpreter(plan.cell.python)
        except InterpreterNotFoundError as error:
            print(f"{plan.cell}: left out: {error.message}", file=sys.stderr)
            continue
        lock = read_lock(ROOT / "locks", plan.cell)
        if lock is None:
            raise BuildError(f"{plan.cell}: has no lock", f"layerfactory lock --only {plan.cell}")
        locks.append(lock)
    return locks


def _measure(locks: list[Lock], work: Path, recipe_cells: int, *, release: bool) -> ManyFigures:
    recipe = _follow_recipe(locks, work / "recipe", recipe_cells)
    cold = _build(locks, work, "cold")
    part_bytes = _size_of(work / "LAYERFACTORY_CACHE_DIR")
    warm = _build(locks, work, "warm")
    unchanged = _build(locks, work, "warm")
    released = _release_twice(locks, work) if release else None
    return ManyFigures(
        cells=len(locks),
        wheels=len({wheel.sha256 for lock in locks for wheel in lock.wheels}),
        cold=cold,
        warm=warm,
        unchanged=unchanged,
        released=released,
        equal=_sha256s(work / "cold") == _sha256s(work / "warm"),
        part_bytes=part_bytes,
        layer_bytes=sum(path.stat().st_size for path in (work / "cold").glob("*.zip")),
        recipe_seconds=recipe,
        growth=growth(locks, cold),
    )


def _build(locks: list[Lock], work: Path, output: str) -> Run:
    print(f"{len(locks)} cells to {output}/", file=sys.stderr)
    return _watch(["build", "--builder", "wheels"], locks, work, output, {})


def _release_twice(locks: list[Lock], work: Path) -> Run:
    """Verify and publish, then measure the release that has nothing left to do."""
    with embedded_aws() as aws:
        env = {
            "AWS_ENDPOINT_URL": aws.endpoint_url,
            "AWS_ACCESS_KEY_ID": aws.access_key_id,
            "AWS_SECRET_ACCESS_KEY": aws.secret_access_key,
        }
        verb = ["release", "--builder", "wheels", "--region", "us-west-2"]
        print(f"{len(locks)} cells: verify and publish, then once more", file=sys.stderr)
        _watch(verb, locks, work, "warm", env)
        return _watch(verb, locks, work, "warm", env)


def _watch(
    verb: list[str], locks: list[Lock], work: Path, output: str, more: dict[str, str]
) -> Run:
    os.sync()  # what an earlier run has left to be written must not weigh on this one
    command = [sys.executable, "-m", "layerfactory", *verb]
    command += ["--matrix", str(ROOT / "matrix.yaml"), "--output", str(work / output)]
    for lock in locks:
        command += ["--only", lock.cell.identifier]
    env = {**os.environ, **{name: str(work / name) for name in _CACHES}, **more}
    return watch(command, env, ROOT)


def _follow_recipe(locks: list[Lock], work: Path, cells: int) -> tuple[float, ...]:
    """Seconds of the recipe for as many of the cells, taken evenly; those that fail are told."""
    taken = []
    for lock in locks[:: max(1, len(locks) // cells)][:cells] if cells else ():
        folder = work / lock.cell.identifier
        folder.mkdir(parents=True)
        # Not PIP_NO_CACHE_DIR, on which pip 18 dies: an empty cache of its own does the same.
        cache = {"PIP_CACHE_DIR": str(folder / "cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        env = {**os.environ, **cache}
        python = find_interpreter(lock.cell.python).path
        began = time.perf_counter()
        try:
            recipe_2020.build(python, lock.cell.scikit_learn, folder, env)
        except BuildError as error:
            print(f"{lock.cell}: {error.message}", file=sys.stderr)
            continue
        taken.append(time.perf_counter() - began)
        shutil.rmtree(folder)
        print(f"{lock.cell}: 2020 recipe in {taken[-1]:.1f} s", file=sys.stderr)
    return tuple(taken)


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _sha256s(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.zip")
    }


if __name__ == "__main__":
    sys.exit(main())
