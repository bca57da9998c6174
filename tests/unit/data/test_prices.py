from __future__ import annotations

import gzip
import json
import re
from dataclasses import asdict, fields, is_dataclass
from decimal import Decimal
from pathlib import Path

import botocore
import pytest

from layerfactory.data.files import read_data
from layerfactory.data.prices import Tier, prices, units
from layerfactory.data.regions import STANDARD_PARTITION, regions
from layerfactory.data.runtimes import Architecture

REGIONS = {region.name: region for region in prices().regions}


def named(value, name):
    """Every value of this name, however deep."""
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == name:
                yield inner
            yield from named(inner, name)
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from named(inner, name)


def test_every_price_has_a_source_and_every_source_a_price() -> None:
    known = {source.id for source in prices().sources}
    assert set(named(prices(), "source")) == known
    assert len(known) == len(prices().sources)


@pytest.mark.parametrize("source", prices().sources, ids=lambda source: source.id)
def test_a_source_says_who_read_what_and_when(source) -> None:
    assert len(source.read) > 10
    assert source.page.startswith("https://")
    assert re.fullmatch(r"(20\d\d(-\d\d(-\d\d)?)?)?", source.date)
    assert source.date <= prices().date


def test_the_file_has_no_key_that_nobody_reads() -> None:
    def keys(value):
        if isinstance(value, dict):
            return set(value) | set().union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, (list, tuple)) else set()

    assert keys(read_data("prices.yaml")) <= keys(asdict(prices()))


@pytest.mark.parametrize("region", REGIONS)
def test_regions_are_public_ones_with_lambda_on_both_architectures(region: str) -> None:
    assert regions()[region].partition == STANDARD_PARTITION
    assert set(REGIONS[region].functions) == set(Architecture)
    assert set(REGIONS[region].fargate or {}) <= set(Architecture)


@pytest.mark.parametrize("region", REGIONS)
def test_tiers_begin_where_the_last_ends_and_get_cheaper(region: str) -> None:
    lists = [each.gb_second for each in REGIONS[region].functions.values()]
    lists += [each.request for each in (REGIONS[region].rest, REGIONS[region].http) if each]
    for tiers in lists:
        ends = [tier.up_to for tier in tiers]
        assert ends[:-1] == sorted(end for end in ends[:-1] if end)
        assert ends[-1] is None or ends[-1] > max(ends[:-1], default=0)
        amounts = [tier.price for tier in tiers]
        assert amounts == sorted(amounts, reverse=True)
        assert all(isinstance(tier, Tier) and tier.price > 0 for tier in tiers)


def test_instances_are_those_that_an_endpoint_takes() -> None:
    """botocore's data is read from its package: no network."""
    (model,) = Path(botocore.__file__).parent.glob("data/sagemaker/*/service-2.json.gz")
    shapes = json.loads(gzip.decompress(model.read_bytes()))["shapes"]
    offered = set(shapes["ProductionVariantInstanceType"]["enum"])
    assert set(named(prices(), "instance")) <= offered
    assert "ml.t3.medium" not in offered


def test_every_price_is_a_whole_number_of_units() -> None:
    for name in ("price", "request", "hour", "gb_second", "vcpu_hour", "gb_hour", "month"):
        for price in named(prices(), name):
            if isinstance(price, Decimal):
                assert units(price) > 0


def test_a_price_that_is_too_fine_is_a_fault() -> None:
    assert units(Decimal("0.0000166667")) == 166667
    with pytest.raises(ValueError, match="finer"):
        units(Decimal("0.00001666671"))
