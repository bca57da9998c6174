"""What a balance found, would do and did: for a person, and for a machine."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from layerfactory.cli.foretold import MANY, count_words, show_storage
from layerfactory.cli.views import ARN, counted, document, error_json
from layerfactory.console import Column, megabytes
from layerfactory.errors import RegionNotEnabledError
from layerfactory.jobs.markdown import plain
from layerfactory.publish.balance.result import BalanceState
from layerfactory.publish.balance.values import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.console import Console
    from layerfactory.data.regions import Region
    from layerfactory.errors import LayerFactoryError
    from layerfactory.publish.balance.result import BalanceResult
    from layerfactory.publish.balance.values import BalancePlan, Double, Shelf, Step

LAYER = Column("layer", whole=True)
_PLAN = (
    LAYER,
    Column("region"),
    Column("has", "right"),
    Column("others", "right"),
    Column("action", whole=True),
    Column("MB", "right"),
)
_PLAN_BY_REGION = (Column("region"), Column("layers", "right"), Column("actions", whole=True))
_TOLD = 3
"""Reasons that are told in full above the last line."""
_RESULTS_BY_REGION = (Column("region"), Column("results", whole=True))
_RESULTS = (LAYER, Column("region"), Column("result"), Column("seconds", "right"), ARN)


def show_plan(console: Console, plan: BalancePlan) -> None:
    """What is not equal and what is to be done about it, for each layer and region."""
    groups = _by_place(plan)
    if len(groups) > MANY:
        console.table("Balance", _PLAN_BY_REGION, _rows_by_region(plan))
        console.say(f"{len(groups)} rows, drawn together; --json has each")
    elif groups:
        console.table("Balance", _PLAN, [_row(*group) for group in groups])
    for gap in plan.gaps:
        place = f"{gap.region}: {gap.layer_name}:{gap.version}"
        console.warn(f"{place} was deleted there; that number cannot come back")
    if plan.refusals:
        console.note(
            "what is refused stays as it is: leave those layers out, by naming others with --only, "
            "or live with it"
        )
    for double in plan.doubles:
        console.note(_double_words(double))
    _show_unreachable(console, plan)
    show_storage(console, plan.demands)
    layers = counted(len({shelf.layer_name for shelf in plan.shelves if shelf.held}), "layer")
    regions = counted(len({shelf.region for shelf in plan.shelves}), "region")
    words = count_words([*(step.name for step in plan.steps), *("refused" for _ in plan.refusals)])
    console.say(f"{layers} in {regions}: {words or 'nothing to do'}")


def _double_words(double: Double) -> str:
    return (
        f"{double.region}: {double.layer_name}:{double.version} holds what :{double.first} holds, "
        "and is not copied; publish the layer's next zip there first, then balance"
    )


def _show_unreachable(console: Console, plan: BalancePlan) -> None:
    away = [region.name for region, error in plan.unreachable if is_not_enabled(error)]
    if away:
        console.note(f"not enabled for the account, and so left out: {', '.join(away)}")
    for region, error in plan.unreachable:
        if not is_not_enabled(error):
            console.warn(f"{region} could not be asked, and is left alone: {error.message}")


def is_not_enabled(error: LayerFactoryError) -> bool:
    """Whether it tells of a region that the account does not use."""
    return isinstance(error, RegionNotEnabledError)


def _by_place(plan: BalancePlan) -> list[tuple[Shelf, list[Step | Refusal]]]:
    """Each layer and region with something to do, or to refuse."""
    shelves = {(shelf.layer_name, shelf.region): shelf for shelf in plan.shelves}
    concerned: list[Step | Refusal] = [*plan.steps, *plan.refusals]
    concerned.sort(key=_place)
    return [(shelves[place], list(group)) for place, group in groupby(concerned, key=_place)]


def _place(each: Step | Refusal) -> tuple[str, Region]:
    return each.layer_name, each.region


def _rows_by_region(plan: BalancePlan) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for region in sorted({each.region for each in (*plan.steps, *plan.refusals)}):
        names = [step.name for step in plan.steps if step.region == region]
        names += ["refused" for refusal in plan.refusals if refusal.region == region]
        layers = {
            each.layer_name for each in (*plan.steps, *plan.refusals) if each.region == region
        }
        rows.append((region.name, str(len(layers)), count_words(names)))
    return rows


def _row(shelf: Shelf, concerned: Sequence[Step | Refusal]) -> tuple[str, ...]:
    taking = sum(each.zipped_bytes for each in concerned if not isinstance(each, Refusal))
    # Who is brought on gets to where the others are.
    others = max(each.others if isinstance(each, Refusal) else each.version for each in concerned)
    return (
        shelf.layer_name,
        shelf.region.name,
        f":{shelf.newest}" if shelf.held else "-",
        f":{others}" if others else "-",
        ", ".join(_words(each) for each in concerned),
        megabytes(taking) if taking else "",
    )


def _words(each: Step | Refusal) -> str:
    if isinstance(each, Refusal):
        return f"refused: {each.reason}"
    words = f"{each.name} :{each.version}"
    return f"{words} ({each.reason})" if each.reason else words


def show_results(console: Console, results: Sequence[BalanceResult]) -> None:
    """What was done where, and each reason why something was not."""
    if len(results) > MANY:
        console.table("Balanced", _RESULTS_BY_REGION, _by_region(results))
    elif results:
        console.table("Balanced", _RESULTS, [_result_row(result) for result in results])
    for result in results:
        if result.note:
            console.note(f"{result.region}: {result.note}")
    failed = [result for result in results if result.state is BalanceState.FAILED]
    reasons = {(result.region, result.error.message): result for result in failed if result.error}
    for result in list(reasons.values())[:_TOLD]:
        if result.error is not None:
            console.fail(result.error, result.region)
    if len(reasons) > _TOLD:
        console.note(f"and {len(reasons) - _TOLD} more reasons; --json has them all")


def _result_row(result: BalanceResult) -> tuple[str, ...]:
    version = f"{result.layer_name}:{result.version}"
    return version, result.region, str(result.state), f"{result.seconds:.1f}", result.arn


def _by_region(results: Sequence[BalanceResult]) -> list[tuple[str, str]]:
    return [
        (region, count_words(str(result.state) for result in results if result.region == region))
        for region in sorted({result.region for result in results})
    ]


def markdown(plan: BalancePlan, results: Sequence[BalanceResult]) -> str:
    """A page for GitHub's step summary: what was done by region, and what was not and why."""
    lines = ["## layerfactory balance", "", "| region | results |", "| --- | --- |"]
    lines += [f"| {region} | {words} |" for region, words in _by_region(results)]
    lines += [""]
    lines += [
        f"* {plain(result.error.message)}"
        for result in results
        if result.error is not None and result.state is BalanceState.FAILED
    ]
    lines += [
        f"* refused: {plain(f'{each.region}: {each.layer_name}: {each.reason}')}"
        for each in plan.refusals
    ]
    return "\n".join(lines) + "\n"


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
        doubles=[
            {
                "layer": each.layer_name,
                "region": each.region.name,
                "version": each.version,
                "first": each.first,
            }
            for each in plan.doubles
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
        "reason": step.reason,
    }
