"""Parts of a lock: kept ones are taken, but only for the wheel that the lock names."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from lock_samples import make_lock

from layerfactory.build.archive import compress
from layerfactory.build.cache.store import Cache
from layerfactory.build.parts import gather
from layerfactory.build.parts.gather import KIND, gather_parts
from layerfactory.build.parts.make import Workplace, _the_locked
from layerfactory.build.parts.part import Part, to_chunks
from layerfactory.build.pipeline import _join
from layerfactory.build.recipe import part_recipe_sha256
from layerfactory.build.records import Distribution
from layerfactory.errors import BuildError, LockError
from layerfactory.matrix.model import Bytecode


@dataclass(frozen=True)
class Idle:
    """A builder that has nothing to do, and fails where it has."""

    name: str = "wheels"
    image: str = ""
    interpreter: str = "3.12.1"


@pytest.fixture
def place():
    return Workplace(Bytecode.SOURCELESS, Idle(), lambda what: None, jobs=1)


@pytest.fixture
def lock():
    whole = make_lock(joblib="1.5.0")
    return replace(whole, wheels=tuple(w for w in whole.wheels if w.name == "joblib"))


def part_of(name="joblib", version="1.5.0", file="python/joblib/__init__.pyc"):
    member = compress(file, b"code", executable=False)
    return Part(name, version, "MIT", (member,), (), (), 4, 0)


def keep(cache, lock, place, part):
    key = part_recipe_sha256(lock, place.bytecode, place.builder)
    cache.put(KIND, key, to_chunks(part))
    return key


def test_a_part_that_was_kept_is_taken(tmp_path, lock, place):
    cache = Cache(tmp_path)
    keep(cache, lock, place, part_of())
    assert gather_parts(lock, place, cache, tmp_path / "work") == (part_of(),)


@pytest.mark.parametrize("kept", [part_of(name="joblab"), part_of(version="1.4.9")])
def test_a_hash_of_another_wheel_is_refused(tmp_path, lock, place, kept):
    cache = Cache(tmp_path)
    keep(cache, lock, place, kept)
    with pytest.raises(LockError) as caught:
        gather_parts(lock, place, cache, tmp_path / "work")
    assert f"that of {kept.name} {kept.version}" in caught.value.message
    assert "lock --upgrade" in caught.value.remedy


def test_what_another_build_finished_meanwhile_is_not_made_again(
    tmp_path, lock, place, monkeypatch
):
    cache = Cache(tmp_path)
    key = part_recipe_sha256(lock, place.bytecode, place.builder)
    looks = []

    def look(of, asked):
        looks.append(asked)
        if len(looks) == 1:  # it is put there while this build waits for its turn
            keep(cache, lock, place, part_of())
            return None
        return load(of, asked)

    load = gather.load_part
    monkeypatch.setattr(gather, "load_part", look)
    with cache.turn(key, patience=0) as held:
        assert held
        monkeypatch.setattr(gather, "PATIENCE", 0.0)
        assert gather_parts(lock, place, cache, tmp_path / "work") == (part_of(),)
    assert looks == [key, key]


def test_no_two_wheels_may_bring_one_file(lock):
    with pytest.raises(BuildError, match=r"joblib and six both have python/joblib/"):
        _join(lock, (part_of(), part_of(name="six")))


def test_no_wheel_may_come_twice(lock):
    with pytest.raises(BuildError, match="both have"):
        _join(lock, (part_of(), part_of()))


def test_the_files_of_all_parts_are_joined(lock):
    other = part_of(name="six", file="python/six.pyc")
    assert [member.name for member in _join(lock, (part_of(), other))] == [
        "python/joblib/__init__.pyc",
        "python/six.pyc",
    ]


@pytest.mark.parametrize(
    "found",
    [
        (),
        (Distribution("joblib", "1.4.9", "joblib-1.4.9.dist-info", ()),),
        (Distribution("joblab", "1.5.0", "joblab-1.5.0.dist-info", ()),),
    ],
)
def test_an_install_of_something_else_is_refused(lock, found):
    with pytest.raises(BuildError, match="not what was locked"):
        _the_locked(lock, found)


def test_the_install_of_what_was_locked_is_taken(lock):
    found = Distribution("joblib", "1.5.0", "joblib-1.5.0.dist-info", ())
    assert _the_locked(lock, (found,)) == found
