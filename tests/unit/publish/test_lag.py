from pathlib import Path

import pytest
from synthetic_layers import make_manifest, make_remote

from layerfactory.build.layer import Layer
from layerfactory.data.regions import regions
from layerfactory.errors import RegionUnavailableError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.lag import Lag, lags
from layerfactory.publish.plan import Grant, Plan, Skip, Step, Target, Terms, Unreachable, Upload

CELL = Cell("3.12", "1.9.1")
OURS = Layer(CELL, Path("layer.zip"), make_manifest(CELL))
NAME = CELL.layer_name
EAST, WEST, IRELAND = "us-east-1", "us-west-2", "eu-west-1"


def step(region, version, action):
    """A step of a region whose newest version is this; 0 is none."""
    remote = make_remote(OURS, version=version) if version else None
    wanted = action if isinstance(action, (Upload, Unreachable)) else action(remote)
    return Step(Target(OURS, regions()[region]), remote, wanted)


def found(*steps):
    return lags(Plan(tuple(steps), Terms(public=True)))


def test_equal_numbers_are_no_lag():
    assert found(step(EAST, 2, Upload()), step(WEST, 2, Upload())) == ()
    assert found(step(EAST, 3, Skip), step(WEST, 2, Upload())) == ()
    assert found(step(EAST, 0, Upload()), step(WEST, 0, Upload())) == ()


def test_a_region_that_missed_a_version_would_get_a_lower_number():
    assert found(step(EAST, 2, Upload()), step(WEST, 1, Upload())) == (Lag(NAME, WEST, 2, 3),)


@pytest.mark.parametrize("there", [Skip, Grant])
def test_a_new_region_lags_behind_what_is_there(there):
    assert found(step(EAST, 3, there), step(WEST, 0, Upload())) == (Lag(NAME, WEST, 1, 3),)


def test_a_region_that_does_not_answer_says_nothing():
    silent = Unreachable(RegionUnavailableError("gone"))
    assert found(step(EAST, 5, silent), step(WEST, 0, Upload())) == ()


def test_what_has_its_number_already_cannot_lag_any_more():
    assert found(step(EAST, 3, Skip), step(WEST, 1, Skip), step(IRELAND, 2, Upload())) == ()
