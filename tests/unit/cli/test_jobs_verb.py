"""What `jobs` says of what is left to do."""

from __future__ import annotations

import pytest

from layerfactory.cli import jobbing
from layerfactory.console import Console
from layerfactory.errors import AwsError, LockError
from layerfactory.jobs.costs import Costs
from layerfactory.jobs.needs import RegionNeeds
from layerfactory.jobs.plan import Machines, plan_jobs
from layerfactory.matrix.cell import Cell

CELL, OTHER = Cell("3.12", "1.9.0"), Cell("3.12", "1.9.1")
DEAD = RegionNeeds("us-east-1", error=AwsError("us-east-1: is gone"))
OFF = RegionNeeds("me-south-1", enabled=False)
WELL = RegionNeeds("eu-west-1")
UNREADY = {CELL: LockError("has no lock")}


def planned(*needs, unready=None):
    jobs = plan_jobs(needs, Costs({}), Machines(20))
    return jobbing.Planned(jobs, needs, unready or {}, whole=True)


@pytest.mark.parametrize(
    ("needs", "unready", "words"),
    [
        ([WELL], {}, "nothing is left to do"),
        ([WELL, OFF], {}, "nothing is left to do"),
        ([WELL, DEAD], {}, "nothing is left to do in the 1 region that answered"),
        ([DEAD], {}, "nobody knows what is left to do: no region answered"),
        ([DEAD, OFF], {}, "nobody knows what is left to do: no region answered"),
        ([WELL], UNREADY, "nothing is left to do but for 1 cell without a lock"),
        (
            [DEAD, RegionNeeds("eu-west-1", (CELL,))],
            {},
            "1 layer for 1 region: 1 job to build, 1 to publish",
        ),
        (
            [RegionNeeds("eu-west-1", (CELL,)), RegionNeeds("us-west-2", (), (CELL, OTHER))],
            {},
            (
                "1 layer for 1 region: 1 job to build, 1 to publish; "
                "2 layers for 1 region published and not listed: layerfactory index"
            ),
        ),
    ],
)
def test_what_is_left_to_do(capsys, monkeypatch, needs, unready, words):
    monkeypatch.setenv("COLUMNS", "200")
    jobbing.show(Console(), planned(*needs, unready=unready))
    assert capsys.readouterr().out.splitlines()[-1] == words


@pytest.mark.parametrize(
    ("needs", "work", "index"),
    [
        (WELL, "false", "false"),
        (DEAD, "false", "false"),
        (RegionNeeds("eu-west-1", (), (CELL,)), "false", "true"),
        (RegionNeeds("eu-west-1", (CELL,)), "true", "true"),
    ],
)
def test_what_later_jobs_are_told(needs, work, index):
    told = planned(needs).outputs()
    assert (told["work"], told["index"]) == (work, index)
    assert planned(needs).to_json()["index"] is (index == "true")
