"""The last lines of a run that published, and GitHub's step summary."""

from types import SimpleNamespace

import pytest

from layerfactory.cli import closing
from layerfactory.console import Console
from layerfactory.data.regions import regions
from layerfactory.errors import AccessDeniedError, AlteredLayerError, RegionUnavailableError
from layerfactory.publish.plan import (
    Altered,
    NoRoom,
    NotEnabled,
    Plan,
    Skip,
    Step,
    Target,
    Terms,
    Upload,
)
from layerfactory.publish.result import PublishResult, State

DENIED = AccessDeniedError("eu-west-1: lambda:PublishLayerVersion: access denied", "Allow it.")
DEAD = RegionUnavailableError("me-south-1: does not answer", "Look at the region's health.")
ALTERED = AlteredLayerError("us-east-1: arn:…:3 was altered", "Find out who published it.")


def result(number, region, state, error=None):
    cell = f"py3.12-sklearn1.9.{number}-x86_64"
    return PublishResult(cell, region, "publish", state, error=error)


MIXED = [
    result(1, "us-west-2", State.PUBLISHED),
    result(2, "us-west-2", State.SKIPPED),
    result(1, "us-east-1", State.ALTERED, ALTERED),
    result(2, "us-east-1", State.SKIPPED),
    result(1, "eu-west-1", State.FAILED, DENIED),
    result(2, "eu-west-1", State.SKIPPED),
    result(1, "me-south-1", State.FAILED, DEAD),
    result(2, "me-south-1", State.FAILED, DEAD),
    result(1, "af-south-1", State.NOT_ENABLED),
    result(2, "af-south-1", State.NOT_ENABLED),
]


@pytest.fixture(autouse=True)
def typed(monkeypatch):
    words = ["/usr/bin/layerfactory", "publish", "--only", "py3.12-*", "--region", "eu"]
    monkeypatch.setattr("sys.argv", words)


def test_counts_come_in_the_order_of_the_states():
    assert closing.state_words(MIXED) == (
        "published 1, skipped 3, not enabled 2, altered 1, failed 3"
    )
    assert closing.state_words([]) == ""


def test_equal_failures_of_a_region_are_told_once_the_many_first():
    groups = closing.group_failures(MIXED)
    assert [group.where for group in groups] == [
        "me-south-1 (2 cells)",
        "us-east-1 (py3.12-sklearn1.9.1-x86_64)",
        "eu-west-1 (py3.12-sklearn1.9.1-x86_64)",
    ]


def test_failures_are_told_with_their_remedies_and_the_rest_is_counted(capsys):
    closing.show_failures(Console(), MIXED)
    err = capsys.readouterr().err
    for error in (DENIED, DEAD, ALTERED):
        region, said = error.message.split(": ", 1)
        assert err.count(said) == 1
        assert f"{region}: {said}" not in err, "the region is told before the reason"
        assert f"  -> {error.remedy}" in err
    many = [
        result(1, name, State.FAILED, RegionUnavailableError(f"{name}: gone")) for name in "abcde"
    ]
    closing.show_failures(Console(), many)
    err = capsys.readouterr().err
    assert "error: c (py3.12-sklearn1.9.1-x86_64): gone" in err
    assert "error: d" not in err
    assert "and 2 more such failures, in d, e" in err


def test_the_last_words_say_what_failed_and_what_to_type():
    error = closing.failure(MIXED)
    assert error.message == (
        "published 1, skipped 3, not enabled 2, altered 1, failed 3; "
        "not all is well in eu-west-1, me-south-1, us-east-1"
    )
    assert error.remedy.endswith("layerfactory publish --only 'py3.12-*' --region eu")
    assert error.exit_code == 6


def test_where_only_alterations_are_left_typing_it_again_is_not_the_first_thing():
    error = closing.failure(MIXED[:4])
    assert error.remedy.startswith("After that is mended, type: layerfactory publish --only")


def test_where_all_is_well_nothing_fails():
    fine = [each for each in MIXED if each.error is None]
    assert closing.failure(fine) is None
    assert closing.failure(fine, SimpleNamespace(unanswered=())) is None
    found = SimpleNamespace(unanswered=(("us-west-2", DEAD),))
    assert closing.failure(fine, found).message == "could not ask us-west-2"


def test_regions_that_are_not_enabled_are_told_in_one_line(capsys):
    closing.show_not_enabled(Console(), MIXED)
    closing.show_not_enabled(Console(), MIXED[:4])
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "left out: af-south-1 (" in err


def test_the_page_for_github_has_a_row_a_region_those_that_failed_first():
    lines = closing.markdown("layerfactory publish", MIXED).splitlines()
    assert lines[0] == "## layerfactory publish"
    assert lines[4:11] == [
        "| region | published | skipped | not enabled | altered | failed |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| eu-west-1 |  | 1 |  |  | 1 |",
        "| me-south-1 |  |  |  |  | 2 |",
        "| us-east-1 |  | 1 |  | 1 |  |",
        "| af-south-1 |  |  | 2 |  |  |",
        "| us-west-2 | 1 | 1 |  |  |  |",
    ]
    assert "**me-south-1 (2 cells)**: does not answer" in lines
    assert lines[-2] == "layerfactory publish --only 'py3.12-*' --region eu"


def test_what_aws_says_cannot_change_the_page():
    error = AccessDeniedError("<b>no</b>\n| x | `y`", "")
    page = closing.markdown("publish", [result(1, "eu-west-1", State.FAILED, error)])
    assert "\\<b\\>no\\</b\\> \\| x \\| \\`y\\`" in page


def test_a_page_for_a_run_with_nothing_to_tell():
    assert "nothing to do" in closing.markdown("publish", [])


def test_where_a_layer_stayed_at_home_it_is_typed_again():
    fine = MIXED[:2]
    assert closing.good_end(fine, stayed=False) == "published 1, skipped 1: nothing is left to do"
    told = closing.good_end([], stayed=True)
    assert told.startswith("nothing was published; mend what stayed at home, and type again: lay")


def test_after_a_change_the_index_is_next_with_the_same_selectors(monkeypatch):
    words = ["layerfactory", "publish", "--region=eu", "--private", "-o", "out", "--bucket", "b"]
    monkeypatch.setattr("sys.argv", [*words, "--only", "py3.12-*", "--json"])
    told = closing.good_end(MIXED[:2], stayed=False, unindexed=True)
    assert told == (
        "published 1, skipped 1; now bring the index up to date, type: "
        "layerfactory index --region=eu -o out --only 'py3.12-*'"
    )


def plan_of(*actions):
    layer = SimpleNamespace(cell="py3.12-sklearn1.9.1-x86_64")
    made = [
        Step(Target(layer, regions()[region]), None, action)
        for region, action in zip(("us-east-1", "eu-west-1", "af-south-1"), actions, strict=False)
    ]
    return Plan(tuple(made), Terms(public=True))


def test_a_dry_run_that_foresees_a_failure_fails_and_tells_the_remedies(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["layerfactory", "publish", "-n", "--region", "eu"])
    altered = Altered(SimpleNamespace(arn="arn:…:3", layer_name="n", version=3), "what", True)
    foreseen = closing.foresee_results(plan_of(altered, NoRoom(DENIED), NotEnabled(DEAD)))
    assert [each.state for each in foreseen] == [State.FAILED, State.FAILED, State.NOT_ENABLED]
    closing.show_failures(Console(), foreseen)
    err = capsys.readouterr().err
    assert "  -> Find out who published it; --supersede" in err
    assert "  -> Allow it." in err
    error = closing.dry_failure(foreseen)
    assert error.exit_code == 6
    assert error.message == "a dry run: not all would go well in eu-west-1, us-east-1"
    assert error.remedy == "After that is mended, type: layerfactory publish --region eu"


def test_a_dry_run_ends_with_what_does_it(monkeypatch):
    monkeypatch.setattr("sys.argv", ["layerfactory", "publish", "--dry-run", "--region", "eu"])
    does_it = "layerfactory publish --region eu"
    plan = plan_of(Upload())
    assert closing.dry_failure(closing.foresee_results(plan)) is None
    assert closing.dry_end(plan, stays=False, more=False) == f"to do it, type: {does_it}"
    idle = plan_of(Skip(None))
    assert closing.dry_end(idle, stays=False, more=False) == "nothing is left to do"
    assert closing.dry_end(idle, stays=False, more=True) == f"to do it, type: {does_it}"
    assert closing.dry_end(idle, stays=True, more=False).endswith(f"then type: {does_it}")
