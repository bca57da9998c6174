import pytest
from workflow_figures import (
    Rehearsed,
    on_paper,
    paper_table,
    rehearsed_table,
    where_it_ends,
)

from layerfactory.data.jobs import job_facts
from layerfactory.jobs.costs import Costs
from layerfactory.matrix.cell import Cell

CELLS = [Cell("3.12", f"1.{number}.0") for number in range(40)]
COSTS = Costs(dict.fromkeys(CELLS, 50_000_000))
REGIONS = ["us-east-1", "us-west-2"]


def test_one_machine_does_everything_itself():
    row = on_paper(CELLS, REGIONS, COSTS, 1)
    assert row.minutes == pytest.approx(row.machine_minutes)
    assert row.published_bytes == 40 * 2 * 50_000_000
    made = 40 * (50e6 / job_facts().build_rate + job_facts().verify_seconds)
    starts = 2 * row.build_jobs * job_facts().start_seconds
    assert row.build_minutes == pytest.approx((made + starts) / 60)


def test_more_machines_never_take_longer_and_cost_more():
    rows = [on_paper(CELLS, REGIONS, COSTS, machines) for machines in (1, 4, 20, 200)]
    assert [row.minutes for row in rows] == sorted((row.minutes for row in rows), reverse=True)
    assert [row.machine_minutes for row in rows] == sorted(row.machine_minutes for row in rows)
    assert rows[-1].minutes == pytest.approx(rows[-2].minutes)


def test_each_job_that_publishes_fetches_its_load():
    row = on_paper(CELLS, REGIONS, COSTS, 1)
    total = 40 * 50_000_000
    assert row.publish_jobs == 1
    assert row.handed_over_bytes == (3 + row.publish_jobs) * total


def test_tables():
    rows = [on_paper(CELLS, REGIONS, COSTS, machines) for machines in (1, 20)]
    assert paper_table(rows).splitlines()[2].startswith("| 1 | ")
    assert len(paper_table(rows).splitlines()) == 4
    assert f"More than {rows[1].machines} machines" in where_it_ends(rows)
    runs = [Rehearsed(1, 9, 100.0, {}), Rehearsed(2, 9, 60.0, {})]
    assert rehearsed_table(runs).splitlines()[-1] == "| 2 | 9 | 60 | 0.60 |"
