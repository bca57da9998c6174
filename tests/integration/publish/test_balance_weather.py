"""Balance under faults, seed by seed: run again until it says done, and every number is equal."""

import random

import pytest
from fault_proxy import PUBLISH, Cut, Refusal
from layer_addresses import addresses
from synthetic_layers import make_layer

from layerfactory.data.regions import regions
from layerfactory.matrix.cell import Cell
from layerfactory.publish.balance.apply import apply_balance
from layerfactory.publish.balance.survey import survey_balance
from layerfactory.publish.package import Package

__all__ = ["addresses"]

CELLS = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1")
REGIONS = tuple(regions()[name] for name in ("us-east-1", "us-west-2", "eu-west-1"))
# How many versions each region begins with; the first leads.
START = {CELLS[0]: (4, 1, 0), CELLS[1]: (2, 3, 0)}
FAULTS = (
    Cut.BEFORE,
    Cut.AFTER,
    Refusal(429, "TooManyRequestsException"),
    Refusal(500, "ServiceException"),
    Refusal(503, "SlowDown"),
    # Ends a step for good, so that there is something left for the next run.
    Refusal(403, "AccessDeniedException"),
)
RUNS = 40


@pytest.fixture
def world(aws, tmp_path):
    """Three regions that hold prefixes of one history, public but for one version."""
    for cell, counts in START.items():
        for region, count in zip(REGIONS, counts, strict=True):
            client = aws.layers(region)
            for number in range(1, count + 1):
                content = f"{cell} {number}".encode()
                version = client.publish(Package.of(make_layer(tmp_path, cell, content)))
                if number != 2:
                    client.grant(cell.layer_name, version)
    return aws


def holdings(aws, region):
    client = aws.layers(region)
    return {
        (cell, each.version): (each.description, client.read(cell.layer_name, each.version).public)
        for cell in CELLS
        for each in client.list_versions(cell.layer_name)
    }


@pytest.mark.usefixtures("addresses")
@pytest.mark.parametrize("seed", range(6))
def test_it_comes_to_equal_numbers_through_any_weather(world, proxy, seed):
    dice = random.Random(seed)
    proxy.weather = lambda _call, _nth: dice.choice(FAULTS) if dice.random() < 0.15 else None
    names = [cell.layer_name for cell in CELLS]
    for _ in range(RUNS):
        plan = survey_balance(world, names, REGIONS, targets=REGIONS, jobs=1)
        results = apply_balance(world, plan, jobs=1)
        if not plan.unreachable and not any(result.error for result in results):
            break
    else:
        pytest.fail(f"not done after {RUNS} runs")
    injected = [exchange.did for exchange in proxy.exchanges if exchange.did is not None]
    assert len(injected) > 10
    proxy.forget()
    assert survey_balance(world, names, REGIONS, targets=REGIONS).steps == ()
    first, *others = (holdings(world, region) for region in REGIONS)
    assert len(first) == 4 + 3
    assert all(other == first for other in others)
    assert proxy.count(PUBLISH) == proxy.count("lambda DELETE") == 0
