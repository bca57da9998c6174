"""Locks for tests: made up, or real ones.

The real ones lie beside the tests, so that a repository may host whatever cells it likes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.matrix.cell import Cell

REPOSITORY = Path(__file__).parents[2]
SAMPLES = REPOSITORY / "tests" / "samples"
LOCKS = SAMPLES / "locks"


def make_lock(cell: Cell | None = None, **versions: str) -> Lock:
    """A lock of made-up wheels; underscores in names stand for hyphens."""
    cell = cell or Cell("3.12", "1.9.1")
    wanted = {"scikit-learn": cell.scikit_learn}
    wanted |= {name.replace("_", "-"): version for name, version in versions.items()}
    wheels = tuple(
        LockedWheel(name, version, f"{name.replace('-', '_')}-{version}-py3-none-any.whl", "5" * 64)
        for name, version in sorted(wanted.items())
    )
    return Lock(cell, date(2026, 3, 1), wheels)
