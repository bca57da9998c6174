"""Where Pythons lie that this machine's own system cannot start: each in a Debian root of its own.

`scripts/debian_root.py` makes them. A launcher stands in place of the Python in each: it starts
the real one with the root's own loader and libraries, or under an emulator of its processor.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "LAYERFACTORY_ROOTS"
EMULATOR = "qemu-aarch64"
"""What runs aarch64 on other machines; Debian's package has it as ``qemu-aarch64-static``."""


def roots_folder() -> Path:
    """The folder of all roots."""
    chosen = os.environ.get(VARIABLE)
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    return Path(chosen) if chosen else data / "layerfactory/roots"


def root_folder(python: str, machine: str) -> Path:
    """Where the root of a minor version lies, or would.

    Args:
        python: such as ``3.13``.
        machine: what it runs on: ``aarch64`` or ``x86_64``.
    """
    return roots_folder() / f"python{python}-{machine}"


def launcher(python: str, machine: str) -> Path:
    """What starts the Python of a root; it need not be there."""
    return root_folder(python, machine) / "usr/bin" / f"python{python}"
