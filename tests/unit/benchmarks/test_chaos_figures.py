"""The campaign's checks and figures."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace

import chaos_checks as checks
from chaos_checks import Listed, Seen
from chaos_figures import SeedFigures, markdown, total
from chaos_log import Deed

X, Y = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
PLACE = ("us-east-1", "a")
ARN = "arn:aws:lambda:us-east-1:123456789012:layer:a:2"
ROW = Listed("us-east-1", ARN, X)
HAS = {PLACE: (Seen(1, Y, public=True), Seen(2, X, public=True))}


def test_a_layer_is_missing_unless_it_is_there_for_everybody():
    assert checks.missing(HAS, {PLACE: X}) == []
    private = {PLACE: (Seen(2, X, public=False),)}
    other = {PLACE: (Seen(1, Y, public=True),)}
    for has in (private, other, {}):
        assert checks.missing(has, {PLACE: X}) == ["us-east-1: a is not there, or not public"]


def test_a_layer_is_public_once():
    assert checks.public_twice(HAS, {PLACE: X}) == []
    again = {PLACE: (*HAS[PLACE], Seen(3, X, public=True))}
    said = "us-east-1: a is public 2 times with the same bytes"
    assert checks.public_twice(again, {PLACE: X}) == [said]
    doubled = {PLACE: (*HAS[PLACE], Seen(3, X, public=False))}
    assert checks.public_twice(doubled, {PLACE: X}) == []


def test_a_version_that_was_made_must_stay():
    made = [Deed(*PLACE, X, version, 1.0, 2.0, answered=True) for version in (2, 3)]
    assert checks.gone(HAS, made) == ["us-east-1: a:3 is gone again"]


def test_bytes_that_nobody_built_are_told():
    assert checks.foreign(HAS, [X, Y]) == []
    assert checks.foreign(HAS, [X]) == ["us-east-1: a:1 holds bytes that nobody built"]


def test_rows_are_read_as_any_reader_does():
    record = {"region": "us-east-1", "arn": ARN, "sha256": "01" * 32, "stale since": ""}
    (row,) = checks.read_listed([record])
    assert row == ROW
    assert (row.place, row.version) == (PLACE, 2)
    assert checks.read_listed([record | {"stale since": "2026-11-23"}])[0].stale


def test_both_files_of_the_index_must_list_the_same():
    regions = {"us-east-1": {"arn": ARN, "version": 2}}
    entries = checks.read_entries({"layers": [{"code_sha256": X, "regions": regions}]})
    assert entries == (ROW,)
    assert checks.apart([ROW], entries) == []
    assert checks.apart([], entries) == [f"layers.csv and layers.json differ in {ARN}"]


def test_rows_are_stale_where_the_region_is_gone_and_nowhere_else():
    stale = replace(ROW, stale=True)
    assert checks.mismarked([ROW], "") == checks.mismarked([stale], "us-east-1") == []
    assert checks.mismarked([stale], "") == [f"layers.csv lists {ARN} as stale"]
    assert checks.mismarked([ROW], "us-east-1") == [f"layers.csv lists {ARN} not as stale"]


def test_a_row_must_be_true():
    assert checks.untrue([ROW], HAS) == []
    for lie in (replace(ROW, code_sha256=Y), replace(ROW, arn=ARN[:-1] + "3")):
        assert len(checks.untrue([lie], HAS)) == 1
    assert checks.untrue([ROW], {PLACE: (Seen(2, X, public=False),)})


def test_the_index_lists_each_layer_once_as_we_built_it():
    assert list(checks.misindexed([ROW], {PLACE: X})) == []
    assert list(checks.misindexed([], {PLACE: X})) == ["layers.csv has 0 rows for a in us-east-1"]
    assert list(checks.misindexed([ROW, ROW], {PLACE: X}))
    assert list(checks.misindexed([ROW], {PLACE: Y}))
    assert checks.twice([ROW]) == []
    assert checks.twice([ROW, ROW]) == ["layers.csv lists a in us-east-1 twice"]


FIGURES = SeedFigures(
    seed=7,
    runs=4,
    beside=1,
    calls=300,
    faults=Counter({"cut after": 2, "500": 1}),
    kills=Counter({"at some time": 1}),
    published=30,
    unanswered=3,
    adopted=2,
    doubled=1,
    avoidable=0,
    lost=0,
    dead="",
    broken=(),
    seconds=2.0,
)


def test_seeds_add_up():
    other = replace(FIGURES, seed=3, dead="not enabled", broken=("it hangs",))
    campaign = total([FIGURES, other])
    assert (campaign.seeds, campaign.runs, campaign.published, campaign.doubled) == (2, 8, 60, 2)
    assert campaign.faults == {"cut after": 4, "500": 2}
    assert campaign.dead == {"not enabled": 1}
    assert campaign.broken == ((3, "it hangs"),)
    assert campaign.to_json()["kills"] == {"at some time": 2}


def test_no_seed_is_no_campaign():
    assert total([]).seeds == 0


def test_the_table_tells_what_was_lost_and_doubled():
    text = markdown(total([FIGURES]), 6, 5, 61.2, "where and when")
    assert "| faults injected | 3 (500 1, cut after 2) |" in text
    assert "| versions lost | 0 |" in text
    assert "| versions doubled, unavoidably | 1 |" in text
    assert text.endswith("In 61 s. where and when\n")


def test_a_broken_promise_is_told_with_its_seed():
    campaign = total([replace(FIGURES, broken=tuple(f"fault {n}" for n in range(30)))])
    text = markdown(campaign, 6, 5, 1.0, "here")
    assert "* seed 7: fault 0\n" in text
    assert "* and 10 more\n" in text
    assert "--first 7 --seeds 1" in text
