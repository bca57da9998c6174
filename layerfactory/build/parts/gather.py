"""All parts of a lock: those that the cache has, and the others made and kept."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.build.parts.make import Workplace, make_part
from layerfactory.build.parts.part import Part, from_bytes, to_chunks
from layerfactory.build.recipe import part_recipe_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.build.cache.store import Cache
    from layerfactory.build.locks.lock import Lock

KIND = "parts"
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

    def obtain(one: Lock, *, wait: bool) -> Part | None:
        key = part_recipe_sha256(one, place.bytecode, place.builder)
        with cache.turn(key, wait=wait) as held:
            # Whoever held it has put it there.
            kept = load_part(cache, key)
            if kept is not None or not held:
                return kept
            made = _make(one, place, folder)
            cache.put(KIND, key, to_chunks(made))
            return made

    alone = sorted((replace(lock, wheels=(wheel,)) for wheel in lock.wheels), key=_rank)
    # One more than is worked on: it waits for the index meanwhile.
    with ThreadPoolExecutor(place.jobs + 1) as pool:
        found = list(pool.map(lambda one: obtain(one, wait=False), alone))
    for index, one in enumerate(alone):
        if found[index] is None:
            place.progress(f"waiting for {one.wheels[0].name}")
            found[index] = obtain(one, wait=True)
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
