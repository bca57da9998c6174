"""What the scripts that make Debian roots share: suites, tools, and the one call of debootstrap."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from apt_mirror import mirror_of, read_sources

from layerfactory.build.processes import run
from layerfactory.errors import BuildError, InterpreterNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

SUITES = {"3.9": "bullseye", "3.11": "bookworm", "3.13": "trixie", "3.14": "forky"}
"""The suite that has a Python as its own; Debian carries one at a time."""
# debootstrap knows suites by scripts of their names; the one of sid does for all newer than itself.
_SCRIPTS = Path("/usr/share/debootstrap/scripts")


def suite_of(python: str) -> str:
    """The suite to take a minor version from.

    Raises:
        InterpreterNotFoundError: none has it.
    """
    try:
        return SUITES[python.removeprefix("python")]
    except KeyError:
        raise InterpreterNotFoundError(
            f"no suite of Debian that this script knows has Python {python}",
            f"Choose of {', '.join(SUITES)}.",
        ) from None


def require_tools() -> None:
    """Say what is missing before anything is begun; raises BuildError."""
    if shutil.which("debootstrap") is None:
        raise BuildError(
            "debootstrap is not installed", "Install it: `apt-get install debootstrap`."
        )
    if os.geteuid() != 0:
        raise BuildError("debootstrap needs root", "Run this with sudo.")


def debootstrap(
    suite: str, root: Path, mirror: str, packages: Sequence[str], *options: str
) -> None:
    """Fetch a minimal Debian and these packages.

    Args:
        suite: its code name.
        root: the folder to fill.
        mirror: the address of the archive; empty for apt's own.
        packages: what is taken beside the minimum.
        options: more of debootstrap's.

    Raises:
        BuildError: it fails.
    """
    address = mirror or mirror_of(read_sources(Path("/etc/apt")), suite)
    print(f"{suite}: fetching from {address}", flush=True)
    script = suite if (_SCRIPTS / suite).exists() else "sid"
    chosen = ["--variant=minbase", f"--include={','.join(packages)}", *options]
    checked(["debootstrap", *chosen, suite, root, address, _SCRIPTS / script], "debootstrap")


def checked(argv: Sequence[str | Path], doing: str) -> None:
    """Run a program that must succeed; raises BuildError."""
    done = run(argv)
    if done.returncode != 0:
        raise BuildError(f"{doing} failed:\n{done.tail or done.stdout[-500:]}")
