import itertools
from threading import Event

import pytest

from layerfactory.data.regions import regions
from layerfactory.publish.aws.calls import Calls, RetryPolicy
from layerfactory.publish.aws.pace import REQUESTS_PER_SECOND, Pacer
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.aws.settings import AwsSettings


class Clock:
    """Stands still unless somebody sleeps."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_it_keeps_under_what_lambda_takes():
    assert 0 < REQUESTS_PER_SECOND < 15


def test_requests_lie_evenly():
    clock = Clock()
    pacer = Pacer(10, clock.sleep, clock)
    begun = []
    for _ in range(31):
        pacer.wait()
        begun.append(clock.now)
    assert begun[-1] - begun[0] == pytest.approx(3)
    gaps = [later - earlier for earlier, later in itertools.pairwise(begun)]
    assert gaps == pytest.approx([0.1] * 30)


def test_a_rest_is_not_saved_up():
    clock = Clock()
    pacer = Pacer(10, clock.sleep, clock)
    pacer.wait()
    clock.now += 60
    pacer.wait()
    pacer.wait()
    assert clock.slept == pytest.approx([0.1])


def test_without_a_pace_nobody_waits():
    clock = Clock()
    pacer = Pacer(0, clock.sleep, clock)
    for _ in range(100):
        pacer.wait()
    assert clock.slept == []


def test_every_attempt_waits_for_its_turn():
    clock = Clock()
    retry = RetryPolicy(sleep=lambda _: None)
    calls = Calls(regions()["us-west-2"], retry, Pacer(10, clock.sleep, clock))
    failing = [ConnectionError] * 2

    def operation():
        if failing:
            from botocore.exceptions import ConnectionClosedError

            failing.pop()
            raise ConnectionClosedError(endpoint_url="x")
        return "answer"

    assert calls.make("lambda:ListLayers", operation) == "answer"
    assert clock.slept == pytest.approx([0.1, 0.1])


def test_whoever_waits_is_woken_when_the_run_is_broken_off():
    aws = Aws(AwsSettings(access_key_id="key", secret_access_key="hush"))
    assert isinstance(aws.stop, Event)
    aws.stop.set()
    with pytest.raises(KeyboardInterrupt):
        aws._sleep(3600)
    with pytest.raises(KeyboardInterrupt):
        aws._retry.sleep(3600)
