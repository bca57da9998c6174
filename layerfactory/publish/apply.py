"""Carries a plan out: regions side by side, none stopping another."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from layerfactory.build.cache.store import FORGETFUL
from layerfactory.publish.regionwise import side_by_side
from layerfactory.publish.serve import RegionServer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event

    from layerfactory.build.cache.store import Cache
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.plan import Plan, Step
    from layerfactory.publish.result import PublishResult


def apply(
    aws: Aws,
    plan: Plan,
    *,
    jobs: int = 4,
    locks: Cache = FORGETFUL,
    progress: Callable[[PublishResult], None] = lambda _: None,
    begins: Callable[[Step, str], None] = lambda *_: None,
    interrupted: Callable[[], None] = lambda: None,
) -> tuple[PublishResult, ...]:
    """Carry the plan out. What AWS refuses is a result; the other steps go on.

    Args:
        aws: the account.
        plan: made by ``survey``.
        jobs: how many regions are served at once; each upload takes five times its zip in memory.
        locks: where runs on this machine keep each other from uploading to a region at once.
        progress: told each result as it comes, by one thread at a time.
        begins: told each step that takes time when it begins, and with what, by any thread.
        interrupted: called on Ctrl-C, while what is being uploaded ends.

    Returns:
        A result for each step, in the plan's order.
    """
    telling = Lock()

    def serve(steps: Sequence[Step], stop: Event) -> list[PublishResult]:
        results = []
        server = RegionServer(aws, steps[0].target.region, plan.terms, locks, begins)
        for step in steps:
            if stop.is_set():
                break
            result = server.carry_out(step)
            results.append(result)
            with telling:
                progress(result)
        return results

    served = side_by_side(serve, _by_region(plan), jobs, aws.stop, interrupted)
    results = {(result.cell, result.region): result for some in served for result in some}
    keys = [(step.target.layer.cell.identifier, step.target.region.name) for step in plan.steps]
    return tuple(results[key] for key in keys)


def _by_region(plan: Plan) -> list[list[Step]]:
    regions: dict[str, list[Step]] = {}
    for step in plan.steps:
        regions.setdefault(step.target.region.name, []).append(step)
    return list(regions.values())
