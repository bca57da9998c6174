from __future__ import annotations

from collections import Counter

import pytest

from layerfactory.data.regions import STANDARD_PARTITION, region_groups, regions


def test_counts_of_each_partition() -> None:
    counts = Counter(region.partition for region in regions().values())
    assert counts == {"aws": 34, "aws-cn": 2, "aws-us-gov": 2, "aws-eusc": 1}


def test_half_of_the_standard_partition_needs_opt_in() -> None:
    assert sum(region.opt_in for region in regions().values()) == 17


def test_regions_agree_with_the_sdk() -> None:
    """botocore's data is read from its package: no network."""
    import boto3

    session = boto3.session.Session()
    for partition in ("aws", "aws-cn", "aws-us-gov", "aws-eusc"):
        ours = {r.name for r in regions().values() if r.partition == partition}
        known = set(session.get_available_regions("lambda", partition_name=partition))
        # A newer SDK may know a region that is not in our list yet; never the other way about.
        assert ours <= known


def test_titles_agree_with_the_sdk() -> None:
    from botocore.session import Session

    partitions = Session().get_data("endpoints")["partitions"]
    told = {
        name: each["description"] for part in partitions for name, each in part["regions"].items()
    }
    assert {r.name: r.title for r in regions().values()} == {name: told[name] for name in regions()}


def test_default_group_is_what_every_account_has() -> None:
    default = region_groups()["default"]
    assert len(default) == 17
    assert not any(region.opt_in for region in default)
    assert regions()["us-west-2"] in default


@pytest.mark.parametrize("name", sorted(region_groups()))
def test_groups_are_sorted_and_of_one_partition(name: str) -> None:
    group = region_groups()[name]
    assert group
    assert list(group) == sorted(group)
    assert {region.partition for region in group} == {STANDARD_PARTITION}


def test_groups_by_prefix_cover_all_once() -> None:
    groups = region_groups()
    by_prefix = [
        r for name, group in groups.items() if name not in {"default", "all"} for r in group
    ]
    assert sorted(by_prefix) == list(groups["all"])


def test_a_prefix_is_a_whole_word() -> None:
    assert {r.name for r in region_groups()["us"]} == {
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
    assert "eusc-de-east-1" not in {r.name for r in region_groups()["eu"]}
