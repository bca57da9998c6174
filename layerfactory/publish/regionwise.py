"""Does one piece of work for many regions at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from layerfactory.errors import CredentialsError, RegionUnavailableError, ThrottledError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")


def is_gone(error: BaseException) -> bool:
    """Whether an error is of the whole region: whatever else is asked there would fail as well."""
    return isinstance(error, (RegionUnavailableError, CredentialsError, ThrottledError))


def side_by_side(
    work: Callable[[Item, Event], Result],
    items: Sequence[Item],
    jobs: int,
    stop: Event | None = None,
    interrupted: Callable[[], None] = lambda: None,
) -> list[Result]:
    """Call ``work`` for each item on up to ``jobs`` threads; results come in the items' order.

    Args:
        work: gets the item, and an event that is set when the run is broken off, by Ctrl-C or by
            a bug in another item's work: it then ends after what it has in hand.
        items: usually one a region.
        jobs: threads at most.
        stop: that event, where others wait for it too.
        interrupted: called on Ctrl-C, while what is in hand ends.
    """
    stop = stop or Event()
    with ThreadPoolExecutor(max_workers=max(1, min(jobs, len(items)))) as pool:
        futures = [pool.submit(work, item, stop) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException as error:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            if isinstance(error, KeyboardInterrupt):
                interrupted()
            raise
