"""Fetches Lambda's own parts once: the emulator, and the runtime client for a Python.

Neither is ours to give away: both come from the package index when they are needed, and stay in
the cache.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.cache.folder import cache_folder
from layerfactory.build.files import disk_faults
from layerfactory.build.processes import run
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.build.wheels.uv import install_tools
from layerfactory.errors import BuildError, InterpreterNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerfactory.matrix.cell import Cell

AS_OF = date(2026, 11, 1)
"""Nothing younger is taken, so that all machines have the same."""
_EMULATOR_WHEEL = "aws-sam-cli"
_EMULATOR_PATH = "samcli/local/rapid/aws-lambda-rie-{}"
RUNTIME_PACKAGES = ("awslambdaric", "boto3")
"""What Lambda's runtime for Python holds of its own: its client, and the SDK."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What stands in for Lambda itself."""

    emulator: Path
    """The program."""
    packages: Path
    """What the runtime has on ``sys.path`` behind the layers."""


def emulator_tools(cell: Cell) -> Tools:
    """The emulator for the cell's processor, and the runtime's packages for its Python.

    Raises:
        IndexUnavailableError: they are not in the cache, and the index cannot be asked.
        BuildError: the index does not have them.
    """
    # uv keeps each file that it fetched; what is unpacked of it lies here.
    home = cache_folder(os.environ) / "emulator" / AS_OF.isoformat()
    name = _EMULATOR_PATH.format(cell.architecture)
    programs = _once(home / "programs", _fetch_emulator)
    packages = _once(
        home / f"{cell.runtime.name}-{cell.architecture}", lambda tree: _fetch_packages(tree, cell)
    )
    return Tools(programs / Path(name).name, packages)


def _once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Make a folder whole or not at all; two that make it at once do no harm."""
    if folder.is_dir():
        return folder
    with disk_faults(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as work:
            tree = Path(work, "tree")
            tree.mkdir()
            make(tree)
            with suppress(FileExistsError, OSError):
                tree.rename(folder)
    if not folder.is_dir():
        raise BuildError(f"{folder}: cannot be made")
    return folder


def _fetch_emulator(tree: Path) -> None:
    with tempfile.TemporaryDirectory(dir=tree.parent) as work:
        unpacked = Path(work)
        install_tools([_EMULATOR_WHEEL], unpacked, AS_OF, alone=True)
        found = sorted(unpacked.glob(_EMULATOR_PATH.format("*")))
        if not found:
            raise BuildError(f"{_EMULATOR_WHEEL} as of {AS_OF} holds no emulator")
        for path in found:
            shutil.copyfile(path, tree / path.name)
            (tree / path.name).chmod(0o755)


def _fetch_packages(tree: Path, cell: Cell) -> None:
    install_tools(RUNTIME_PACKAGES, tree, AS_OF, cell)
    try:
        interpreter = find_interpreter(cell.python)
    except InterpreterNotFoundError:
        return  # they work without bytecode, only later
    run([interpreter.path, "-I", "-S", "-m", "compileall", "-q", tree])
