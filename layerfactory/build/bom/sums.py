"""SHA256SUMS: the hash of each file, as ``sha256sum --check`` reads it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from layerfactory.build.files import disk_faults

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NAME = "SHA256SUMS"


def sums_text(files: Iterable[Path]) -> str:
    """A line for each file, by name; all lie in one folder. Raises BuildError."""
    return "".join(
        f"{_sha256(path)}  {path.name}\n" for path in sorted(files, key=lambda path: path.name)
    )


def _sha256(path: Path) -> str:
    with disk_faults(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
