"""What a seed decides."""

from __future__ import annotations

from collections import Counter

import pytest
from chaos_plan import OPT_IN, REGIONS, STRIKES, AtCall, Dead, Death, Verb, Weather, draw, strike
from fault_proxy import Call, Cut, Kill, Refusal
from hypothesis import given
from hypothesis import strategies as st

READ = Call("us-east-1", "lambda", "GET", "/2018-10-31/layers")
WRITE = Call("us-east-1", "lambda", "POST", "/2018-10-31/layers/a/versions")


@given(st.integers(0, 10**6))
def test_a_seed_always_draws_the_same(seed):
    assert draw(seed) == draw(seed)


@given(st.integers(0, 10**6))
def test_a_seed_draws_what_can_be_played(seed):
    scenario = draw(seed)
    assert 1 <= len(scenario.runs) <= 4
    assert set(scenario.history) <= set(REGIONS)
    if scenario.dead is not None:
        assert 0 <= scenario.dead.since <= len(scenario.runs)
        assert scenario.dead.how is not Death.NOT_ENABLED or scenario.dead.region == OPT_IN


def test_two_hundred_seeds_have_everything_in_them():
    scenarios = [draw(seed) for seed in range(1, 201)]
    assert {run.verb for each in scenarios for run in each.runs} == set(Verb)
    assert {each.dead.how for each in scenarios if each.dead} == set(Death)
    assert {each.large for each in scenarios} == {True, False}
    aims = [run.aim for each in scenarios for run in each.runs]
    assert {aim.when for aim in aims if isinstance(aim, AtCall)} == set(Kill)
    assert None in aims


def test_a_region_is_gone_from_its_run_on():
    seed = next(n for n in range(1000) if (dead := draw(n).dead) and dead.since == 1)
    scenario = draw(seed)
    assert scenario.dead_at(0) is None
    assert scenario.dead_at(1) == scenario.dead_at(2) == scenario.dead


def test_what_strikes_a_call_does_not_depend_on_the_others():
    calls = [(WRITE, nth) for nth in range(1, 50)] + [(READ, nth) for nth in range(1, 50)]
    forwards, backwards = Weather(7, 2.0), Weather(7, 2.0)
    there = [forwards(*call) for call in calls]
    back = [backwards(*call) for call in reversed(calls)]
    assert there == back[::-1]
    assert any(there)


def test_each_kind_strikes_about_as_often_as_it_says():
    struck = Counter(
        "" if does is None else type(does).__name__
        for nth in range(20_000)
        for does in [strike(1, str(WRITE), WRITE.region, nth, 1.0)]
    )
    assert struck[""] / 20_000 == pytest.approx(
        1 - sum(each.of_writes for each in STRIKES), abs=0.02
    )


def test_in_fair_weather_nothing_strikes():
    fair = Weather(3, 0.0)
    assert {fair(WRITE, nth) for nth in range(1, 200)} == {None}


def test_a_dead_region_answers_nothing_and_the_others_all():
    weather = Weather(3, 0.0, Dead("us-east-1", Death.SILENT, 0))
    assert weather(READ, 1) is Cut.BEFORE
    assert weather(Call("us-west-2", "lambda", "GET", "/"), 1) is None
    unknown = Weather(3, 0.0, Dead("us-east-1", Death.NOT_ENABLED, 0))(READ, 1)
    assert isinstance(unknown, Refusal)
    assert unknown.code == "UnrecognizedClientException"


def test_the_aim_is_hit_once():
    weather = Weather(3, 0.0, aim=AtCall("lambda POST ", "", 2, Kill.AFTER))
    does = [weather(call, 1) for call in (WRITE, READ, WRITE, WRITE)]
    assert does == [None, None, Kill.AFTER, None]


def test_the_aim_may_be_a_region():
    weather = Weather(3, 0.0, aim=AtCall("", "us-west-2", 1, Kill.BEFORE))
    assert weather(READ, 1) is None
    assert weather(Call("us-west-2", "sts", "POST", "/"), 1) is Kill.BEFORE
