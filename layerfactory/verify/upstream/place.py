"""Runs pytest on a tree in the target's own interpreter, within a time, and cleans up."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.processes import Completed, run
from layerfactory.build.wheels.interpreters import Interpreter, find_interpreter
from layerfactory.errors import BuildError, InterpreterNotFoundError
from layerfactory.verify.guests import THREADS, held_back
from layerfactory.verify.sources import sources_sha256
from layerfactory.verify.upstream.outcomes import TestRun, read_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    from layerfactory.matrix.cell import Cell

# Joblib's workers are processes of their own: in a PID namespace they die with the run.
_OWN_PROCESSES = ("--pid", "--fork", "--kill-child", "--mount-proc")
# A namespace's first process ignores signals and inherits orphans: let a shell be that.
_BELOW_A_SHELL = ("sh", "-c", '"$@"; exit $?', "sh")
_SIGNAL_BASE = 128
# pytest's letters for tests that ended.
_PROGRESS = " .sxXFE"


@dataclass(frozen=True, slots=True)
class Place:
    """An interpreter, and the tools beside the tree that it runs."""

    interpreter: Interpreter
    tools: Path
    """Where pytest lies."""
    timeout: float
    """Seconds after which a run is killed."""

    def run(self, tree: Path, paths: Sequence[str]) -> TestRun:
        """Run tests of a tree; however that ends, it is told in the result."""
        began = time.monotonic()
        with as_file(_scripts()) as scripts, tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            out, log, ini = (scratch / name for name in ("out.jsonl", "log.txt", "pytest.ini"))
            ini.write_text("[pytest]\n", encoding="utf-8")
            options = ("--tree", tree, "--out", out, "--log", log, "--ini", ini)
            words = [self.interpreter.path, "-S", scripts, *options, *paths]
            death = self._death(tree, [str(word) for word in words], scratch)
            text = out.read_text(encoding="utf-8") if out.exists() else ""
            seconds = round(time.monotonic() - began, 1)
            seen = read_run(text, death=death, seconds=seconds)
            return replace(seen, death="" if seen.whole else _last_words(seen, log))

    def _death(self, tree: Path, words: Sequence[str], scratch: Path) -> str:
        prefix = (*confined(), str(tree), *_BELOW_A_SHELL) if confined() else ()
        argv = [*prefix, *words]
        try:
            done = run(
                argv,
                env=_environment(tree, self.tools, scratch),
                cwd=scratch,
                timeout=self.timeout,
            )
        except BuildError as error:
            return error.message.replace(argv[0], "the run", 1)
        return how_it_died(done)


def native_interpreter(cell: Cell) -> Interpreter:
    """The cell's Python, without an emulator: there these tests would take days.

    Raises:
        InterpreterNotFoundError: it is not here, or the machine is of another architecture.
    """
    if platform.machine() != cell.architecture.machine:
        raise InterpreterNotFoundError(
            f"this machine is {platform.machine()}, not {cell.architecture.machine}",
            f"Run these tests on {cell.architecture.machine}.",
        )
    return find_interpreter(cell.python)


@cache
def confined() -> tuple[str, ...]:
    """The words before a tree and a program: no network, a read-only tree, processes of its own.

    Empty where the kernel does not let this user do so. Tried once a process.
    """
    held = held_back()
    if not held:
        return ()
    words = (held[0], *_OWN_PROCESSES, *held[1:])
    with tempfile.TemporaryDirectory() as folder:
        done = run([*words, folder, "true"], env={"PATH": os.defpath}, timeout=20)
    return words if done.returncode == 0 else held


def isolation() -> tuple[str, ...]:
    """What is held while the tests run."""
    if not confined():
        return ()
    own = ("own processes",) if confined() != held_back() else ()
    return ("read-only", "no network", *own)


def how_it_died(done: Completed) -> str:
    """In words; empty where pytest ended by itself, whatever the tests did."""
    code = done.returncode
    signal = -code if code < 0 else code - _SIGNAL_BASE
    if signal > 0:
        return f"the interpreter died of signal {signal}"
    # From 2 on pytest says why itself; a traceback of the guest's own start has no log to go to.
    return done.tail if code == 1 and done.stderr else ""


@cache
def scripts_sha256() -> str:
    """Of the code that runs the tests, hex."""
    return sources_sha256(_scripts())


def _last_words(seen: TestRun, log: Path) -> str:
    """How it ended, and where, as faulthandler tells it; or what was said last."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    _, fatal, trace = text.partition("Fatal Python error: ")
    place = trace.splitlines()[:8] if fatal else _without_progress(text)[-8:]
    how = seen.death or f"pytest ended with exit code {seen.code}"
    if seen.code is None and not seen.death:
        how = "it ended without a result"
    return "\n".join([how, *place])


def _without_progress(text: str) -> list[str]:
    """What pytest says beside a letter for each test."""
    lines = (line.partition(" [")[0] if line.endswith("%]") else line for line in text.splitlines())
    return [line for line in lines if line.strip(_PROGRESS)]


def _environment(tree: Path, tools: Path, scratch: Path) -> dict[str, str]:
    """As in Lambda the layer is on PYTHONPATH: workers that a test starts find it there."""
    return THREADS | {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "PYTHONPATH": f"{tree}{os.pathsep}{tools}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
    }


def _scripts() -> Traversable:
    return files("layerfactory.verify.upstream").joinpath("guest")
