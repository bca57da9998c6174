from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.cache.prune import (
    NOTHING,
    UNFINISHED,
    Entry,
    Keep,
    plan_prune,
    read_entries,
    remove,
)
from layerfactory.build.cache.store import LOCKS, Cache

NOW, DAY = 1_000_000.0, 86_400


def entries_of(*facts):
    return [
        Entry(kind, Path(f"{number:03}"), size, NOW - age * DAY)
        for number, (kind, size, age) in enumerate(facts)
    ]


def test_what_was_not_used_for_long_goes():
    old, new = entries_of(("parts", 5, 31), ("parts", 5, 29))
    assert plan_prune([old, new], Keep(NOW - 30 * DAY), NOW) == (old,)


def test_what_was_used_least_recently_goes_first():
    every = entries_of(("parts", 4, 3), ("squeezed", 4, 1), ("parts", 4, 2))
    assert plan_prune(every, Keep(max_bytes=12), NOW) == ()
    assert plan_prune(every, Keep(max_bytes=11), NOW) == (every[0],)
    assert plan_prune(every, Keep(max_bytes=7), NOW) == (every[0], every[2])
    assert plan_prune(every, Keep(max_bytes=0), NOW) == tuple(every)


def test_what_a_killed_writer_left_goes_after_a_day():
    every = entries_of((UNFINISHED, 9, 0.9), (UNFINISHED, 9, 1.1), (LOCKS, 0, 0.9), (LOCKS, 0, 1.1))
    assert plan_prune(every, Keep(), NOW) == (every[1], every[3])
    assert plan_prune(every, NOTHING, NOW) == tuple(every)


facts = st.tuples(
    st.sampled_from(["parts", "squeezed", LOCKS, UNFINISHED]), st.integers(0, 9), st.floats(0, 60)
)


@given(st.lists(facts, max_size=12), st.integers(0, 40), st.floats(0, 60))
def test_what_stays_fits_and_nothing_that_stays_is_older_than_what_had_to_go(facts, limit, days):
    every = entries_of(*facts)
    keep = Keep(NOW - days * DAY, limit)
    gone = plan_prune(every, keep, NOW)
    stays = [entry for entry in every if entry not in gone]
    assert sum(entry.bytes for entry in stays) <= limit
    assert list(gone) == [entry for entry in every if entry in gone]
    aged = plan_prune(every, Keep(keep.used_since), NOW)
    squeezed_out = [entry for entry in gone if entry not in aged]
    assert all(out.used <= entry.used for out in squeezed_out for entry in stays)
    assert set(aged) <= set(gone)


KEY = "ab" * 32


@pytest.fixture
def cache(tmp_path):
    """A cache with an entry, a lock and a half-written file, among a person's own."""
    cache = Cache(tmp_path)
    cache.put("parts", KEY, [b"body"])
    with cache.turn(KEY, patience=60):
        pass
    (tmp_path / f"parts/ab/.{KEY}.x1y2z3").write_bytes(b"half")
    for name in ("letter.txt", "parts/ab/letter.txt", "locks/letter.txt"):
        (tmp_path / name).write_text("mine")
    (tmp_path / "parts/ab/folder").mkdir()
    return cache


def test_everything_is_listed_but_what_is_not_ours(cache):
    found = {entry.kind: entry for entry in read_entries(cache.folder)}
    assert found.keys() == {"parts", LOCKS, UNFINISHED}
    assert found["parts"].path == cache.folder / "parts/ab" / KEY
    assert found["parts"].bytes == 32 + len(b"body")
    assert read_entries(cache.folder / "nowhere") == ()


def test_everything_goes_but_what_is_not_ours(cache):
    every = read_entries(cache.folder)
    assert remove(plan_prune(every, NOTHING, NOW)) == every
    assert read_entries(cache.folder) == ()
    assert len(list(cache.folder.rglob("letter.txt"))) == 3
    assert cache.get("parts", KEY) is None


def test_who_holds_a_key_or_reads_an_entry_is_not_disturbed(cache):
    path = cache.folder / "parts/ab" / KEY
    with path.open("rb") as file, cache.turn(KEY, patience=60):
        assert len(remove(read_entries(cache.folder))) == 3
        assert file.read().endswith(b"body")
    cache.put("parts", KEY, [b"body"])
    assert cache.get("parts", KEY) == b"body"


def test_what_somebody_else_removed_meanwhile_is_gone(cache):
    every = read_entries(cache.folder)
    every[0].path.unlink()
    assert remove(every) == every


def test_other_peoples_files_of_the_same_form_are_not_listed(tmp_path):
    foreign = tmp_path / "cas" / KEY[:2] / KEY
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"theirs")
    assert read_entries(tmp_path) == ()
