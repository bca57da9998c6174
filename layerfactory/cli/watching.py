"""The verb `watch`: the matrix brought up to date with the world around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layerfactory.cli import options as o
from layerfactory.cli.common import finish
from layerfactory.cli.failures import ends_well
from layerfactory.cli.views import document, lock_json
from layerfactory.console import Console
from layerfactory.errors import LockError

if TYPE_CHECKING:
    from layerfactory.jobs.tracker import Done
    from layerfactory.watch.proposal import Proposal

_MARK = "<!-- layerfactory: what only a person can decide -->"
_TITLE = "The matrix: something that only a person can decide"
_GOOD_NEWS = "There is nothing left to decide."


@ends_well
def watch(
    cooldown: Annotated[
        int,
        typer.Option("--cooldown", metavar="DAYS", min=0, help="How old a new file must be."),
    ] = 7,
    warn: Annotated[
        int,
        typer.Option(
            "--warn", metavar="DAYS", min=0, help="How long before its end a runtime is told of."
        ),
    ] = 180,
    body: Annotated[
        Path | None,
        typer.Option(
            "--body",
            metavar="FILE",
            help="Write what is proposed and why, as Markdown; its first line is a title.",
        ),
    ] = None,
    issue: Annotated[
        bool,
        typer.Option(
            "--issue",
            help="Keep one issue on the tracker of the repository while there is something that "
            "only a person can decide: opened, brought up to date or closed with `gh`.",
        ),
    ] = False,
    matrix: o.MatrixFile = o.MATRIX,
    jobs: o.Jobs = o.JOBS,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
) -> None:
    """Add to the matrix what came out since: releases, late wheels, Pythons; with their locks.

    Comments and order of matrix.yaml stay, no cell is ever removed, and what `exclude` matches is
    not proposed again. It also tells what only a person can decide: runtimes that end, releases
    that were yanked, Pythons that layerfactory does not know yet.

    Example: layerfactory watch --body proposal.md
    """
    from layerfactory.build.files import write_text
    from layerfactory.matrix.index import PackageIndex
    from layerfactory.publish.aws.runtimes import api_runtimes
    from layerfactory.watch.images import DockerRegistry
    from layerfactory.watch.propose import Wish, World, carry_out, propose

    console = Console(as_json=as_json)
    world = World(
        PackageIndex.from_environment(), DockerRegistry(), api_runtimes(), datetime.now(tz=UTC)
    )
    wish = Wish(timedelta(days=cooldown), timedelta(days=warn), jobs, resolve=not dry_run)
    found = propose(matrix, world, wish, console.note)
    if not dry_run:
        carry_out(found, matrix, matrix.absolute().parent / "locks")
        if body is not None:
            write_text(body, "\n\n".join(filter(None, (found.title, found.body))))
    show(console, found, dry_run=dry_run)
    console.step_summary(found.body)
    told = keep_issue(found) if issue and not dry_run else None  # last: the tracker may refuse
    if told is not None:
        console.say(f"issue: {told}")
    console.json({**to_json(found), "issue": str(told) if told is not None else None})
    finish(console, (), failure(found))


def keep_issue(found: Proposal) -> Done:
    """Keep the one issue of what only a person can decide; raises TrackerError.

    A proposal tells it too, but nobody opens one where nothing is to be changed.
    """
    from layerfactory.jobs.github import GitHub
    from layerfactory.jobs.tracker import Wish, keep_one

    wish = Wish(_TITLE, found.to_look_at, whole=True, good_news=_GOOD_NEWS, mark=_MARK)
    return keep_one(GitHub(Path.cwd()), wish)


def failure(found: Proposal) -> LockError | None:
    """That something is due and nothing of it can be had: else the proposal tells it."""
    if not found.unlocked or found.changes:
        return None
    first = found.unlocked[0]
    return LockError(
        f"cells that are due and cannot be locked: {len(found.unlocked)}; "
        f"{first.cell}: {first.reason}",
        "Say no to them with `exclude` in the matrix, or wait for their wheels.",
    )


def show(console: Console, found: Proposal, *, dry_run: bool) -> None:
    """A line for each thing that was found."""
    for due in found.added:
        console.say(f"{due.cell}: {due.kind}, uploaded {due.uploaded.date()}")
    for image in found.images:
        console.say(f"build image of Python {image.python}: {image.before} -> {image.after}")
    for each in found.unlocked:
        console.warn(f"{each.cell}: left out: {each.reason}")
    for waiting in found.waiting:
        console.say(f"scikit-learn {waiting.version}: too young until {waiting.until}")
    for release in found.left_out:
        console.say(f"scikit-learn {release.version}: passed over: {release.reason}")
    for note in found.notes:
        console.say(f"{note.text}\n  -> {note.remedy}")
    if not found.changes:
        console.say(f"{found.source} has all that it should")
    elif dry_run:
        console.say("nothing was written")
    else:
        console.say(f"wrote {found.source}, and a lock for each new cell")


def to_json(found: Proposal) -> dict[str, Any]:
    """What ``--json`` prints."""
    locks = {lock.cell: lock for lock in found.locks}
    return document(
        "watch",
        changes=found.changes,
        title=found.title,
        body=found.body if found.changes else "",
        added=[
            {
                "cell": str(due.cell),
                "kind": str(due.kind),
                "uploaded": due.uploaded.isoformat(),
                "lock": lock_json(locks.get(due.cell)),
            }
            for due in found.added
        ],
        unlocked=[{"cell": str(each.cell), "reason": each.reason} for each in found.unlocked],
        waiting=[
            {"scikit_learn": each.version, "until": each.until.isoformat()}
            for each in found.waiting
        ],
        left_out=[{"version": each.version, "reason": each.reason} for each in found.left_out],
        images=[
            {"python": each.python, "before": each.before, "after": each.after}
            for each in found.images
        ],
        notes=[
            {"subject": each.subject, "text": each.text, "remedy": each.remedy}
            for each in found.notes
        ],
    )
