from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.data.regions import region_groups, regions
from layerfactory.errors import MatrixError
from layerfactory.matrix.regions import named_regions, resolve_regions

OWN = {"mine": ("us-west-2", "eu-west-1"), "wide": ("eu", "sa-east-1")}
names = st.lists(st.sampled_from([*regions(), *region_groups(), *OWN]))


@given(names)
def test_sorted_and_each_once(wanted: list[str]) -> None:
    found = resolve_regions(wanted, OWN)
    assert list(found) == sorted(set(found))


@given(names, names)
def test_more_names_never_mean_fewer_regions(some: list[str], more: list[str]) -> None:
    assert set(resolve_regions(some, OWN)) <= set(resolve_regions([*some, *more], OWN))


def test_groups_of_ones_own_may_hold_built_in_groups() -> None:
    assert set(resolve_regions(["wide"], OWN)) == {*region_groups()["eu"], regions()["sa-east-1"]}


def test_other_partitions_are_named_one_by_one() -> None:
    assert [str(r) for r in resolve_regions(["cn-north-1", "eusc-de-east-1"], {})] == [
        "cn-north-1",
        "eusc-de-east-1",
    ]


def test_every_unknown_name_is_told_with_the_closest() -> None:
    with pytest.raises(MatrixError) as caught:
        resolve_regions(["us-wset-2", "us-east-1", "mien"], OWN)
    assert caught.value.message.splitlines() == [
        "there is no region or group 'us-wset-2'; did you mean us-west-2, us-west-1 or us-east-2?",
        "there is no region or group 'mien'; did you mean mine or me?",
    ]


def test_an_unknown_member_of_a_group_is_told() -> None:
    with pytest.raises(MatrixError, match="no region or group 'us-moon-1'"):
        resolve_regions(["far"], {"far": ("us-moon-1",)})


def test_a_region_is_named_itself_or_through_a_group():
    names = ["us-west-2", "eu", "mine", "default", "af-south-1"]
    assert named_regions(names) == {"us-west-2", "af-south-1"}
    assert named_regions([]) == frozenset()
