"""How a balance ends: whether all is well, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.cli.balance_views import is_not_enabled
from layerfactory.cli.foretold import count_words
from layerfactory.cli.typed import command_line
from layerfactory.cli.views import counted
from layerfactory.errors import NoAddressError, PublishError
from layerfactory.matrix.select import matching

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from layerfactory.catalog.row import Row
    from layerfactory.console import Console
    from layerfactory.matrix.cell import Cell
    from layerfactory.matrix.select import Selection
    from layerfactory.publish.balance.result import BalanceResult
    from layerfactory.publish.balance.values import BalancePlan


def tell_left_out(
    console: Console, rows: Iterable[Row], looked_at: Collection[Cell], selection: Selection
) -> None:
    """Say which layers of the index are not looked at, as the matrix has them no more.

    Args:
        console: where.
        rows: of the index.
        looked_at: cells of the matrix, and those made for the occasion.
        selection: of cells; what it leaves out is no news.
    """
    left = sorted(set(matching({row.cell for row in rows}, selection)) - set(looked_at))
    if left:
        console.note(
            f"not looked at: {counted(len(left), 'layer')} of the index that the matrix has no "
            f"more, such as {left[0]}; --only with the whole name takes one in"
        )


def tell_next(
    console: Console, plan: BalancePlan, results: Sequence[BalanceResult], *, applied: bool
) -> None:
    """What to type now, where all is well."""
    if plan.steps and not applied:
        console.note(f"nothing was changed; to do it, type: {command_line()} --apply")
    elif results and not any(result.error for result in results):
        console.note("then bring the index up to date: layerfactory index")
    elif not (plan.steps or plan.refusals or plan.unreachable or plan.doubles):
        console.note("all numbers are equal")


def failure(
    plan: BalancePlan,
    results: Sequence[BalanceResult],
    *,
    applied: bool,
    named: Collection[str] = (),
) -> PublishError | None:
    """What to say at the end where numbers are not equal although they were to be made so.

    Args:
        plan: what was to be done.
        results: what came of it.
        applied: it was not a dry run.
        named: regions that must be there; another one may be not enabled for the account.
    """
    failed = [result for result in results if result.error is not None]
    if failed:
        regions = ", ".join(sorted({result.region for result in failed}))
        words = count_words(str(result.state) for result in results)
        again = f"Type again, to go on where it stopped: {command_line()}"
        if all(isinstance(result.error, NoAddressError) for result in failed):
            again = "The plan holds here as well; it can be carried out on AWS itself."
            return PublishError(f"{words}: this AWS gives no address to fetch zips from", again)
        return PublishError(f"{words}; not all is well in {regions}", again)
    away = [
        region.name
        for region, error in plan.unreachable
        if region.name in named or not is_not_enabled(error)
    ]
    if away:
        again = f"Type again when they answer: {command_line()}"
        return PublishError(
            f"could not ask {', '.join(away)}, where higher numbers may be than anywhere else",
            again,
        )
    if applied and plan.refusals:
        places = counted(len(plan.refusals), "place")
        return PublishError(
            f"numbers cannot be made equal in {places}; the table says why",
            "Leave those layers out, by naming others with --only, or live with it: layers.csv has "
            "each number as it is.",
        )
    return None
