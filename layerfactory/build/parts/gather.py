"""All parts of a lock: those that the cache has, and the others made and kept."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.build.parts.make import Workplace, make_part
from layerfactory.build.parts.part import Part, from_bytes, to_chunks
from layerfactory.build.recipe import part_recipe_sha256
from layerfactory.errors import LockError

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.build.cache.store import Cache
    from layerfactory.build.locks.lock import Lock

KIND = "parts"
PATIENCE = 1800.0
"""Seconds to wait for other builds, for all parts together: a slow index needs a few minutes."""
# Those that take longest begin first, so that the others fill the gaps beside them.
_HEAVY = ("scipy", "scikit-learn", "pandas", "numpy")


def gather_parts(lock: Lock, place: Workplace, cache: Cache, folder: Path) -> tuple[Part, ...]:
    """The part of each wheel of a lock, sorted by name.

    A part that somebody else is making is left for later, and waited for when all else is done.

    Args:
        lock: the wheels.
        place: who makes parts, and how.
        cache: what keeps them.
        folder: to unpack in.

    Raises:
        LockError: a wheel is not the one that was locked.
        BuildError: something else is in the way.
    """

    def obtain(one: Lock, patience: float, *, at_last: bool) -> Part | None:
        key = part_recipe_sha256(one, place.bytecode, place.builder)
        with cache.turn(key, patience=patience) as held:
            # Whoever held it has put it there.
            kept = load_part(cache, key)
            if kept is not None:
                _require_locked(one, kept)
            if kept is not None or not (held or at_last):
                return kept
            made = _make(one, place, folder)
            cache.put(KIND, key, to_chunks(made))
            return made

    alone = sorted((replace(lock, wheels=(wheel,)) for wheel in lock.wheels), key=_rank)
    # One more than is worked on: it waits for the index meanwhile.
    with ThreadPoolExecutor(place.jobs + 1) as pool:
        found = list(pool.map(lambda one: obtain(one, 0, at_last=False), alone))
    until = time.monotonic() + PATIENCE
    for index, one in enumerate(alone):
        if found[index] is None:
            place.progress(f"waiting for another build's {one.wheels[0].name}")
            left = max(0.0, until - time.monotonic())
            # Whoever has waited so long makes it without its turn.
            found[index] = obtain(one, left, at_last=True)
    return tuple(sorted((part for part in found if part), key=lambda part: part.name))


def load_part(cache: Cache, key: str) -> Part | None:
    """A part that was kept; None where there is none that can be read."""
    kept = cache.get(KIND, key)
    if kept is None:
        return None
    try:
        return from_bytes(kept)
    except ValueError:
        cache.drop(KIND, key)
        return None


def _require_locked(lock: Lock, part: Part) -> None:
    """See that the hash in the lock is that of the wheel that it names."""
    (wheel,) = lock.wheels
    if (part.name, part.version) != (wheel.name, wheel.version):
        raise LockError(
            f"{lock.cell}: the hash locked for {wheel.name} {wheel.version} is that of "
            f"{part.name} {part.version}",
            f"Make the lock anew: layerfactory lock --upgrade --only '{lock.cell}'",
        )


def _make(lock: Lock, place: Workplace, folder: Path) -> Part:
    tree = folder / lock.wheels[0].name / "tree"
    try:
        return make_part(lock, place, tree)
    finally:
        # Else the trees of all wheels would lie there at once.
        shutil.rmtree(tree, ignore_errors=True)


def _rank(lock: Lock) -> tuple[int, str]:
    name = lock.wheels[0].name
    return _HEAVY.index(name) if name in _HEAVY else len(_HEAVY), name
