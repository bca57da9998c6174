"""A publishing plan for a person and for a machine."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from layerfactory.cli.views import CELL, counted
from layerfactory.console import Column, megabytes
from layerfactory.publish.plan import NoRoom, NotEnabled, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layerfactory.console import Console
    from layerfactory.publish.lag import Lag
    from layerfactory.publish.plan import Plan, Step
    from layerfactory.publish.remote import RemoteVersion
    from layerfactory.publish.storage import Demand

MANY = 100
"""More rows than these are drawn together, a line for each cell; ``--json`` has them all."""
_SHORT = 8
"""Characters of a hash in base64 that tell it from any other."""
_WITH_ERROR = (NoRoom, NotEnabled, Unreachable)


def show_plan(console: Console, plan: Plan) -> None:
    """What would be done where, and why; then what it would take of the regions' storage."""
    if not plan.steps:
        console.say("nothing: a dry run, so nothing was done")
        return
    if len(plan.steps) > MANY:
        columns = [CELL, Column("we have"), Column("actions")]
        console.table("Publishing plan", columns, _rows_by_cell(plan.steps))
        console.say(f"{len(plan.steps)} steps, drawn together; --json has each")
    else:
        columns = [CELL, Column("region"), Column("AWS has"), Column("we have")]
        columns += [Column("action"), Column("why", whole=True)]
        console.table("Publishing plan", columns, [_row(step) for step in plan.steps])
    show_storage(console, plan.storage)
    total = count_words(step.action.name for step in plan.steps)
    console.say(f"{total}: a dry run, so nothing was done")


def warn_of_lags(console: Console, lags: Sequence[Lag]) -> None:
    """Where numbers would differ from other regions' for good: a line a region."""
    by_region: dict[str, list[Lag]] = {}
    for lag in lags:
        by_region.setdefault(lag.region, []).append(lag)
    for region, some in sorted(by_region.items()):
        first = some[0]
        example = f"{first.layer_name}:{first.would_be} where others have :{first.elsewhere}"
        console.warn(
            f"{region} has missed versions: {counted(len(some), 'layer')} would get another number "
            f"there for good, such as {example}; "
            f"type first: layerfactory balance --region {region} --apply"
        )


def show_storage(console: Console, demands: Sequence[Demand]) -> None:
    """How many bytes each region will take, beside what is in use there."""
    if not demands:
        return
    columns = [Column("region"), Column("takes MB", "right"), Column("in use MB", "right")]
    columns += [Column("limit MB", "right"), Column("fits", whole=True)]
    rows = [_storage_row(demand.region.name, demand) for demand in demands if demand.storage]
    unknown: dict[tuple[str, int], list[Demand]] = {}
    for demand in demands:
        if demand.storage is None:
            why = without_region(demand.unknown, demand.region.name)
            unknown.setdefault((why, demand.taking), []).append(demand)
    for (why, _), some in unknown.items():
        place = some[0].region.name if len(some) == 1 else f"{len(some)} regions, each"
        rows.append(_storage_row(place, some[0], why))
    console.table("Storage for code", columns, rows)


def count_words(names: Iterable[str]) -> str:
    """``skip 30, publish 4``: the most frequent first."""
    return ", ".join(f"{name} {count}" for name, count in Counter(names).most_common())


def without_region(message: str, region: str) -> str:
    """A message whose region is told beside it."""
    return message.removeprefix(f"{region}: ")


def _row(step: Step) -> tuple[str, ...]:
    cell, region = str(step.target.layer.cell), step.target.region.name
    away = isinstance(step.action, (NotEnabled, Unreachable))
    there = "?" if away else _there(step.remote)
    why = "as told below" if isinstance(step.action, _WITH_ERROR) else step.why
    return cell, region, there, _ours(step), step.action.name, why


def _rows_by_cell(steps: Sequence[Step]) -> list[tuple[str, ...]]:
    by_cell: dict[str, list[Step]] = {}
    for step in steps:
        by_cell.setdefault(str(step.target.layer.cell), []).append(step)
    return [
        (cell, _ours(some[0]), count_words(step.action.name for step in some))
        for cell, some in by_cell.items()
    ]


def _there(remote: RemoteVersion | None) -> str:
    if remote is None:
        return "-"
    return f":{remote.version} {remote.code_sha256[:_SHORT]} {_reach(public=remote.public)}"


def _ours(step: Step) -> str:
    manifest = step.target.layer.manifest
    return f"{manifest.code_sha256[:_SHORT]}, {megabytes(manifest.zipped_bytes)} MB"


def _reach(*, public: bool) -> str:
    return "public" if public else "private"


def _storage_row(place: str, demand: Demand, why: str = "") -> tuple[str, ...]:
    storage = demand.storage
    used = megabytes(storage.used) if storage else "unknown"
    limit = megabytes(storage.limit) if storage else "unknown"
    fits = ("yes" if demand.fits else "NO") if storage else f"unknown: {why}"
    return place, megabytes(demand.taking), used, limit, fits


def plan_json(plan: Plan) -> list[dict[str, Any]]:
    """Each step as plain values."""
    return [
        {
            "cell": str(step.target.layer.cell),
            "region": step.target.region.name,
            "action": step.action.name,
            "why": step.why,
            "remote_version": step.remote.version if step.remote else None,
            "remote_code_sha256": step.remote.code_sha256 if step.remote else None,
            "remote_public": step.remote.public if step.remote else None,
            "code_sha256": step.target.layer.manifest.code_sha256,
        }
        for step in plan.steps
    ]
