import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.data.jobs import job_facts
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import MatrixError
from layerfactory.jobs.costs import Costs
from layerfactory.jobs.needs import RegionNeeds
from layerfactory.jobs.plan import Machines, plan_jobs
from layerfactory.matrix.cell import Cell

CELLS = tuple(
    Cell(python, f"1.{number}.0", architecture)
    for python in ("3.12", "3.13")
    for number in range(4)
    for architecture in Architecture
)
REGIONS = ("eu-west-1", "us-east-1", "us-west-2")


@st.composite
def needs_of_regions(draw):
    return tuple(
        RegionNeeds(region, tuple(sorted(draw(st.sets(st.sampled_from(CELLS))))))
        for region in REGIONS
    )


@given(needs_of_regions(), st.integers(1, 40), st.integers(10**6, 6 * 10**9))
def test_each_region_gets_just_what_it_lacks_and_each_cell_is_made_once(needs, most, size):
    costs = Costs(dict.fromkeys(CELLS, size))

    jobs = plan_jobs(needs, costs, Machines(most))

    built = [cell for job in jobs.build for cell in job.cells]
    assert sorted(built) == sorted({cell for each in needs for cell in each.cells})
    given_out = [(r, c) for job in jobs.publish for r in job.regions for c in job.cells]
    assert sorted(given_out) == sorted((each.region, c) for each in needs for c in each.cells)
    load_of = {cell: job.load for job in jobs.build for cell in job.cells}
    assert all(load_of[cell] == job.load for job in jobs.publish for cell in job.cells)
    assert len({job.name for job in jobs.build}) == len(jobs.build)
    for job in jobs.build:
        assert {cell.architecture for cell in job.cells} == {job.architecture}


def test_an_entry_of_a_matrix():
    cells = (Cell("3.12", "1.0.0"), Cell("3.12", "1.1.0"))
    costs = Costs({cells[0]: 11_400_000})
    (need,) = (RegionNeeds("us-east-1", cells),)

    jobs = plan_jobs([need, RegionNeeds("us-west-2", cells)], costs, Machines(20))

    (build,), (publish,) = jobs.build, jobs.publish
    assert build.to_json() == {
        "name": "x86_64-1",
        "load": 1,
        "runner": "ubuntu-24.04",
        "cells": "py3.12-sklearn1.0.0-x86_64 py3.12-sklearn1.1.0-x86_64",
        "seconds": round(2 * (1 + job_facts().verify_seconds)),
    }
    assert publish.to_json() == {
        "name": "us-east-1 and 1 more",
        "load": 1,
        "regions": "us-east-1 us-west-2",
        "cells": build.to_json()["cells"],
        "seconds": round(4 * (0.57 + job_facts().publish_seconds)),
    }


def test_native_machines_for_each_architecture():
    cells = (Cell("3.12", "1.9.1"), Cell("3.12", "1.9.1", Architecture.ARM64))
    jobs = plan_jobs([RegionNeeds("us-east-1", tuple(sorted(cells)))], Costs({}), Machines(1))
    assert {job.name: job.to_json()["runner"] for job in jobs.build} == {
        "x86_64-1": "ubuntu-24.04",
        "arm64-1": "ubuntu-24.04-arm",
    }


def test_regions_that_lack_other_things_stand_apart():
    old, new = Cell("3.12", "1.9.0"), Cell("3.12", "1.9.1")
    needs = [RegionNeeds("eu-west-1", (old, new)), RegionNeeds("us-east-1", (new,))]
    jobs = plan_jobs(needs, Costs({}), Machines(20))
    assert [(job.regions, job.cells) for job in jobs.publish] == [
        (("eu-west-1",), (old, new)),
        (("us-east-1",), (new,)),
    ]


def test_zips_travel_in_loads_that_a_machine_can_hold():
    cells = CELLS[::2]
    costs = Costs(dict.fromkeys(cells, 3 * 10**9))
    jobs = plan_jobs([RegionNeeds("us-east-1", cells)], costs, Machines(9))
    assert [(job.load, len(job.cells)) for job in jobs.publish] == [(1, 2), (2, 2), (3, 2), (4, 2)]
    assert [job.name for job in jobs.publish][:2] == ["us-east-1, load 1", "us-east-1, load 2"]


def test_a_matrix_has_no_more_jobs_than_it_may():
    cells = tuple(sorted(Cell("3.12", f"1.{number}.0") for number in range(300)))
    costs = Costs(dict.fromkeys(cells, 8 * 10**9))
    with pytest.raises(MatrixError, match="300 jobs of a kind"):
        plan_jobs([RegionNeeds("us-east-1", cells)], costs, Machines(20))


def test_many_jobs_stay_within_the_limit():
    cells = tuple(sorted(Cell("3.12", f"1.{number}.0") for number in range(3000)))
    jobs = plan_jobs(
        [RegionNeeds("us-east-1", cells)], Costs(dict.fromkeys(cells, 1)), Machines(10**6)
    )
    assert len(jobs.build) <= 256


def test_nothing_lacking_is_no_job():
    jobs = plan_jobs([RegionNeeds("us-east-1")], Costs({}), Machines(20))
    assert (jobs.build, jobs.publish) == ((), ())


def test_a_cell_without_a_record_costs_what_others_do():
    known = {Cell("3.12", f"1.{number}.0"): size for number, size in enumerate((10, 30, 20))}
    assert Costs(known).bytes(Cell("3.14", "1.9.1")) == 20
    assert Costs({}).bytes(Cell("3.14", "1.9.1")) == 50_000_000
