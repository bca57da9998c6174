from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from cost_samples import scenarios
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.data.prices import prices
from layerfactory.site.cost.book import ATOMS_PER_DOLLAR, price_book
from layerfactory.site.cost.crossings import crossings
from layerfactory.site.cost.formulas import OPTIONS, Quote, cents, quote, tiered
from layerfactory.site.cost.scenario import MOST_REQUESTS, PRESETS, Scenario

ROOT = Path(__file__).resolve().parents[3]
BOOK = price_book(prices())
CLAIM = next(preset.scenario for preset in PRESETS if preset.id == "claim-2020")
# A request that costs nothing but itself, so that sums are easily made by hand.
BARE = Scenario(gateway="url", cold=0, init=0)


def priced(scenario, option="functions", requests=None):
    """The lines in cents, by name; of a way that has a price."""
    known = quote(BOOK, scenario, option, requests or scenario.requests)
    assert known.missing == ""
    return {name: cents(atoms) for name, atoms in known.lines}


def total(scenario, option="functions", requests=None):
    return quote(BOOK, scenario, option, requests or scenario.requests).cents


def test_aws_example_of_a_mobile_backend():
    """AWS Lambda pricing page: 3 million requests, 120 ms, 1536 MB, x86, with the free tier."""
    example = replace(BARE, requests=3_000_000, ms=120, memory=1536, free=True)
    assert priced(example) == {"requests": 40, "compute": 233, "gateway": 0}
    assert total(example) == 273


def test_aws_example_of_a_model_that_watches_vehicles():
    """AWS Lambda pricing page: 7.44 million requests, two seconds, 1 GB, x86; no free tier."""
    example = replace(BARE, requests=7_440_000, ms=2000, memory=1024)
    assert priced(example) == {"requests": 149, "compute": 24_800, "gateway": 0}


def test_aws_example_of_a_language_model():
    """AWS Lambda pricing page: 6 million requests, 280 ms, 4096 MB; storage of 8 cents aside."""
    example = replace(BARE, requests=6_000_000, ms=280, memory=4096, free=True)
    assert priced(example) == {"requests": 100, "compute": 10_533, "gateway": 0}


def test_aws_example_of_an_http_api():
    """API Gateway pricing page: 432 million, of them 300 at $1.00 and 132 at $0.90 a million."""
    example = replace(BARE, gateway="http", ms=1, memory=128)
    assert priced(example, requests=432_000_000)["gateway"] == 41_880


def test_rest_tiers_by_hand():
    # 333 * 3.50 + 267 * 2.80 = 1165.50 + 747.60
    example = replace(BARE, gateway="rest")
    assert priced(example, requests=600_000_000)["gateway"] == 191_310


def test_tiers_of_compute_by_hand():
    # 10 GB for 10 s is 100 GB-seconds: 200 million requests are 20 billion of them.
    # 6e9 * 0.0000166667 + 9e9 * 0.000015 + 5e9 * 0.0000133334 = 100000.20 + 135000 + 66667.00
    example = replace(BARE, ms=10_000, memory=10_240)
    assert priced(example, requests=200_000_000)["compute"] == 30_166_720


def test_init_is_billed_for_cold_starts():
    # A million requests of 100 ms at 1 GB, 2 % with 3 s: 100,000 + 60,000 GB-seconds.
    warm = replace(BARE, requests=1_000_000, ms=100)
    cold = replace(warm, cold=200, init=3000)
    assert priced(warm)["compute"] == 167  # 100,000 * 0.0000166667 = 1.66667
    assert priced(cold)["compute"] == 267  # 160,000 * 0.0000166667 = 2.666672


def test_graviton_is_a_fifth_cheaper():
    arm = replace(BARE, requests=10_000_000, ms=1000, arch="arm64")
    assert priced(arm)["compute"] == 13_333  # 10 million GB-seconds at 0.0000133334


def test_models_do_not_matter_to_lambda_and_multiply_what_always_runs():
    one = Scenario(copies=2)
    many = replace(one, models=50)
    assert total(many) == total(one)
    assert total(many, "serverless") == total(one, "serverless")
    # A hundred, each for 730 hours: of 0.056, and of half of 0.04048 with 0.004445.
    assert priced(many, "realtime")["instances"] == 408_800
    assert priced(many, "fargate")["tasks"] == 180_201  # 1802.005, half up
    # One load balancer for all of them: 730 hours of 0.0225, and 100,000 / 90,000 of 0.008.
    assert priced(many, "fargate")["balancer"] == 1643
    assert priced(many, "fargate")["balancer"] == priced(one, "fargate")["balancer"]


@pytest.mark.parametrize("gateway", ["rest", "http", "url"])
def test_all_ways_have_the_same_gateway_before_them(gateway):
    scenario = Scenario(gateway=gateway)
    (passing,) = {priced(scenario, option)["gateway"] for option in OPTIONS}
    assert passing == {"rest": 35, "http": 10, "url": 0}[gateway]


def test_without_a_gateway_fargate_pays_for_addresses():
    # Two of 0.005 an hour: 7.30.
    open_one, behind = (
        priced(Scenario(gateway=name), "fargate")["balancer"] for name in ("url", "http")
    )
    assert open_one - behind == 730


def test_more_run_when_one_is_busy_enough():
    """By hand: 100 million of 50 ms at 2 GB keep a whole vCPU busy for five million seconds.

    A month has 2,628,000; at half busy, a vCPU of Fargate has 1,314,000 of them.
    """
    scenario = replace(BARE, ms=50, memory=2048, task="1-2")
    at = {n: priced(scenario, "fargate", n)["tasks"] for n in (1, 26_280_000, 100_000_000)}
    one = Fraction("0.04048") + 2 * Fraction("0.004445")
    assert at[1] == at[26_280_000] == round(one * 730 * 100)
    assert at[100_000_000] == round(one * 730 * 100 * 5_000_000 / 1_314_000)
    assert priced(replace(scenario, load=100), "fargate", 52_560_000)["tasks"] == at[1]
    # A fifth of each of two vCPUs lasts on a t2.medium: 0.4, half busy, 525,600 seconds.
    running_on = priced(scenario, "realtime", 100_000_000)["instances"]
    assert running_on == round(Fraction("0.056") * 730 * 100 * 5_000_000 / 525_600)


def test_less_memory_keeps_less_of_a_vcpu_busy():
    whole = replace(BARE, ms=50, memory=1769, task="1-2")
    half = replace(whole, memory=885, ms=100)  # near to it: the same work in twice the time
    full, slow = (quote(BOOK, each, "fargate", 10**9).atoms for each in (whole, half))
    assert full < slow < full * Fraction("1.001")


def test_a_claim_is_as_it_was_claimed():
    for requests in (1, 10**9):
        known = quote(BOOK, CLAIM, "realtime", requests)
        assert (known.lines, known.partial) == ((("instances", 50 * ATOMS_PER_DOLLAR),), "claim")
        assert not known.at_least


@pytest.mark.parametrize(
    ("changes", "option", "why"),
    [
        ({}, "serverless", "cold"),
        ({"cold": 0}, "serverless", ""),
        ({"init": 0}, "serverless", ""),
        ({}, "fargate", ""),
        ({"region": "eu-west-1"}, "fargate", "balancer"),
        ({}, "functions", ""),
    ],
)
def test_what_leaves_something_out_says_so(changes, option, why):
    assert quote(BOOK, replace(Scenario(), **changes), option, 1000).partial == why


def test_serverless_takes_whole_gigabytes():
    # A million requests of a second: 1 GB at 0.00002, and 2 GB for what is a megabyte more.
    one = replace(BARE, requests=1_000_000, ms=1000, memory=1024)
    assert total(one, "serverless") == 2000
    assert total(replace(one, memory=1025), "serverless") == 4000


@pytest.mark.parametrize(
    ("changes", "option", "why"),
    [
        ({"memory": 6145}, "serverless", "memory"),
        ({"region": "eu-central-1"}, "serverless", "region"),
        ({"region": "eu-central-1"}, "functions", "gateway"),
        ({"region": "eu-central-1", "arch": "arm64"}, "fargate", "region"),
        ({"region": "eu-west-1"}, "realtime", "region"),
        ({"region": "eu-central-1"}, "fargate", "gateway"),
    ],
)
def test_what_has_no_price_says_why(changes, option, why):
    known = quote(BOOK, replace(Scenario(), **changes), option, 1000)
    assert known.missing == why
    assert "gateway" not in dict(known.lines)


def test_beyond_the_last_tier_that_is_known_there_is_no_price():
    rest = replace(BARE, region="eu-central-1", gateway="rest")
    assert total(rest, requests=333_000_000) == 333 * 370 + 6660 + 11_100
    assert quote(BOOK, rest, "functions", 333_000_001).missing == "beyond"


def test_a_total_is_never_nothing_where_its_parts_come_to_a_cent():
    assert Quote((("a", ATOMS_PER_DOLLAR // 250), ("b", ATOMS_PER_DOLLAR // 250))).cents == 1
    assert Quote((("a", 1),)).cents == 0


def test_cents_are_rounded_half_up():
    cent = ATOMS_PER_DOLLAR // 100
    assert [cents(cent // 2 - 1), cents(cent // 2), cents(cent), cents(0)] == [0, 1, 1, 0]


@given(
    st.integers(0, 5000),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 900)), min_size=1, max_size=4),
)
def test_tiers_are_a_sum_over_single_ones(amount, steps):
    """One at a time, each at the price that holds for it."""
    ends, tiers = 0, []
    for price, width in steps:
        ends += width
        tiers.append((price, ends))
    tiers[-1] = (tiers[-1][0], None)
    one_by_one = sum(
        next(price for price, end in tiers if end is None or n <= end) for n in range(1, amount + 1)
    )
    assert tiered(tuple(tiers), amount, 1) == one_by_one
    assert tiered(tuple(tiers), amount * 7, 7) == one_by_one * 7


@given(scenarios(BOOK), st.integers(0, 10**6))
def test_more_requests_never_cost_less(scenario, more):
    fewer = scenario.requests
    for option in OPTIONS:
        less, greater = (quote(BOOK, scenario, option, n) for n in (fewer, fewer + more))
        assert greater.missing or less.atoms <= greater.atoms


@given(scenarios(BOOK), st.lists(st.integers(1, MOST_REQUESTS), max_size=20))
def test_crossings_are_all_there_are(scenario, elsewhere):
    """At each the cheaper one changes, and anywhere between it is as the last one said."""
    found = crossings(BOOK, scenario)
    for option in ("realtime", "serverless", "fargate"):
        ours = [each for each in found if each.option == option]
        for each in ours:
            assert dearer(scenario, option, each.requests) is each.dearer
            assert dearer(scenario, option, each.requests - 1) is not each.dearer
        for n in elsewhere:
            known = [quote(BOOK, scenario, name, n) for name in ("functions", option)]
            before = [each.dearer for each in ours if each.requests <= n]
            if before and not any(each.missing for each in known):
                assert dearer(scenario, option, n) is before[-1]


def dearer(scenario, option, requests):
    ours, theirs = (quote(BOOK, scenario, name, requests) for name in ("functions", option))
    return ours.atoms > theirs.atoms


def test_the_claim_of_2020_by_hand():
    # A request: 0.0000002 + 0.1 * 0.0000166667 + 0.0000035 = 0.00000536667; of it 5 % of $50.
    each = (
        Fraction("0.0000002") + Fraction("0.1") * Fraction("0.0000166667") + Fraction("0.0000035")
    )
    assert CLAIM.requests == Fraction("2.5") // each
    assert (total(CLAIM), total(CLAIM, "realtime")) == (250, 5000)
    (crossed,) = (each for each in crossings(BOOK, CLAIM) if each.option == "realtime")
    assert crossed.dearer
    assert crossed.requests == Fraction(50) // each + 1 == 9_316_765


def test_the_documentation_says_what_is_reckoned():
    text = " ".join((ROOT / "docs" / "cost.md").read_text("utf-8").split())
    (crossed,) = (each for each in crossings(BOOK, CLAIM) if each.option == "realtime")
    usual = total(Scenario(gateway="url"), "realtime")
    assert f"saved up to {CLAIM.requests:,} requests a month" in text
    assert f"from {crossed.requests:,} on the endpoint is cheaper" in text
    assert f"ml.t2.medium, is ${usual // 100}.{usual % 100} a month" in text


@pytest.mark.parametrize("name", ["requests", "memory", "cold", "models"])
def test_what_is_out_of_range_is_refused(name):
    with pytest.raises(ValueError, match=name):
        Scenario(**{name: -1})
