"""A publishing plan, printed."""

from dataclasses import replace
from pathlib import Path

from synthetic_layers import make_manifest, make_remote

from layerfactory.build.layer import Layer
from layerfactory.cli import closing, foretold
from layerfactory.cli.publishing import show_results
from layerfactory.console import Console
from layerfactory.data.regions import regions
from layerfactory.errors import RegionUnavailableError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.lag import lags
from layerfactory.publish.plan import Plan, Skip, Step, Target, Terms, Unreachable, Upload
from layerfactory.publish.result import PublishResult, State
from layerfactory.publish.storage import Demand, Storage

REGIONS = [regions()[name] for name in ("us-west-2", "eu-west-1")]


def layer_of(cell):
    return Layer(cell, Path("layer.zip"), make_manifest(cell))


def steps(count):
    """Each cell is in the first region, and not in the second."""
    made = []
    for number in range(count):
        layer = layer_of(Cell("3.12", f"1.9.{number}"))
        remote = make_remote(layer, version=3)
        made.append(Step(Target(layer, REGIONS[0]), remote, Skip(remote)))
        made.append(Step(Target(layer, REGIONS[1]), None, Upload()))
    return tuple(made)


STORAGE = (
    Demand(REGIONS[0], 2_000_000, Storage(used=1_000_000, limit=2_500_000)),
    Demand(REGIONS[1], 2_000_000, None, "eu-west-1: access denied"),
)


def test_every_row_tells_what_is_where_and_why(capsys):
    plan = Plan(steps(1), Terms(public=True), STORAGE)
    foretold.show_plan(Console(), plan)
    out = capsys.readouterr().out
    hash_ = plan.steps[0].target.layer.manifest.code_sha256[:8]
    there = next(line for line in out.splitlines() if "us-west-2" in line)
    missing = next(line for line in out.splitlines() if "eu-west-1" in line)
    assert f":3 {hash_} public" in there
    assert f"{hash_}, 0.0 MB" in there
    assert "skip" in there
    assert "it is there already" in there
    assert "publish" in missing
    assert "nothing is there" in missing
    assert "skip 1, publish 1: a dry run, so nothing was done" in out


def test_a_region_that_lags_is_told_once_with_what_to_type(capsys):
    foretold.warn_of_lags(Console(), lags(Plan(steps(2), Terms(public=True))))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: eu-west-1 has missed versions: 2 layers would get another")
    assert "scikit-learn-1-9-0:1 where others have :3; type first: layerfactory balance " in line
    assert line.endswith("--region eu-west-1 --apply")


def test_storage_is_told_for_each_region_that_takes_something(capsys):
    foretold.show_storage(Console(), STORAGE)
    full, unknown = capsys.readouterr().out.splitlines()[-3:-1]
    assert full.split() == ["us-west-2", "2.0", "1.0", "2.5", "NO"]
    assert unknown.split()[:4] == ["eu-west-1", "2.0", "unknown", "unknown"]
    assert unknown.strip().endswith("unknown: access denied")
    foretold.show_storage(Console(), ())
    assert capsys.readouterr().out == ""


def test_storage_that_is_unknown_for_one_reason_is_told_in_one_row(capsys):
    why = "lambda:GetAccountSettings: 404"
    demands = [Demand(region, 2_000_000, None, f"{region}: {why}") for region in REGIONS]
    foretold.show_storage(Console(), [*demands, STORAGE[0]])
    out = capsys.readouterr().out
    assert out.count(why) == 1
    row = next(line for line in out.splitlines() if why in line)
    assert row.split()[:3] == ["2", "regions,", "each"]
    assert row.split()[3] == "2.0"
    assert "us-west-2" in out


def test_many_rows_are_drawn_together_by_cell(capsys):
    foretold.show_plan(Console(), Plan(steps(60), Terms(public=True)))
    out = capsys.readouterr().out
    assert out.count("py3.12-sklearn1.9.") == 60
    assert out.count("skip 1, publish 1") == 60
    assert "skip 60, publish 60: a dry run" in out


def test_a_machine_is_told_every_step(capsys):
    plan = Plan(steps(60), Terms(public=True))
    told = foretold.plan_json(plan)
    assert len(told) == 120
    assert told[0] == {
        "cell": "py3.12-sklearn1.9.0-x86_64",
        "region": "us-west-2",
        "action": "skip",
        "why": "it is there already",
        "remote_version": 3,
        "remote_code_sha256": plan.steps[0].remote.code_sha256,
        "remote_public": True,
        "code_sha256": plan.steps[0].remote.code_sha256,
    }
    assert told[1]["remote_version"] is told[1]["remote_public"] is None


def test_why_a_region_takes_nothing_is_told_once(capsys):
    error = RegionUnavailableError("eu-west-1: does not answer")
    gone = tuple(
        Step(step.target, None, Unreachable(error)) if step.remote is None else step
        for step in steps(3)
    )
    foretold.show_plan(Console(), Plan(gone, Terms(public=True)))
    closing.show_failures(Console(), closing.foresee_results(Plan(gone, Terms(public=True))))
    told = capsys.readouterr()
    assert told.err == "error: eu-west-1 (3 cells): does not answer\n"
    rows = [line.split() for line in told.out.splitlines() if "eu-west-1" in line]
    assert [row[2] for row in rows] == ["?"] * 3
    assert told.out.count("as told below") == 3


def test_of_many_results_the_failures_are_listed_by_region(capsys):
    error = RegionUnavailableError("eu-west-1: does not answer")
    results = [
        PublishResult(f"py3.12-sklearn1.9.{number}-x86_64", region, "publish", state, error=why)
        for number in range(60)
        for region, state, why in (
            ("us-west-2", State.PUBLISHED, None),
            ("eu-west-1", State.FAILED, error),
        )
    ]
    show_results(Console(), results)
    out = capsys.readouterr().out
    assert out.count("published 1, failed 1") == 60
    assert out.count("does not answer") == 1
    assert "eu-west-1 (60 cells)" in out


def test_the_column_of_arns_holds_nothing_else(capsys):
    error = RegionUnavailableError("eu-west-1: does not answer")
    arn = "arn:aws:lambda:us-west-2:1:layer:x:1"
    good = PublishResult("a", "us-west-2", "publish", State.PUBLISHED, arn=arn)
    bad = PublishResult("a", "eu-west-1", "publish", State.FAILED, error=error)
    show_results(Console(), [good, bad])
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith(" a")]
    assert [row[-1] for row in rows] == [arn, "below"]
    capsys.readouterr()
    regions_ = ("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1")
    show_results(Console(), [replace(bad, region=name) for name in regions_])
    assert capsys.readouterr().out.count("does not answer") == 4, "not all are told elsewhere"


def test_where_nothing_may_go_out_no_table_is_drawn(capsys):
    foretold.show_plan(Console(), Plan((), Terms(public=True)))
    assert capsys.readouterr().out == "nothing: a dry run, so nothing was done\n"
