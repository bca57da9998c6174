"""Names the checkout that a layer is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.build.processes import run
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from pathlib import Path


def source_commit(folder: Path) -> str:
    """The commit of a checkout; ``-dirty`` behind it where files differ, empty without git."""
    try:
        head = run(["git", "rev-parse", "HEAD"], cwd=folder)
        changes = run(["git", "status", "--porcelain", "--untracked-files=no"], cwd=folder)
    except (BuildError, OSError):
        return ""
    if head.returncode != 0:
        return ""
    return head.stdout.strip() + ("-dirty" if changes.stdout.strip() else "")
