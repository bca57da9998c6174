"""Splits work into runs of neighbours that cost as evenly as can be.

Neighbours stay together, for they share much: cells of one Python an image and wheels' parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Key = TypeVar("Key")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Shard(Generic[Key, Item]):
    """A run of neighbours out of one group."""

    group: Key
    items: tuple[Item, ...]


def split(
    groups: Mapping[Key, Sequence[Item]], cost: Callable[[Item], int], parts: int
) -> tuple[Shard[Key, Item], ...]:
    """Split groups into shards of which the dearest is as cheap as can be.

    Args:
        groups: no shard holds items of two of them. Empty ones have no shard.
        cost: of an item; no less than nothing.
        parts: shards at most; there is one of each group in any case.
    """
    filled = {key: tuple(items) for key, items in groups.items() if items}
    costs = {key: tuple(map(cost, items)) for key, items in filled.items()}
    parts = max(parts, len(filled))
    low = max((max(each) for each in costs.values()), default=0)
    high = sum(sum(each) for each in costs.values())
    while low < high:
        middle = (low + high) // 2
        if sum(len(_cuts(each, middle)) for each in costs.values()) <= parts:
            high = middle
        else:
            low = middle + 1
    return tuple(
        Shard(key, items[start:end])
        for key, items in filled.items()
        for start, end in _cuts(costs[key], low)
    )


def shards_needed(items: Sequence[Item], cost: Callable[[Item], int], capacity: int) -> int:
    """How many shards it takes so that none costs more than the capacity, unless one item does."""
    return len(_cuts(tuple(map(cost, items)), capacity)) if items else 0


def _cuts(costs: Sequence[int], capacity: int) -> list[tuple[int, int]]:
    """Where runs begin and end of which none costs more than the capacity; as few as can be."""
    sums = [0, *accumulate(costs)]
    starts = [0]
    for place in range(1, len(costs)):
        if sums[place + 1] - sums[starts[-1]] > capacity:
            starts.append(place)
    return list(zip(starts, [*starts[1:], len(costs)], strict=True))
