"""What a balance found, would do and did: for a person, and for a machine."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from layerfactory.cli.views import ARN, document, error_json
from layerfactory.console import Column, megabytes
from layerfactory.errors import PublishError
from layerfactory.publish.balance.apply import BalanceState
from layerfactory.publish.balance.values import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layerfactory.console import Console
    from layerfactory.publish.balance.apply import BalanceResult
    from layerfactory.publish.balance.values import BalancePlan, Shelf, Step

LAYER = Column("layer", whole=True)
_PLAN = (
    LAYER,
    Column("region"),
    Column("has", "right"),
    Column("others", "right"),
    Column("action"),
    Column("MB", "right"),
)
_RESULTS = (LAYER, Column("region"), Column("result"), Column("seconds", "right"), ARN)
_STORAGE = (Column("region"), *(Column(name, "right") for name in ("MB", "used", "of")))
_AGAIN = "Run the same command again: it goes on where this one stopped."


def show_plan(console: Console, plan: BalancePlan) -> None:
    """A row for each layer and region where something is to be done, or cannot be."""
    rows = list(_rows(plan))
    if rows:
        console.table("Balance", _PLAN, rows)
    for gap in plan.gaps:
        place = f"{gap.region}: {gap.layer_name}:{gap.version}"
        console.warn(f"{place} was deleted there; that number cannot come back")
    for region, error in plan.unreachable:
        console.warn(f"{region} could not be asked, and is left alone: {error.message}")
    _show_storage(console, plan)
    layers = {shelf.layer_name for shelf in plan.shelves if shelf.held}
    regions = {shelf.region for shelf in plan.shelves}
    console.say(
        f"{len(layers)} layers in {len(regions)} regions: {len(plan.steps)} steps, "
        f"{len(plan.refusals)} refusals"
    )


def _rows(plan: BalancePlan) -> Iterator[tuple[str, ...]]:
    shelves = {(shelf.layer_name, shelf.region): shelf for shelf in plan.shelves}
    newest: dict[str, int] = {}
    for shelf in plan.shelves:
        newest[shelf.layer_name] = max(shelf.newest, newest.get(shelf.layer_name, 0))
    concerned: list[Step | Refusal] = [*plan.steps, *plan.refusals]
    concerned.sort(key=lambda each: (each.layer_name, each.region))
    for key, group in groupby(concerned, key=lambda each: (each.layer_name, each.region)):
        yield _row(shelves[key], newest[key[0]], list(group))


def _row(shelf: Shelf, newest: int, concerned: Sequence[Step | Refusal]) -> tuple[str, ...]:
    taking = sum(each.zipped_bytes for each in concerned if not isinstance(each, Refusal))
    return (
        shelf.layer_name,
        shelf.region.name,
        f":{shelf.newest}" if shelf.held else "-",
        f":{newest}",
        ", ".join(_words(each) for each in concerned),
        megabytes(taking) if taking else "",
    )


def _words(each: Step | Refusal) -> str:
    if isinstance(each, Refusal):
        return f"refused: {each.reason}"
    return f"{each.name} :{each.version}"


def _show_storage(console: Console, plan: BalancePlan) -> None:
    if not plan.demands:
        return
    rows = []
    for demand in plan.demands:
        room = demand.storage
        known = (megabytes(room.used), megabytes(room.limit)) if room else ("not known", "")
        rows.append((demand.region.name, megabytes(demand.taking), *known))
    console.table("Code storage that it takes", _STORAGE, rows)
    for demand in plan.demands:
        if not demand.fits:
            console.warn(f"{demand.region}: there is no room for that; ask Service Quotas for more")


def show_results(console: Console, results: Sequence[BalanceResult]) -> None:
    """What was done where."""
    if not results:
        return
    rows = [
        (
            f"{result.layer_name}:{result.version}",
            result.region,
            str(result.state),
            f"{result.seconds:.1f}",
            result.arn or (result.error.message.splitlines()[0] if result.error else ""),
        )
        for result in results
    ]
    console.table("Balanced", _RESULTS, rows)


def tell_next(
    console: Console, plan: BalancePlan, results: Sequence[BalanceResult], *, applied: bool
) -> None:
    """The last line: what to type now."""
    if not applied and plan.steps:
        console.note("nothing was changed; to do it, add --apply to the same command")
    elif any(not result.error for result in results):
        console.note("then bring the index up to date: layerfactory index")
    elif not plan.steps and not plan.refusals and not plan.unreachable:
        console.note("all numbers are equal")


def failure(
    plan: BalancePlan, results: Sequence[BalanceResult], *, applied: bool
) -> PublishError | None:
    """What to say at the end where numbers are not equal although they were to be made so."""
    failed = [result for result in results if result.error is not None]
    if failed:
        regions = ", ".join(sorted({result.region for result in failed}))
        tried = sum(result.state is BalanceState.FAILED for result in failed)
        return PublishError(
            f"{tried} of {len(results)} steps failed and {len(failed) - tried} were not tried, "
            f"in {regions}",
            _AGAIN,
        )
    if plan.unreachable:
        regions = ", ".join(region.name for region, _ in plan.unreachable)
        return PublishError(f"could not ask {regions}", "Run again when they answer.")
    if applied and plan.refusals:
        return PublishError(
            f"{len(plan.refusals)} layers cannot be made equal; the table above says why",
            "Leave them out with --only or --region, or live with it: layers.csv has each number "
            "as it is.",
        )
    return None


def to_json(plan: BalancePlan, results: Sequence[BalanceResult]) -> dict[str, Any]:
    """The plan and what came of it, as plain values."""
    return document(
        "balance",
        layers=[_shelf_json(shelf) for shelf in plan.shelves if shelf.held],
        plan=[_step_json(step) for step in plan.steps],
        refusals=[
            {"layer": each.layer_name, "region": each.region.name, "reason": each.reason}
            for each in plan.refusals
        ],
        gaps=[
            {"layer": gap.layer_name, "region": gap.region.name, "version": gap.version}
            for gap in plan.gaps
        ],
        unreachable=[
            {"region": region.name, "error": error_json(error)}
            for region, error in plan.unreachable
        ],
        storage=[demand.to_json() for demand in plan.demands],
        results=[result.to_json() for result in results],
    )


def _shelf_json(shelf: Shelf) -> dict[str, Any]:
    versions = [each.version for each in shelf.held]
    return {"layer": shelf.layer_name, "region": shelf.region.name, "versions": versions}


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "layer": step.layer_name,
        "region": step.region.name,
        "version": step.version,
        "action": step.name,
        "source": step.source.name,
        "code_sha256": step.code_sha256,
        "public": step.public,
        "zipped_bytes": step.zipped_bytes,
    }
