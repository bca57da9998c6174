"""The catalogue after an answer, held against a model of AWS by drawn histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from catalog_samples import DAY, make_row
from hypothesis import given, settings
from hypothesis import strategies as st

from layerfactory.catalog.arrange import one_a_place
from layerfactory.catalog.collect import Answer, Answers, Unlisted
from layerfactory.catalog.json_form import to_json
from layerfactory.catalog.renew import renew
from layerfactory.catalog.retirement import Retirement, Retirements
from layerfactory.catalog.row import Retired
from layerfactory.catalog.write import to_csv
from layerfactory.errors import RegionNotEnabledError, RegionUnavailableError
from layerfactory.matrix.cell import Cell

CELLS = (Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1"))
REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
DOWN = RegionUnavailableError("us-west-2: does not answer")
NOTHING = Retirements()
NEXT = DAY + timedelta(days=1)


def answers(*regions, cells=CELLS):
    return Answers(frozenset(cells), regions)


def down(region="us-west-2", error=DOWN):
    return Answer(region, error=error)


def test_what_was_confirmed_replaces_what_was_asked_for():
    rows = [make_row(), make_row(region="us-east-1")]
    newer = make_row(version=2, build="second")
    found = renew(rows, answers(Answer("us-west-2", (newer,))), today=DAY, retired=NOTHING)
    assert found.rows == (rows[1], newer)
    assert found.notes == found.unanswered == found.not_enabled == ()


def test_a_region_that_does_not_answer_keeps_its_rows_stale_since_the_first_day():
    rows = [make_row(), make_row(region="us-east-1")]
    first = renew(rows, answers(down()), today=DAY, retired=NOTHING)
    assert first.rows == (rows[1], replace(rows[0], stale_since=DAY))
    assert first.unanswered == (("us-west-2", DOWN),)
    later = renew(first.rows, answers(down()), today=NEXT, retired=NOTHING)
    assert later.rows == first.rows
    again = renew(later.rows, answers(Answer("us-west-2", rows[:1])), today=NEXT, retired=NOTHING)
    assert again.rows == (rows[1], rows[0])


def test_only_what_was_asked_for_becomes_stale():
    rows = [make_row(cell) for cell in CELLS]
    found = renew(rows, answers(down(), cells=CELLS[:1]), today=DAY, retired=NOTHING)
    assert found.rows == (replace(rows[0], stale_since=DAY), rows[1])


def test_what_another_run_listed_meanwhile_stays_and_the_newest_version_counts():
    """The region was asked while the index had the first row alone, before the others were out."""
    first, newer, other = make_row(), make_row(version=2, build="second"), make_row(CELLS[1])
    answer = answers(Answer("us-west-2", (first,)))
    found = renew([newer, other], answer, today=DAY, retired=NOTHING, listed=[first.arn])
    assert (found.rows, found.notes) == ((newer, other), ())
    nothing = answers(Answer("us-west-2"))
    found = renew([first, other], nothing, today=DAY, retired=NOTHING, listed=[first.arn])
    assert found.rows == (other,)
    (note,) = found.notes
    assert note.endswith(f": {first.arn}")
    found = renew([first, other], answers(down()), today=DAY, retired=NOTHING, listed=[first.arn])
    assert found.rows == (replace(first, stale_since=DAY), other)


def test_a_region_that_is_not_enabled_is_told_apart():
    off = RegionNotEnabledError("us-west-2: is not enabled")
    found = renew([], answers(down(error=off)), today=DAY, retired=NOTHING)
    assert (found.rows, found.unanswered) == ((), ())
    assert found.not_enabled == ("us-west-2",)
    named = renew([], answers(down(error=off)), today=DAY, retired=NOTHING, named=["us-west-2"])
    assert (named.unanswered, named.not_enabled) == ((("us-west-2", off),), ())


def test_what_is_listed_no_more_is_told_a_region_in_one_note():
    cells = [Cell("3.12", f"1.{n}.0") for n in range(5)]
    rows = [make_row(cell) for cell in cells]
    found = renew(rows, answers(Answer("us-west-2"), cells=cells), today=DAY, retired=NOTHING)
    assert found.rows == ()
    (note,) = found.notes
    assert note.startswith("us-west-2: AWS confirms no more")
    assert note.count("arn:aws:") == 3
    assert note.endswith(" and 2 more")


def test_what_is_there_and_listed_no_more_is_told_once_with_its_reason():
    private, deleted = make_row(CELLS[0]), make_row(CELLS[1])
    new = private.arn.replace(":1", ":2")
    refused = (Unlisted(new, "it is private"), Unlisted(private.arn, "it is private"))
    answer = answers(Answer("us-west-2", unlisted=refused))
    found = renew([private, deleted], answer, today=DAY, retired=NOTHING)
    assert found.notes == (
        f"{new} is not listed: it is private",
        f"{private.arn} is taken out of the index: it is private",
        f"us-west-2: AWS confirms no more, so the index lists no more: {deleted.arn}",
    )


WHOLE = Retirement(CELLS[0], DAY, "old", CELLS[1])
ONE_ZIP = Retirement(CELLS[0], DAY, "CVE-2026-0001", CELLS[0], make_row().sha256)


def test_a_retired_cell_stays_listed_and_says_so():
    rows = [make_row(cell) for cell in CELLS]
    found = renew(rows, answers(), today=DAY, retired=Retirements((WHOLE,)))
    mark = Retired(DAY, str(CELLS[1]), "old")
    assert found.rows == (replace(rows[0], retired=mark), rows[1])
    assert renew(found.rows, answers(), today=DAY, retired=NOTHING).rows == tuple(rows)


def test_a_zip_that_is_retired_stays_beside_the_one_that_followed():
    rows = (make_row(), make_row(version=2, build="second"))
    answer = answers(Answer("us-west-2", rows))
    found = renew([], answer, today=DAY, retired=Retirements((ONE_ZIP,)))
    mark = Retired(DAY, str(CELLS[0]), "CVE-2026-0001")
    assert found.rows == (replace(rows[0], retired=mark), rows[1])
    assert one_a_place(found.rows) == rows[1:]
    undone = renew(found.rows, answers(), today=DAY, retired=NOTHING)
    assert undone.rows == rows[1:]


def test_of_two_retirements_the_one_of_the_zip_is_told():
    both = Retirements((WHOLE, ONE_ZIP))
    found = renew([make_row()], answers(), today=DAY, retired=both)
    assert found.rows[0].retired.reason == "CVE-2026-0001"


@st.composite
def histories(draw):
    """Days: on each, layers are published, regions are down, and the index is made."""
    step = st.tuples(
        st.sets(st.tuples(st.sampled_from(CELLS), st.sampled_from(REGIONS))),
        st.sets(st.sampled_from(REGIONS)),
        st.sets(st.sampled_from(CELLS), min_size=1),
        st.sampled_from([NOTHING, Retirements((WHOLE,)), Retirements((ONE_ZIP,))]),
    )
    return draw(st.lists(step, max_size=6))


@settings(max_examples=60)
@given(histories())
def test_over_any_days_each_row_is_aws_s_last_answer(history):
    aws, model, rows = {}, {}, ()
    for number, (published, dead, asked, retired) in enumerate(history):
        today = date(2026, 11, 1) + timedelta(days=number)
        for cell, region in published:
            before = aws.get((cell, region))
            version = before.version + 1 if before else 1
            build = f"day {number}" if number % 2 else "first"
            aws[cell, region] = make_row(cell, region, version=version, build=build)
        for key in [(cell, region) for cell in asked for region in REGIONS]:
            if key[1] not in dead:
                model[key] = (aws.get(key), None)
            elif key in model:
                row, since = model[key]
                model[key] = (row, since or today)
        given_ = answers(*(_answer(aws, asked, region, dead) for region in REGIONS), cells=asked)
        found = renew(rows, given_, today=today, retired=retired)
        again = renew(found.rows, given_, today=today + timedelta(days=9), retired=retired)
        assert (to_csv(again.rows), to_json(again.rows)) == (
            to_csv(found.rows),
            to_json(found.rows),
        )
        rows = found.rows
        expected = {(row.arn, since) for row, since in model.values() if row}
        assert {(row.arn, row.stale_since) for row in rows} == expected
        assert {name for name, _ in found.unanswered} == dead
        for row in rows:
            entry = retired.of(row.cell, row.sha256)
            assert (row.retired.reason if row.retired else None) == (
                entry.reason if entry else None
            )


def _answer(aws, asked, region, dead):
    if region in dead:
        return down(region)
    here = [row for (cell, of), row in aws.items() if of == region and cell in asked]
    return Answer(region, tuple(here))


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_answers_does_not_matter(order):
    given_ = [
        Answer("us-west-2", (make_row(),)),
        Answer("us-east-1", (make_row(region="us-east-1"),)),
    ]
    found = renew([], answers(*given_[::order]), today=DAY, retired=NOTHING)
    assert [row.region for row in found.rows] == ["us-east-1", "us-west-2"]
