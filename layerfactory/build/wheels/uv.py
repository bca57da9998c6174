"""The one door to uv: resolving and unpacking for a Python and platform that need not be here."""

from __future__ import annotations

import os
import re
import shutil
import sys
from functools import cache
from typing import TYPE_CHECKING, NoReturn

from layerfactory.build.processes import Completed, run
from layerfactory.data.extras import extras
from layerfactory.errors import BuildError, IndexUnavailableError, LockError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from layerfactory.build.locks.lock import Lock
    from layerfactory.matrix.cell import Cell

# Seconds; a whole cell takes two from an index nearby.
_TIMEOUT = 900.0
_NETWORK_SIGNS = ("error sending request", "Failed to fetch", "dns error", "timed out")
_FULL_DISK_SIGN = "No space left on device"
_GONE_SIGNS = ("No solution found", "404 Not Found")
# What uv fetched and unpacked, and cannot put into the tree: its cache is damaged.
_NOT_INSTALLED = re.compile(r"Failed to install: \S+ \((?P<name>[^=]+)==")
# pip's settings that uv does not read, and uv's own names for them.
_PIP_TWINS = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_CERT": "SSL_CERT_FILE",
}


def resolve(cell: Cell, as_of: date) -> dict[str, str]:
    """The version of each distribution of a cell, with nothing younger than ``as_of``.

    Raises:
        LockError: no set of wheels fits.
        IndexUnavailableError: the index cannot be asked.
    """
    done = _uv(
        ["pip", "compile", "-", "--quiet", "--no-header", "--no-annotate"]
        + ["--only-binary", ":all:", "--exclude-newer", f"{as_of.isoformat()}T00:00:00Z"]
        + _target(cell),
        stdin="".join(f"{requirement}\n" for requirement in _requirements(cell)),
    )
    if done.returncode != 0:
        _raise_if_offline(done)
        raise LockError(
            f"{cell}: no set of wheels as of {as_of} fits {cell.runtime.name}:\n{done.tail}",
            "See `layerfactory plan --all` for what can exist, or choose another scikit-learn.",
        )
    pins = (line.split("==") for line in done.stdout.splitlines() if "==" in line)
    return {name.strip(): version.strip() for name, version in pins}


def _requirements(cell: Cell) -> list[str]:
    wanted = [requirement for name in cell.extras for requirement in extras()[name].requires]
    return [f"scikit-learn=={cell.scikit_learn}", *wanted]


def install(lock: Lock, tree: Path, requirements: Path) -> None:
    """Unpack the lock's wheels into ``tree``; what is damaged in uv's cache is fetched anew.

    Args:
        lock: what to unpack.
        tree: the folder that receives it.
        requirements: a file to write the lock's requirements to.

    Raises:
        LockError: a file on the index is not the one that was locked.
        BuildError: a wheel cannot be had or unpacked.
    """
    requirements.write_text(lock.requirements(), encoding="utf-8")
    done = _install(lock, tree, requirements)
    damaged = _NOT_INSTALLED.findall(done.stderr) if _FULL_DISK_SIGN not in done.stderr else []
    if done.returncode != 0 and damaged:
        forget(damaged)
        shutil.rmtree(tree, ignore_errors=True)
        done = _install(lock, tree, requirements)
    if done.returncode != 0:
        _raise_install_error(done, lock, tree)


def _install(lock: Lock, tree: Path, requirements: Path) -> Completed:
    return _uv(
        ["pip", "install", "--quiet", "--target", str(tree), "--no-deps", "--require-hashes"]
        # Its notes, of a wheel's date to the nanosecond, would let equal builds count other bytes.
        + ["--no-installer-metadata"]
        # Copying out of uv's cache would take longer than all else that uv does.
        + ["--only-binary", ":all:", "--link-mode", "hardlink"]
        + ["--requirements", str(requirements)]
        + _target(lock.cell),
    )


def _raise_install_error(done: Completed, lock: Lock, tree: Path) -> NoReturn:
    if "Hash mismatch" in done.stderr:
        raise LockError(
            f"{lock.cell}: a wheel is not the one that was locked:\n{done.tail}",
            f"If the lock is right, distrust the index; if it is not, make it anew: "
            f"layerfactory lock --upgrade --only '{lock.cell}'",
        )
    if _FULL_DISK_SIGN in done.stderr:
        raise BuildError(
            f"{lock.cell}: the disk of {tree} or of uv's cache is full:\n{done.tail}",
            "Free some space, or choose another folder with --output.",
        )
    if any(sign in done.stderr for sign in _GONE_SIGNS):
        raise LockError(
            f"{lock.cell}: the index has no {_named_in(done.stderr, lock)}:\n{done.tail}",
            "See whether the right index is asked (UV_DEFAULT_INDEX); if the wheel is gone from "
            f"it, lock another: layerfactory lock --upgrade --only '{lock.cell}'",
        )
    _raise_if_offline(done)
    raise BuildError(
        f"{lock.cell}: the wheels cannot be unpacked:\n{done.tail}",
        "Look at the first line above; `uv cache clean` drops a damaged cache.",
    )


def install_beside(lock: Lock, names: Collection[str], tree: Path, constraints: Path) -> None:
    """Unpack other distributions into ``tree``: of the lock's days, and none that contradicts it.

    Args:
        lock: what they are to work beside.
        names: the distributions; their dependencies come along.
        tree: the folder that receives them, apart from what the lock holds.
        constraints: a file to write the lock's versions to.

    Raises:
        IndexUnavailableError: the index cannot be asked.
        BuildError: they cannot be had for this Python.
    """
    pins = (f"{wheel.name}=={wheel.version}\n" for wheel in lock.wheels)
    constraints.write_text("".join(pins), encoding="utf-8")
    done = _uv(
        ["pip", "install", "--quiet", "--target", str(tree), "--only-binary", ":all:"]
        + ["--exclude-newer", f"{lock.as_of.isoformat()}T00:00:00Z"]
        + ["--constraints", str(constraints), *names]
        + _target(lock.cell),
    )
    if done.returncode != 0:
        _raise_if_offline(done)
        raise BuildError(
            f"{lock.cell}: {', '.join(names)} cannot be had as of {lock.as_of}:\n{done.tail}"
        )


def install_tools(
    names: Sequence[str], tree: Path, as_of: date, cell: Cell | None = None, *, alone: bool = False
) -> None:
    """Unpack distributions that no layer holds into ``tree``, with nothing younger than ``as_of``.

    Args:
        names: the distributions, as requirements.
        tree: the folder that receives them.
        as_of: the day whose index is asked.
        cell: whose Python and platform they are for; None for those of this process.
        alone: without what they depend on.

    Raises:
        IndexUnavailableError: the index cannot be asked.
        BuildError: they cannot be had.
    """
    done = _uv(
        ["pip", "install", "--quiet", "--target", str(tree), "--only-binary", ":all:", *names]
        + ["--exclude-newer", f"{as_of.isoformat()}T00:00:00Z"]
        + (["--no-deps"] if alone else [])
        + (_target(cell) if cell else [])
    )
    if done.returncode != 0:
        _raise_if_offline(done)
        where = f" for {cell.runtime.name}" if cell else ""
        raise BuildError(f"{', '.join(names)}: cannot be had{where} as of {as_of}:\n{done.tail}")


def _named_in(complaint: str, lock: Lock) -> str:
    """The file names of the wheels that are complained of."""
    named = [
        wheel for wheel in lock.wheels if re.search(rf"\b{re.escape(wheel.name)}\b", complaint)
    ]
    return ", ".join(wheel.filename for wheel in named or lock.wheels)


def forget(names: Sequence[str]) -> None:
    """Drop these distributions from uv's cache."""
    _uv(["cache", "clean", "--quiet", *names])


def _target(cell: Cell) -> list[str]:
    glibc = "_".join(map(str, cell.runtime.uv_glibc))
    platform = f"{cell.architecture.machine}-manylinux_{glibc}"
    return ["--python-version", cell.python, "--python-platform", platform]


def _uv(arguments: Sequence[str], stdin: str | None = None) -> Completed:
    # uv wants some Python to start from, and must not fetch the target's only to resolve for it.
    argv = [_program(), *arguments]
    if arguments[0] == "pip":
        argv += ["--python", sys.executable]
    return run(argv, env=uv_environment(os.environ), stdin=stdin, timeout=_TIMEOUT)


def uv_environment(host: Mapping[str, str]) -> dict[str, str]:
    """The host's environment, with pip's index settings under uv's names where uv has none."""
    env = dict(host)
    for pip_name, uv_name in _PIP_TWINS.items():
        if pip_name in env:
            env.setdefault(uv_name, env[pip_name])
    env["UV_PYTHON_DOWNLOADS"] = "never"
    env["UV_NO_PROGRESS"] = "1"
    env["NO_COLOR"] = "1"
    return env


@cache
def _program() -> str:
    from uv import find_uv_bin

    return find_uv_bin()


def _raise_if_offline(done: Completed) -> None:
    if any(sign in done.stderr for sign in _NETWORK_SIGNS):
        raise IndexUnavailableError(
            f"the package index cannot be reached:\n{done.tail}",
            "Check the network, HTTPS_PROXY, SSL_CERT_FILE and UV_DEFAULT_INDEX; then run again.",
        )
