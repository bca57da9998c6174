"""Whose layers an answer may replace, where nobody knows whose the credentials are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from catalog_samples import ACCOUNT, make_row

from layerfactory.catalog.collect import Answer, Answers
from layerfactory.catalog.owner import account_of, only_of_owner
from layerfactory.errors import CredentialsError, RegionUnavailableError

WEST, EAST, CHINA = "us-west-2", "us-east-1", "cn-north-1"
ROW, EASTERN, CHINESE = make_row(), make_row(region=EAST), make_row(region=CHINA)
OTHER = replace(ROW, arn=ROW.arn.replace(ACCOUNT, "446751924810"))


def answers(*regions):
    return Answers(frozenset({ROW.cell}), regions)


def test_the_account_is_that_of_the_arn():
    assert (account_of(ROW), account_of(OTHER)) == (ACCOUNT, "446751924810")


@pytest.mark.parametrize("found", [(), (OTHER,), (ROW, OTHER)])
def test_what_confirms_not_the_owner_is_no_answer(found):
    given = answers(Answer(WEST, found, ("a note",)), Answer(EAST), Answer(CHINA, (CHINESE,)))
    west, east, china = only_of_owner(given, [ROW], {WEST, EAST}).regions
    assert (west.rows, west.unlisted) == ((), ())
    assert isinstance(west.error, CredentialsError)
    assert ACCOUNT in west.error.message
    assert isinstance(east.error, CredentialsError)
    assert china == given.regions[2]


def test_one_layer_of_the_owner_vouches_for_all_regions_of_the_partition():
    given = answers(Answer(WEST), Answer(EAST, (EASTERN,)))
    assert only_of_owner(given, [ROW, EASTERN], {WEST, EAST}) == given


def test_where_nothing_is_listed_nothing_can_be_lost():
    given = answers(Answer(WEST, (ROW,)))
    assert only_of_owner(given, [CHINESE], {WEST, EAST}) == given


def test_a_region_that_did_not_answer_says_so_itself():
    down = RegionUnavailableError("us-west-2: does not answer")
    (west,) = only_of_owner(answers(Answer(WEST, error=down)), [ROW], {WEST}).regions
    assert west.error is down
