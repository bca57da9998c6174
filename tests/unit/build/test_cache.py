from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.cache.folder import cache_folder
from layerfactory.build.cache.store import Cache

KEY, OTHER = "ab" * 32, "ab" + "cd" * 31
BODY = b"what was made once"


@pytest.fixture
def told():
    return []


@pytest.fixture
def cache(tmp_path, told):
    return Cache(tmp_path / "cache", told.append)


def entry(cache, key=KEY):
    return cache.folder / "parts" / key[:2] / key


def test_what_was_put_comes_back(cache, told):
    assert cache.get("parts", KEY) is None
    cache.put("parts", KEY, [BODY[:5], b"", BODY[5:]])
    assert cache.get("parts", KEY) == BODY
    assert cache.get("squeezed", KEY) is None
    assert cache.get("parts", OTHER) is None
    assert told == []
    assert [path.name for path in entry(cache).parent.iterdir()] == [KEY]


def test_reading_an_entry_is_using_it(cache):
    cache.put("parts", KEY, [BODY])
    os.utime(entry(cache), (1, 1))
    cache.get("parts", KEY)
    assert entry(cache).stat().st_mtime > 1


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A cache with an entry, and the entry's bytes."""
    cache = Cache(tmp_path_factory.mktemp("whole"))
    cache.put("parts", KEY, [BODY])
    return cache, entry(cache).read_bytes()


@given(data=st.data())
def test_whatever_an_entry_is_damaged_into_it_is_never_taken_for_another(whole, data):
    cache, content = whole
    damage = data.draw(st.sampled_from(["flip", "cut", "grow", "insert", "replace"]))
    place = data.draw(st.integers(0, len(content) - 1))
    noise = data.draw(st.binary(min_size=1, max_size=80))
    flipped = bytes([content[place] ^ data.draw(st.integers(0, 255))])
    damaged = {
        "flip": content[:place] + flipped + content[place + 1 :],
        "cut": content[:place],
        "grow": content + noise,
        "insert": content[:place] + noise + content[place:],
        "replace": noise,
    }[damage]
    entry(cache).parent.mkdir(parents=True, exist_ok=True)
    entry(cache).write_bytes(damaged)
    assert cache.get("parts", KEY) == (BODY if damaged == content else None)
    assert entry(cache).exists() == (damaged == content)


def test_another_entry_whole_in_its_place_is_not_it(cache, told):
    cache.put("parts", OTHER, [b"another"])
    entry(cache).write_bytes(entry(cache, OTHER).read_bytes())
    assert cache.get("parts", KEY) is None
    assert not entry(cache).exists()
    assert told == [f"making anew what is damaged in the cache: {entry(cache)}"]
    assert cache.get("parts", OTHER) == b"another"


def test_a_folder_in_its_place_goes_too(cache, told):
    (entry(cache) / "deep").mkdir(parents=True)
    assert cache.get("parts", KEY) is None
    cache.put("parts", KEY, [BODY])
    assert cache.get("parts", KEY) == BODY
    assert len(told) == 1


@pytest.mark.parametrize("taken", [".", "parts", "locks"])
def test_a_place_that_is_taken_stops_nobody(cache, told, taken):
    place = cache.folder / taken
    place.parent.mkdir(exist_ok=True, parents=True)
    place.write_text("a file")
    assert cache.get("parts", KEY) is None
    cache.put("parts", KEY, [BODY])
    assert cache.get("parts", KEY) == (BODY if taken == "locks" else None)
    with cache.turn(KEY, patience=60) as held:
        assert held
    assert place.read_text() == "a file"
    if taken != "locks":
        (line,) = told
        assert line.startswith("not kept in the cache: ")


def test_a_cache_without_a_folder_keeps_nothing():
    told = []
    cache = Cache(None, told.append)
    cache.put("parts", KEY, [BODY])
    cache.drop("parts", KEY)
    assert cache.get("parts", KEY) is None
    with cache.turn(KEY, patience=60) as held, cache.turn(KEY, patience=0) as again:
        assert held
        assert again
    assert told == []


def in_another_thread(act):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()


def test_a_key_is_held_by_one_at_a_time(cache):
    def try_turn(key):
        def act():
            with cache.turn(key, patience=0) as held:
                return held

        return in_another_thread(act)

    with cache.turn(KEY, patience=60) as held:
        assert held
        assert not try_turn(KEY)
        assert try_turn(OTHER), "keys that begin alike are two"
    assert try_turn(KEY)


def test_a_turn_is_waited_for(cache):
    begun, seen = Event(), []

    def wait():
        begun.set()
        with cache.turn(KEY, patience=60) as held:
            seen.append(held)

    with ThreadPoolExecutor(1) as pool, cache.turn(KEY, patience=60):
        waiting = pool.submit(wait)
        begun.wait(60)
        assert seen == []
    waiting.result()
    assert seen == [True]


def test_a_turn_ends_with_a_failure(cache):
    def fail():
        with cache.turn(KEY, patience=0):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with cache.turn(KEY, patience=0) as held:
        assert held


def test_where_it_lies(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder({}) == tmp_path / ".cache/layerfactory"
    assert cache_folder({"XDG_CACHE_HOME": "/x"}).as_posix() == "/x/layerfactory"
    both = {"XDG_CACHE_HOME": "/x", "LAYERFACTORY_CACHE_DIR": "~/mine"}
    assert cache_folder(both) == tmp_path / "mine"
