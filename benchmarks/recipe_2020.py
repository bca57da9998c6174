"""How layers with scikit-learn were made in 2020: install, strip, delete, zip.

What this project is held against: newest dependencies, every ``.so`` stripped, no metadata, no
``tests`` folders, no bytecode.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from layerfactory.build.processes import run
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TOOLS = {"strip": "binutils", "zip": "zip"}
"""The programs that the recipe starts, and the Debian packages that have them."""
_FOLDERS = ("*.dist-info", "tests", "__pycache__")
_ARGUMENTS_AT_ONCE = 500


def require_tools() -> None:
    """Look for the programs before any time is spent.

    Raises:
        BuildError: one of them is not here.
    """
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise BuildError(
            f"the 2020 recipe needs {' and '.join(missing)}, which this machine lacks",
            f"Install {' and '.join(TOOLS[tool] for tool in missing)} "
            "(Debian and Amazon Linux name the packages so).",
        )


def build(
    python: Path, scikit_learn: str, folder: Path, env: Mapping[str, str], *, strip: bool = True
) -> Path:
    """Follow the recipe.

    Args:
        python: the target's own interpreter, with pip.
        scikit_learn: the version.
        folder: an empty folder to work in.
        env: the environment of each program.
        strip: as it did; what comes of that does not import.

    Returns:
        The zip, with ``python/`` at its root.

    Raises:
        BuildError: a step fails.
    """
    tree = folder / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    wanted = [f"scikit-learn=={scikit_learn}", "joblib"]
    _do([*pip, "--target", str(tree), *wanted], folder, env)
    if strip:
        _strip(tree, env)
    _delete(tree)
    _do(["zip", "-q", "-r9", "layer.zip", tree.name], folder, env)
    return folder / "layer.zip"


def _strip(tree: Path, env: Mapping[str, str]) -> None:
    libraries = sorted(str(path) for path in tree.rglob("*.so") if path.is_file())
    for start in range(0, len(libraries), _ARGUMENTS_AT_ONCE):
        # Its exit code says nothing: a file that it refuses stays as it is, as it did then.
        run(["strip", *libraries[start : start + _ARGUMENTS_AT_ONCE]], env=env)


def _delete(tree: Path) -> None:
    for pattern in _FOLDERS:
        for path in sorted(tree.rglob(pattern)):
            shutil.rmtree(path, ignore_errors=True)
    for path in sorted(tree.rglob("*.pyc")):
        path.unlink()


def _do(argv: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
    done = run(argv, cwd=folder, env=env)
    if done.returncode != 0:
        raise BuildError(f"the 2020 recipe fails at `{' '.join(argv[:4])}`:\n{done.tail}")
