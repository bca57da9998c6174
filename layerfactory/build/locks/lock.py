"""A lock: exactly which wheels a cell is made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from layerfactory.matrix.cell import Cell


@dataclass(frozen=True, slots=True)
class LockedWheel:
    """One wheel, by name and by hash."""

    name: str
    version: str
    filename: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Lock:
    """Every wheel of a cell, sorted by name."""

    cell: Cell
    as_of: date
    """No wheel is younger than this day."""
    wheels: tuple[LockedWheel, ...]

    def requirements(self) -> str:
        """The wheels as pip's ``--require-hashes`` wants them: one hash a requirement."""
        return "".join(
            f"# {wheel.filename}\n{wheel.name}=={wheel.version} \\\n"
            f"    --hash=sha256:{wheel.sha256}\n"
            for wheel in self.wheels
        )

    @property
    def sha256(self) -> str:
        """Of the requirements, hex."""
        return hashlib.sha256(self.requirements().encode()).hexdigest()
