"""Two runs that publish the same at the same moment, and a run that is broken off."""

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

import pytest
from fault_proxy import PUBLISH, Refusal
from synthetic_layers import make_layer

from layerfactory.build.cache.store import Cache
from layerfactory.data.regions import regions
from layerfactory.errors import PublishError
from layerfactory.matrix.cell import Cell
from layerfactory.publish import turns
from layerfactory.publish.apply import apply
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.plan import Terms, Upload
from layerfactory.publish.result import State
from layerfactory.publish.survey import survey

WEST, EAST = regions()["us-west-2"], regions()["us-east-1"]
CELLS = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1")
PUBLIC = Terms(public=True)


@pytest.fixture
def layers(tmp_path):
    return [make_layer(tmp_path, cell, cell.identifier.encode()) for cell in CELLS]


def test_on_one_machine_each_layer_is_published_once(settings, layers, tmp_path, proxy):
    """Both runs have planned before either of them uploads."""
    locks, ready = Cache(tmp_path / "cache"), Barrier(2)

    def run(_number):
        aws = Aws(settings)
        plan = survey(aws, layers, [WEST, EAST], PUBLIC)
        assert all(step.action == Upload() for step in plan.steps)
        ready.wait(60)
        return apply(aws, plan, locks=locks)

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(run, range(2)))
    assert proxy.count(PUBLISH) == 4
    for first, second in zip(*both, strict=True):
        assert first.version == second.version == 1
        assert first.error is second.error is None
        assert State.PUBLISHED in {first.state, second.state}


def test_a_run_that_waits_for_another_ends_when_it_is_broken_off(settings, tmp_path):
    locks, aws = Cache(tmp_path / "cache"), Aws(settings)
    aws.stop.set()
    held = turns.turn(locks, Aws(settings), WEST)
    with held, pytest.raises(KeyboardInterrupt), turns.turn(locks, aws, WEST):
        pytest.fail("both hold it")
    with turns.turn(locks, aws, WEST):
        pass


def test_a_run_does_not_wait_for_ever(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "_LOOKS", 1)
    locks, aws = Cache(tmp_path / "cache"), Aws(settings)
    held = turns.turn(locks, Aws(settings), WEST)
    with held, pytest.raises(PublishError) as caught, turns.turn(locks, aws, WEST):
        pytest.fail("both hold it")
    assert "run the same command again" in caught.value.remedy


def test_a_wait_for_a_throttled_region_ends_with_the_run(settings, layers, proxy):
    """AWS asks for five minutes; the run is broken off while it waits."""
    later = (("Retry-After", "299"),)
    proxy.inject(Refusal(429, "TooManyRequestsException", headers=later), call="layers")
    aws = Aws(settings)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(survey, aws, layers, [WEST], PUBLIC)
        while not proxy.calls and not future.done():
            wait([future], timeout=0.01)
        aws.stop.set()
        with pytest.raises(KeyboardInterrupt):
            future.result(timeout=60)
    assert len(proxy.calls) == 1
