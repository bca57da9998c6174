"""Puts a proposal together, and carries it out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from layerfactory.build.files import write_text
from layerfactory.build.locks.lock import Lock
from layerfactory.build.locks.lockfile import is_written, write_lock
from layerfactory.build.locks.resolve import make_lock
from layerfactory.errors import IndexUnavailableError, LockError
from layerfactory.matrix.lines import BOM
from layerfactory.matrix.load import load_matrix, parse_matrix
from layerfactory.matrix.support import SCIKIT_LEARN
from layerfactory.watch.edit import add_cells, pin_images
from layerfactory.watch.images import find_images
from layerfactory.watch.news import Terms, find_news
from layerfactory.watch.notes import runtime_ends, unknown_pythons, yanked_releases
from layerfactory.watch.proposal import Proposal, Unlocked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime, timedelta
    from pathlib import Path

    from layerfactory.matrix.index import IndexFile, PackageIndex
    from layerfactory.matrix.load import Written
    from layerfactory.watch.images import Registry
    from layerfactory.watch.news import Due
    from layerfactory.watch.notes import Note


@dataclass(frozen=True, slots=True)
class World:
    """Whom a run asks."""

    index: PackageIndex
    registry: Registry
    runtimes: tuple[str, ...]
    """That the API of Lambda names."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """How a run looks at it."""

    cooldown: timedelta
    """How old something must be."""
    ends_within: timedelta
    """How long before its end a runtime is told of."""
    jobs: int = 1
    resolve: bool = True
    """Make the locks; a dry run does not."""


def propose(path: Path, world: World, wish: Wish, progress: Callable[[str], None]) -> Proposal:
    """Find out what the matrix should have; nothing is written.

    Args:
        path: of the matrix.
        world: whom to ask.
        wish: how to look at it.
        progress: called with what is being done.

    Raises:
        MatrixError: the file is not good, or cannot be changed in a few places.
        LockError: the index tells no times, or knows none of the matrix's releases.
        IndexUnavailableError: the index cannot be asked.
    """
    load_matrix(path)  # a bad file is told with its faults
    before = path.read_bytes().decode()
    written = parse_matrix(before.removeprefix(BOM), str(path))
    progress(f"asking for {SCIKIT_LEARN}")
    files = world.index.files(SCIKIT_LEARN)
    cells = tuple(plan.cell for plan in written.matrix.cells)
    terms = Terms(world.now, wish.cooldown, tuple(written.settings.exclude))
    news = find_news(cells, files, terms)
    locks, unlocked = _locked(news.due, world, wish, progress)
    added = tuple(due for due in news.due if due.cell not in {each.cell for each in unlocked})
    images = find_images(written.matrix.images, world.registry)
    text = add_cells(before, str(path), [due.cell for due in added])
    text = pin_images(text, str(path), {image.python: image.after for image in images.new})
    return Proposal(
        source=path.name,
        before=before,
        text=text,
        added=added,
        locks=locks,
        unlocked=unlocked,
        waiting=news.waiting,
        left_out=news.left_out,
        images=images.new,
        notes=(*_notes(written, world, wish, files), *images.notes),
    )


def carry_out(proposal: Proposal, path: Path, locks: Path) -> None:
    """Write the locks, and then the matrix that asks for them; raises BuildError.

    What is to stay the same is not touched.
    """
    for lock in proposal.locks:
        if not is_written(locks, lock):
            write_lock(locks, lock)
    if proposal.changes:
        write_text(path.resolve(), proposal.text)


def _notes(
    written: Written, world: World, wish: Wish, files: tuple[IndexFile, ...]
) -> Iterator[Note]:
    cells = tuple(plan.cell for plan in written.matrix.cells)
    yield from yanked_releases(cells, files)
    yield from runtime_ends(cells, world.now.date(), wish.ends_within)
    yield from unknown_pythons(world.runtimes, files)


def _locked(
    due: tuple[Due, ...], world: World, wish: Wish, progress: Callable[[str], None]
) -> tuple[tuple[Lock, ...], tuple[Unlocked, ...]]:
    """Resolve each cell; one that no set of wheels fits stops no other."""
    if not wish.resolve or not due:
        return (), ()
    with ThreadPoolExecutor(wish.jobs) as pool:
        found = tuple(pool.map(partial(_lock, world, progress), due))
    return (
        tuple(each for each in found if isinstance(each, Lock)),
        tuple(each for each in found if isinstance(each, Unlocked)),
    )


def _lock(world: World, progress: Callable[[str], None], due: Due) -> Lock | Unlocked:
    progress(f"resolving {due.cell}")
    try:
        return make_lock(due.cell, world.index)
    except IndexUnavailableError:
        raise
    except LockError as error:
        return Unlocked(due.cell, error.message.removeprefix(f"{due.cell}: ").splitlines()[0])
