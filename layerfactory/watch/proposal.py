"""What a run proposes: the new text of the matrix, the new locks, and in Markdown what and why."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.jobs.markdown import plain
from layerfactory.matrix.support import SCIKIT_LEARN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerfactory.build.locks.lock import Lock
    from layerfactory.matrix.cell import Cell
    from layerfactory.matrix.universe import LeftOut
    from layerfactory.watch.images import NewImage
    from layerfactory.watch.news import Due, Waiting
    from layerfactory.watch.notes import Note


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A cell that is due and cannot be resolved."""

    cell: Cell
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one run found."""

    source: str
    """The matrix's name, as it was given."""
    before: str
    text: str
    """Of the matrix, as it should be."""
    added: tuple[Due, ...]
    locks: tuple[Lock, ...]
    """Of the added cells; none in a dry run."""
    unlocked: tuple[Unlocked, ...]
    waiting: tuple[Waiting, ...]
    left_out: tuple[LeftOut, ...]
    images: tuple[NewImage, ...]
    notes: tuple[Note, ...]

    @property
    def changes(self) -> bool:
        """Whether the matrix is to be changed."""
        return self.text != self.before

    @property
    def title(self) -> str:
        """One line for a pull request; empty where there is nothing to propose."""
        releases = sorted({due.cell.scikit_learn for due in self.added}, key=Version)
        if releases:
            return f"{SCIKIT_LEARN} {', '.join(releases)}: {_counted(len(self.added), 'new cell')}"
        if self.images:
            return f"New build images for Python {', '.join(i.python for i in self.images)}"
        return ""

    @property
    def to_look_at(self) -> str:
        """What only a person can decide, in Markdown; empty where there is nothing."""
        return "\n".join(_notes(self))

    @property
    def body(self) -> str:
        """What and why, in Markdown. It depends on what was found, and not on the day."""
        parts = [*_added(self), *_images(self), *_unlocked(self), *_left_out(self), *_notes(self)]
        return "\n".join([*parts, "Made by `layerfactory watch`.", ""])


def _added(proposal: Proposal) -> Iterator[str]:
    if not proposal.added:
        return
    yield f"## {_counted(len(proposal.added), 'new cell')}\n"
    yield "| scikit-learn | Python | architecture | with | why | uploaded |"
    yield "|---|---|---|---|---|---|"
    for due in sorted(proposal.added, key=lambda due: (Version(due.cell.scikit_learn), due.cell)):
        cell, extras = due.cell, ", ".join(due.cell.extras)
        yield (
            f"| {cell.scikit_learn} | {cell.python} | {cell.architecture} | {extras} "
            f"| {due.kind} | {due.uploaded.date()} |"
        )
    yield f"\n{proposal.source} has them, and each has a lock.\n"


def _images(proposal: Proposal) -> Iterator[str]:
    if not proposal.images:
        return
    yield "## New build images\n"
    for image in proposal.images:
        yield f"* Python {image.python}: `{image.before}` is now `{image.after}`"
    yield ""


def _unlocked(proposal: Proposal) -> Iterator[str]:
    if not proposal.unlocked:
        return
    yield "## Left out: no set of wheels fits\n"
    for reason, some in groupby(proposal.unlocked, key=lambda each: each.reason):
        cells = ", ".join(f"`{each.cell}`" for each in some)
        yield f"* {cells}: {_clause(reason)}"
    yield ""


def _left_out(proposal: Proposal) -> Iterator[str]:
    if not proposal.left_out:
        return
    yield "## Passed over\n"
    for release in proposal.left_out:
        yield f"* {SCIKIT_LEARN} {release.version}: {_clause(release.reason)}"
    yield ""


def _notes(proposal: Proposal) -> Iterator[str]:
    if not proposal.notes:
        return
    yield "## To look at\n"
    for note in proposal.notes:
        yield f"* {_clause(note.text)}. {_clause(note.remedy)}"
    yield ""


def _clause(text: str) -> str:
    """Somebody else's words, to be followed by our own full stop or by nothing."""
    return plain(text).rstrip(".")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
