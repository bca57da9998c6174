"""Builds from wheels alone: uv unpacks for the target, its own Python here compiles."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.compiling import COMPILE_SCRIPT, steps_json
from layerfactory.build.processes import run
from layerfactory.build.wheels import uv
from layerfactory.build.wheels.interpreters import Interpreter, find_interpreter
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.build.builder import CompileStep
    from layerfactory.build.locks.lock import Lock


class WheelsBuilder:
    """The builder without Docker."""

    name = "wheels"
    image = ""

    def __init__(self, python: str, jobs: int) -> None:
        """Prepare to build.

        Args:
            python: the minor version of the target, such as ``3.12``.
            jobs: how many processes compile at once.
        """
        self._python = python
        self._jobs = jobs

    @cached_property
    def _interpreter(self) -> Interpreter:
        return find_interpreter(self._python)

    @property
    def interpreter(self) -> str:
        """The full version of the Python that compiles; raises InterpreterNotFoundError."""
        return self._interpreter.version

    def install(self, lock: Lock, tree: Path) -> None:
        """Unpack the lock's wheels into ``tree``; raises LockError and BuildError."""
        # Beside the tree, so that whoever sweeps up after a killed run finds it.
        with tempfile.TemporaryDirectory(dir=tree.parent) as folder:
            uv.install(lock, tree, Path(folder) / "requirements.txt")

    def forget(self, names: Sequence[str]) -> None:
        """Drop these distributions from uv's cache."""
        uv.forget(names)

    def compile(self, tree: Path, steps: Sequence[CompileStep]) -> tuple[str, ...]:
        """Compile into the tree with the target's Python; raises BuildError."""
        for step in steps:
            # Bytecode out of a wheel is a link: written over, it would change in uv's cache too.
            (tree / step.target).unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=tree.parent) as folder:
            plan, result = Path(folder, "steps.json"), Path(folder, "result.json")
            plan.write_text(steps_json(steps), encoding="utf-8")
            script = files("layerfactory.build.guest").joinpath(COMPILE_SCRIPT)
            argv = [str(self._interpreter.path), "-I", "-S", str(script)]
            argv += [str(tree), str(plan), str(result), "--jobs", str(self._jobs)]
            done = run(argv, env=compile_environment())
            if done.returncode != 0:
                raise BuildError(f"Python {self.interpreter} cannot compile:\n{done.tail}")
            return tuple(json.loads(result.read_text(encoding="utf-8"))["failed"])


def compile_environment() -> dict[str, str]:
    """Nothing of the host that could change a byte."""
    return {"PATH": os.defpath, "LC_ALL": "C"}
