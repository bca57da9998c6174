"""The verb that shows and prunes the cache of wheels' parts."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layerfactory.cli import options as o
from layerfactory.cli.failures import ends_well
from layerfactory.console import Column, Console, megabytes
from layerfactory.errors import MatrixError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layerfactory.build.cache.prune import Entry, Keep

DAYS = 30
_DAY = 86_400
_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?) ?(?P<prefix>[kmgt]?)(?P<binary>i?)b?", re.IGNORECASE)
_COLUMNS = (
    Column("kind"),
    Column("entries", "right"),
    Column("MB", "right"),
    Column("used first"),
    Column("used last"),
)


@ends_well
def cache(
    prune: Annotated[bool, typer.Option("--prune", help="Drop what is no longer wanted.")] = False,
    older_than: Annotated[
        float | None,
        typer.Option(
            "--older-than",
            metavar="DAYS",
            min=0,
            help=f"Drop what was not used for so long; {DAYS} by default.",
        ),
    ] = None,
    max_size: Annotated[
        str | None,
        typer.Option(
            "--max-size",
            metavar="SIZE",
            help="Drop what was used least recently until the rest fits, such as 500MB or 5GiB.",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Drop everything.")] = False,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
) -> None:
    """Show the cache of wheels' finished parts, or prune it; builds beside it come to no harm.

    It lies where LAYERFACTORY_CACHE_DIR says, else in the user's folder for caches.

    Example: layerfactory cache --prune --older-than 14 --max-size 5GB
    """
    from layerfactory.build.cache.folder import cache_folder
    from layerfactory.build.cache.prune import NOTHING, plan_prune, read_entries, remove
    from layerfactory.cli.views import document

    if not prune and (older_than is not None or max_size or everything or dry_run):
        raise MatrixError(
            "--older-than, --max-size, --all and --dry-run say how to prune", "Add --prune."
        )
    console = Console(as_json=as_json)
    folder = cache_folder(os.environ)
    now = time.time()
    entries = read_entries(folder)
    keep = NOTHING if everything else _keep(older_than, max_size, now)
    planned = plan_prune(entries, keep, now) if prune else ()
    gone = planned if dry_run else remove(planned)
    dropped = set() if dry_run else set(gone)
    kinds = _show(console, folder, [entry for entry in entries if entry not in dropped])
    if prune:
        console.say(f"{'would drop' if dry_run else 'dropped'} {_amount(gone)}")
    if len(gone) < len(planned):
        console.warn(f"{folder}: {len(planned) - len(gone)} entries cannot be removed")
    pruned = {"entries": len(gone), "bytes": _bytes(gone), "dry_run": dry_run} if prune else None
    console.json(document("cache", folder=str(folder), kinds=kinds, pruned=pruned))


def _show(console: Console, folder: Path, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Say what there is; return it as plain values, by kind."""
    console.say(f"{folder}: {_amount(entries)}")
    names = sorted({entry.kind for entry in entries})
    kinds = [_summary(name, [each for each in entries if each.kind == name]) for name in names]
    if kinds:
        console.table("", _COLUMNS, list(map(_row, kinds)))
    return kinds


def _keep(older_than: float | None, max_size: str | None, now: float) -> Keep:
    from layerfactory.build.cache.prune import Keep

    days = DAYS if older_than is None else older_than
    return Keep(now - days * _DAY, None if max_size is None else parse_size(max_size))


def parse_size(text: str) -> int:
    """Bytes out of a size such as ``500MB``, ``5GB`` or ``5GiB``.

    Raises:
        MatrixError: it is none.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise MatrixError(f"--max-size {text}: is no size", "Write it as 500MB, 5GB or 5GiB.")
    base = 1024 if match["binary"] else 1000
    power = ["", "k", "m", "g", "t"].index(match["prefix"].lower())
    size = float(match["number"]) * base**power
    if size == float("inf"):
        raise MatrixError(f"--max-size {text}: is no size", "Write it as 500MB, 5GB or 5GiB.")
    return int(size)


def _summary(kind: str, entries: Sequence[Entry]) -> dict[str, Any]:
    used = [entry.used for entry in entries]
    return {
        "kind": kind,
        "entries": len(entries),
        "bytes": _bytes(entries),
        "used_first": _moment(min(used)),
        "used_last": _moment(max(used)),
    }


def _row(summary: dict[str, Any]) -> tuple[str, ...]:
    size = megabytes(summary["bytes"])
    return (
        summary["kind"],
        str(summary["entries"]),
        size,
        summary["used_first"],
        summary["used_last"],
    )


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _bytes(entries: Sequence[Entry]) -> int:
    return sum(entry.bytes for entry in entries)


def _amount(entries: Sequence[Entry]) -> str:
    return f"{len(entries)} entries, {megabytes(_bytes(entries))} MB"
