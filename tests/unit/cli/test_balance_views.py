"""What a balance tells a person: the plan in a table of bearable length, and what to do next."""

from __future__ import annotations

from dataclasses import replace

import pytest
from catalog_samples import make_row

from layerfactory.cli import balance_closing as closing
from layerfactory.cli import balance_views as views
from layerfactory.console import Console
from layerfactory.data.regions import regions
from layerfactory.errors import (
    AccessDeniedError,
    NoAddressError,
    RegionNotEnabledError,
    RegionUnavailableError,
)
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.select import Selection
from layerfactory.publish.balance.plan import plan_balance
from layerfactory.publish.balance.result import BalanceResult, BalanceState
from layerfactory.publish.balance.values import BalancePlan, Gap, Held, Shelf
from layerfactory.publish.storage import Demand, Storage

EAST, WEST, CAPE = (regions()[name] for name in ("us-east-1", "us-west-2", "af-south-1"))
NAME = "python-3-12-scikit-learn-1-9-1"


def shelf(region, contents, name=NAME):
    held = (Held(number, code, True, 10**6) for number, code in enumerate(contents, 1))
    return Shelf(name, region, tuple(held))


def result(state, error=None, region="us-west-2"):
    arn = "" if error else f"arn:aws:lambda:us-west-2:1:layer:{NAME}:1"
    return BalanceResult(NAME, region, 1, "publish", state, arn, error)


@pytest.fixture
def shown(capsys):
    """What a plan looks like."""

    def shown(plan):
        views.show_plan(Console(), plan)
        return capsys.readouterr()

    return shown


def test_each_layer_and_region_has_a_row(shown):
    out = shown(plan_balance([shelf(EAST, "abc"), shelf(WEST, "a")])).out
    row = next(line for line in out.splitlines() if NAME in line)
    assert row.split() == [NAME, "us-west-2", ":1", ":3", "publish", ":2,", "publish", ":3", "2.0"]
    assert "1 layer in 2 regions: publish 2" in out


@pytest.mark.parametrize(
    ("shelves", "place", "others"),
    [
        ((shelf(EAST, "ab"), shelf(WEST, "a"), shelf(CAPE, "xyz")), "af-south-1", ":2"),
        ((shelf(EAST, "ab"), shelf(WEST, "a"), shelf(CAPE, "xyz")), "us-west-2", ":2"),
        ((shelf(EAST, ["a", ""]), shelf(WEST, "a")), "us-east-1", ":1"),
        ((shelf(EAST, [""]), shelf(WEST, "")), "us-east-1", "-"),
        ((shelf(EAST, "ab"), shelf(WEST, "xy")), "us-west-2", ":2"),
    ],
)
def test_what_others_have_is_not_what_one_alone_has(shown, shelves, place, others):
    told = shown(plan_balance(shelves))
    row = next(line for line in told.out.splitlines() if f" {place} " in line)
    assert row.split()[3] == others


def test_a_refusal_names_the_way_out_before_anything_is_done(shown):
    assert (
        "--only, or live with it" in shown(plan_balance([shelf(EAST, "ab"), shelf(WEST, "x")])).err
    )
    assert "--only" not in shown(plan_balance([shelf(EAST, "ab"), shelf(WEST, "a")])).err


def test_layers_that_the_matrix_has_no_more_are_told(capsys):
    old, new = Cell("3.7", "0.23.1"), Cell("3.12", "1.9.1")
    rows = [make_row(str(old)), make_row(str(old), "eu-west-1"), make_row(str(new))]
    closing.tell_left_out(Console(), rows, {new}, Selection())
    assert capsys.readouterr().err.startswith("not looked at: 1 layer of the index that")
    closing.tell_left_out(Console(), rows, {old, new}, Selection())
    closing.tell_left_out(Console(), rows, {new}, Selection(pythons=("3.12",)))
    assert capsys.readouterr().err == ""


def test_where_no_zip_is_handed_out_nobody_is_told_to_type_again():
    error = NoAddressError("us-east-1: no address", "Nothing was published from it.")
    results = [result(BalanceState.FAILED, error), result(BalanceState.NOT_TRIED, error)]
    failed = closing.failure(BalancePlan(), results, applied=True)
    assert "this AWS gives no address to fetch zips from" in failed.message
    assert "again" not in failed.remedy
    results.append(result(BalanceState.FAILED, AccessDeniedError("no")))
    assert "Type again" in closing.failure(BalancePlan(), results, applied=True).remedy


def test_many_rows_are_drawn_together_by_region(shown):
    shelves = [
        shelf(region, contents, f"python-3-12-scikit-learn-1-{number}-0")
        for number in range(101)
        for region, contents in ((EAST, "ab"), (WEST, "x" if number == 7 else ""))
    ]
    out = shown(plan_balance(shelves)).out
    row = next(line for line in out.splitlines() if "us-west-2" in line)
    assert row.split() == ["us-west-2", "101", "publish", "200,", "refused", "1"]
    assert "python-3-12" not in out


def test_what_a_person_should_look_at_is_a_warning(shown):
    error = AccessDeniedError("us-west-2: lambda:ListLayers: access denied")
    plan = BalancePlan(gaps=(Gap(NAME, EAST, 2),), unreachable=((WEST, error),))
    err = shown(plan).err
    assert f"warning: us-east-1: {NAME}:2 was deleted there" in err
    assert "warning: us-west-2 could not be asked, and is left alone: us-west-2: lambda" in err


def test_a_double_that_is_not_copied_is_told_with_what_to_do(shown, capsys):
    plan = plan_balance([shelf(EAST, "aa"), shelf(WEST, "a")])
    (line,) = shown(plan).err.splitlines()
    assert line.startswith(f"us-east-1: {NAME}:2 holds what :1 holds, and is not copied; ")
    assert line.endswith("publish the layer's next zip there first, then balance")
    closing.tell_next(Console(), plan, (), applied=True)
    assert "all numbers are equal" not in capsys.readouterr().err
    (told,) = views.to_json(plan, ())["doubles"]
    assert told == {"layer": NAME, "region": "us-east-1", "version": 2, "first": 1}


def test_a_double_that_is_copied_says_why(shown):
    plan = plan_balance([shelf(EAST, "aab"), shelf(WEST, "a")])
    why = "holds what :1 holds; :3 follows, and no number can be skipped"
    assert f"publish :2 ({why}), publish :3" in " ".join(shown(plan).out.split())
    assert [step["reason"] for step in views.to_json(plan, ())["plan"]] == [why, ""]


def test_a_double_by_another_run_is_no_failure_and_is_noted(capsys):
    doubled = replace(result(BalanceState.DOUBLED), note="version 2 is a double")
    views.show_results(Console(), [doubled])
    assert capsys.readouterr().err.splitlines() == ["us-west-2: version 2 is a double"]
    assert closing.failure(BalancePlan(), [doubled], applied=True) is None
    assert views.to_json(BalancePlan(), [doubled])["results"][0]["state"] == "doubled"


def test_regions_that_are_not_enabled_are_told_in_a_line(shown):
    error = RegionNotEnabledError("af-south-1: not enabled")
    err = shown(BalancePlan(unreachable=((CAPE, error),))).err
    assert err.splitlines() == ["not enabled for the account, and so left out: af-south-1"]


def test_storage_is_told_where_it_is_taken(shown):
    demand = Demand(WEST, 30 * 10**6, Storage(80 * 10**6, 100 * 10**6))
    out = shown(BalancePlan(demands=(demand,))).out
    row = next(line for line in out.splitlines() if "us-west-2" in line)
    assert row.split()[:4] == ["us-west-2", "30.0", "80.0", "100.0"]


def test_results_are_told_with_each_reason_once(capsys):
    denied = AccessDeniedError("eu-west-1: access denied", "Allow it.")
    results = [
        result(BalanceState.PUBLISHED),
        result(BalanceState.FAILED, denied, "eu-west-1"),
        result(BalanceState.NOT_TRIED, denied, "eu-west-1"),
    ]
    views.show_results(Console(), results)
    shown = capsys.readouterr()
    rows = [line.split() for line in shown.out.splitlines() if f"{NAME}:1" in line]
    assert [row[1:3] for row in rows] == [
        ["us-west-2", "published"],
        ["eu-west-1", "failed"],
        ["eu-west-1", "not"],
    ]
    assert rows[0][-1].startswith("arn:aws:lambda:us-west-2:")
    assert shown.err.splitlines() == ["error: eu-west-1: access denied", "  -> Allow it."]


def test_many_results_are_drawn_together(capsys):
    errors = [AccessDeniedError(f"eu-west-1: no {number}") for number in range(5)]
    results = [result(BalanceState.FAILED, error, "eu-west-1") for error in errors]
    views.show_results(Console(), [result(BalanceState.PUBLISHED)] * 200 + results)
    shown = capsys.readouterr()
    assert NAME not in shown.out
    assert "published 200" in shown.out
    assert shown.err.splitlines()[-1] == "and 2 more reasons; --json has them all"


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ([result(BalanceState.PUBLISHED)], None),
        (
            [
                result(BalanceState.PUBLISHED),
                result(BalanceState.FAILED, AccessDeniedError("no"), "eu-west-1"),
                result(BalanceState.NOT_TRIED, AccessDeniedError("no"), "eu-west-1"),
            ],
            "published 1, failed 1, not tried 1; not all is well in eu-west-1",
        ),
    ],
)
def test_steps_that_failed_fail_the_run(results, words):
    failed = closing.failure(BalancePlan(), results, applied=True)
    assert (failed.message if failed else None) == words


def test_a_refusal_fails_only_what_was_to_be_applied():
    plan = plan_balance([shelf(EAST, "ab"), shelf(WEST, "x")])
    assert closing.failure(plan, (), applied=False) is None
    assert "cannot be made equal" in closing.failure(plan, (), applied=True).message


@pytest.mark.parametrize(
    ("error", "named", "fails"),
    [
        (RegionNotEnabledError("no"), (), False),
        (RegionNotEnabledError("no"), ("af-south-1",), True),
        (RegionUnavailableError("no"), (), True),
    ],
)
def test_a_region_that_cannot_be_asked_fails_unless_it_is_only_not_enabled(error, named, fails):
    plan = BalancePlan(unreachable=((CAPE, error),))
    failed = closing.failure(plan, (), applied=False, named=named)
    assert (failed is not None) == fails


def test_the_step_summary_has_a_row_for_each_region():
    denied = AccessDeniedError("eu-west-1: access | denied", "Allow it.")
    results = [result(BalanceState.PUBLISHED), result(BalanceState.FAILED, denied, "eu-west-1")]
    plan = plan_balance([shelf(EAST, "ab"), shelf(WEST, "x")])
    page = views.markdown(plan, results)
    assert "| us-west-2 | published 1 |" in page
    assert "| eu-west-1 | failed 1 |" in page
    assert r"access \| denied" in page
    assert "us-east-1 has another content under :1" in page
