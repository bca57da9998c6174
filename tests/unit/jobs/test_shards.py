from hypothesis import given
from hypothesis import strategies as st

from layerfactory.jobs.shards import split

GROUPS = st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(0, 60), max_size=12))


def dearest(shards):
    return max((sum(shard.items) for shard in shards), default=0)


def best(groups, parts):
    """The cheapest dearest run, by trying every capacity from below."""
    every = [items for items in groups.values() if items]
    capacity = max((max(items) for items in every), default=0)
    while sum(runs(items, capacity) for items in every) > max(parts, len(every)):
        capacity += 1
    return capacity


def runs(items, capacity):
    count, room = 1, capacity
    for item in items:
        if item > room:
            count, room = count + 1, capacity
        room -= item
    return count


@given(GROUPS, st.integers(1, 9))
def test_everything_is_in_one_shard_in_its_order(groups, parts):
    shards = split(groups, lambda cost: cost, parts)
    for key, items in groups.items():
        assert [item for shard in shards if shard.group == key for item in shard.items] == items
    assert all(shard.items for shard in shards)
    assert len(shards) <= max(parts, sum(map(bool, groups.values())))


@given(GROUPS, st.integers(1, 9))
def test_no_other_split_into_neighbours_is_more_even(groups, parts):
    assert dearest(split(groups, lambda cost: cost, parts)) <= best(groups, parts)


def test_nothing_has_no_shard():
    assert split({"a": []}, lambda cost: cost, 4) == ()
