"""Makes a lock: the wheels of a cell, as of that scikit-learn's own days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.build.wheels import uv
from layerfactory.errors import LockError
from layerfactory.matrix.support import best_wheel, released

if TYPE_CHECKING:
    from datetime import date

    from layerfactory.matrix.cell import Cell
    from layerfactory.matrix.index import PackageIndex

# Newer dependencies break an older scikit-learn in silence (scipy 1.7.3 under 0.23.1, scipy 1.10
# under 0.24.2), so a cell takes what was there when its scikit-learn came out. The margin lets in
# the patch releases that answered it; numpy and scipy bring minor releases every few months.
MARGIN = timedelta(days=14)


def make_lock(cell: Cell, index: PackageIndex) -> Lock:
    """Resolve a cell and pin each wheel by its hash.

    Raises:
        LockError: the cell cannot be resolved.
        IndexUnavailableError: the index cannot be asked.
    """
    as_of = _as_of(cell, index)
    pins = uv.resolve(cell, as_of)
    wheels = tuple(_pin(cell, index, name, pins[name]) for name in sorted(pins))
    return Lock(cell, as_of, wheels)


def _as_of(cell: Cell, index: PackageIndex) -> date:
    files = index.files("scikit-learn")
    first = released(files, cell.scikit_learn)
    wheel = best_wheel(files, cell.scikit_learn, cell)
    # A wheel for a newer Python is sometimes added to a release later on.
    uploaded = wheel.upload_time if wheel is not None else None
    return (max(first, uploaded or first) + MARGIN).date()


def _pin(cell: Cell, index: PackageIndex, name: str, version: str) -> LockedWheel:
    wheel = best_wheel(index.files(name), version, cell)
    if wheel is None:
        raise LockError(
            f"{cell}: {name} {version} has no wheel that {cell.runtime.name} can load",
            "Run again with a newer uv; if it stays so, report it with this message.",
        )
    if not wheel.sha256:
        raise LockError(
            f"{cell}: the package index tells no sha256 of {wheel.filename}",
            "Use an index that tells hashes.",
        )
    return LockedWheel(name, version, wheel.filename, wheel.sha256)
