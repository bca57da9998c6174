"""Where a probe runs: the target's Python on this machine, or in a container of its image.

A Python for another processor runs on this machine too, under an emulator.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from layerfactory.build.docker.containers import NOBODY, Container, Network
from layerfactory.build.processes import Completed, run
from layerfactory.build.wheels.interpreters import (
    Interpreter,
    find_foreign_interpreter,
    find_interpreter,
)
from layerfactory.build.wheels.roots import EMULATOR
from layerfactory.errors import BuildError, InterpreterNotFoundError, VerifyError
from layerfactory.verify.sources import sources_sha256

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from layerfactory.matrix.cell import Cell

# Seconds; on one busy core a run takes five to fifteen.
TIMEOUT = 900.0
# An emulator takes ten times as long with bytecode, and thirty times without.
EMULATED_TIMEOUT = 3600.0
# Of the container, which holds this one run: as on Lambda, the one folder that can be written.
_SCRATCH = "/tmp"  # noqa: S108
# One thread each, so that sums run in the same order and two probes share the machine fairly.
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
FLAGS = ("-I", "-S", "-B")
# $1 is the tree; what follows is the program.
_READ_ONLY = (
    'mount --bind "$1" "$1" && mount -o remount,bind,ro,nosuid,nodev "$1" && shift && exec "$@"'
)
_ASK = "import platform; print(platform.python_version(), platform.machine())"
_ASK_LIBC = "import os; print(os.confstr('CS_GNU_LIBC_VERSION'))"


class Guest(Protocol):
    """Runs the probe somewhere."""

    @property
    def identity(self) -> str:
        """Whatever decides what the probe sees, beside the tree."""

    @property
    def isolation(self) -> tuple[str, ...]:
        """What this place holds by its nature; the probe itself finds the rest."""

    @property
    def compiles_slowly(self) -> bool:
        """Whether bytecode had better be brought along than made here."""

    def run(self, tree: Path) -> Any:
        """Probe the folder that was ``python/``; return what the probe wrote.

        Raises:
            VerifyError: the probe died.
            BuildError: the place failed, or it took too long.
        """


class LocalGuest:
    """A process on this machine; network off and the tree read-only where the kernel lets us."""

    isolation: tuple[str, ...] = ()
    compiles_slowly = False
    timeout = TIMEOUT

    def __init__(self, interpreter: Interpreter, prefix: tuple[str, ...]) -> None:
        """Prepare to probe.

        Args:
            interpreter: of the cell's Python.
            prefix: the words of ``held_back``, or none to hold nothing back.
        """
        self._interpreter = interpreter
        self._prefix = prefix

    @property
    def identity(self) -> str:
        """Interpreter, libc and processor."""
        return f"local {self._interpreter.version} {self._libc()} {_processor()}"

    def _libc(self) -> str:
        """The interpreter's own, which need not be this machine's."""
        return run([self._interpreter.path, *FLAGS, "-c", _ASK_LIBC]).stdout.strip()

    def run(self, tree: Path) -> Any:
        """Probe in a process with an environment of its own; raises VerifyError, BuildError."""
        with as_file(_scripts()) as scripts, tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch, "result.json")
            words = (self._interpreter.path, *FLAGS, scripts, "--tree", tree, "--out", out)
            program = [str(word) for word in words]
            env = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": scratch, "TMPDIR": scratch}
            prefix = (*self._prefix, str(tree)) if self._prefix else ()
            env |= THREADS
            done = run([*prefix, *program], env=env, cwd=Path(scratch), timeout=self.timeout)
            _require_alive(done)
            if not out.exists():
                raise VerifyError("the probe ended without a result: something in it called exit")
            return json.loads(out.read_bytes())


class EmulatedGuest(LocalGuest):
    """A process of another processor, under qemu; all else as on this machine."""

    isolation = (EMULATOR,)
    compiles_slowly = True
    timeout = EMULATED_TIMEOUT

    @property
    def identity(self) -> str:
        """Interpreter, libc and emulator; it shows every program the same processor."""
        version = run([f"{EMULATOR}-static", "--version"]).stdout.partition("\n")[0]
        return f"{version} {self._interpreter.version} {self._libc()}"


class DockerGuest:
    """A container without network; the tree lies in /opt, as in Lambda, and nobody may write."""

    def __init__(self, cell: Cell, image: str) -> None:
        """Start a container once, to see what its Python is.

        Raises:
            InterpreterNotFoundError: the image has no Python that runs here.
            DockerError: there is no daemon or no such image.
        """
        self._cell, self._image = cell, image
        self._python = f"python{cell.python}"
        # Docker itself does not tell: the kernel hands such programs to an emulator.
        self.compiles_slowly = is_foreign(cell)
        emulated = (f"emulated {cell.architecture.machine}",) if self.compiles_slowly else ()
        self.isolation = ("container", *emulated)
        with self._container() as container:
            done = container.exec([self._python, *FLAGS, "-c", _ASK])
            if done.returncode != 0 or not done.stdout.startswith(f"{cell.python}."):
                msg = f"{image} has no {self._python} that runs here: {done.tail}"
                raise InterpreterNotFoundError(msg)
            self.identity = f"{container.image_digest} {done.stdout.strip()} {_processor()}"

    def run(self, tree: Path) -> Any:
        """Probe in a container of its own; raises VerifyError, DockerError."""
        with as_file(_scripts()) as scripts, self._container() as container:
            container.put_tree(tree, "/opt/python", writable=False)
            container.put_tree(scripts, "/layerfactory/guest", writable=False)
            argv = [self._python, *FLAGS, "/layerfactory/guest"]
            result = f"{_SCRATCH}/result.json"
            argv += ["--tree", "/opt/python", "--out", result]
            env = {"HOME": _SCRATCH, **THREADS}
            timeout = EMULATED_TIMEOUT if self.compiles_slowly else TIMEOUT
            _require_alive(container.exec(argv, env=env, user=NOBODY, timeout=timeout))
            return json.loads(container.get_file(result))

    def _container(self) -> Container:
        return Container(
            self._image,
            architecture=self._cell.architecture,
            network=Network.NONE,
            purpose=f"probe {self._cell.identifier}",
        )


def local_guest(cell: Cell) -> LocalGuest:
    """The cell's Python on this machine; for another architecture, under an emulator.

    Raises:
        InterpreterNotFoundError: it is not here.
    """
    machine = cell.architecture.machine
    if platform.machine() == machine:
        return LocalGuest(find_interpreter(cell.python), held_back())
    return EmulatedGuest(find_foreign_interpreter(cell.python, machine), held_back())


def is_foreign(cell: Cell) -> bool:
    """Whether the cell is for another processor than this machine's, and so of its containers."""
    # macOS has another name for one; its containers are Linux all the same.
    here = {"arm64": "aarch64"}.get(platform.machine(), platform.machine())
    return here != cell.architecture.machine


@cache
def held_back() -> tuple[str, ...]:
    """The words to put before a tree and a program so that it has no network and a read-only tree.

    Empty where the kernel does not let this user do so. Tried once a process.
    """
    with tempfile.TemporaryDirectory() as folder:
        for options in (("-n", "-m"), ("-r", "-n", "-m")):
            words = ("unshare", *options, "sh", "-c", _READ_ONLY, "sh")
            try:
                done = run([*words, folder, "true"], env={"PATH": os.defpath}, timeout=20)
            except BuildError:
                return ()
            if done.returncode == 0:
                return words
    return ()


@cache
def scripts_sha256() -> str:
    """Of the probe's own code: another probe sees other things."""
    return sources_sha256(_scripts())


def _scripts() -> Traversable:
    return files("layerfactory.verify").joinpath("guest")


@cache
def _processor() -> str:
    """A hash of what the processor can do: numerical kernels are chosen by it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # only Linux has it, and not in every sandbox
        lines = [f"flags: {platform.machine()}"]
    able = sorted({line for line in lines if line.startswith(("flags", "Features"))})
    return hashlib.sha256("\n".join(able).encode()).hexdigest()[:16]


def _require_alive(done: Completed) -> None:
    if done.returncode != 0:
        code = done.returncode
        how = f"of signal {-code}" if code < 0 else f"with exit code {code}"
        raise VerifyError(f"the probe died {how}:\n{_last_words(done)}")


def _last_words(done: Completed) -> str:
    """Where it crashed, innermost first, as faulthandler tells it; or its last lines."""
    _, fatal, trace = done.stderr.partition("Fatal Python error: ")
    return "\n".join((fatal + trace).splitlines()[:12]) if fatal else done.tail
