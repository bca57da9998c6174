from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_samples import ARM, NOW, OLD, release, wheel

from layerfactory.data.runtimes import Architecture
from layerfactory.errors import LockError
from layerfactory.matrix.cell import Cell
from layerfactory.watch.news import Due, Kind, Terms, Waiting, find_news

DAY = timedelta(days=1)
TERMS = Terms(NOW, 7 * DAY)
MATRIX = tuple(
    Cell(python, "1.9.1", architecture)
    for python in ("3.12", "3.13")
    for architecture in Architecture
)
OFFERED = release("1.9.1", OLD)


def due(news):
    return {str(each.cell): each.kind for each in news.due}


def test_a_matrix_that_has_all_there_is():
    news = find_news(MATRIX, OFFERED, TERMS)
    assert (news.due, news.waiting, news.left_out) == ((), (), ())


def test_a_new_release_goes_to_every_column_that_can_load_it():
    files = [*OFFERED, *release("1.9.2", NOW - 8 * DAY, "3.13"), wheel("1.9.2", "3.12", NOW)]
    news = find_news(MATRIX, files, TERMS)
    assert due(news) == {
        "py3.13-sklearn1.9.2-x86_64": Kind.RELEASE,
        "py3.13-sklearn1.9.2-arm64": Kind.RELEASE,
    }
    # The late one is too young; on the last day it is so at some hours.
    assert news.waiting == (Waiting("1.9.2", (NOW + 8 * DAY).date()),)


@pytest.mark.parametrize(("age", "found"), [(6.99, False), (7, True)])
def test_the_cooldown_counts_from_the_first_file(age, found):
    news = find_news(MATRIX, [*OFFERED, *release("1.9.2", NOW - age * DAY)], TERMS)
    assert bool(news.due) is found
    assert bool(news.waiting) is not found


@pytest.mark.parametrize("version", ["1.10.0rc1", "1.10.0.dev0"])
def test_what_is_not_final_is_passed_over(version):
    news = find_news(MATRIX, [*OFFERED, *release(version, NOW - 9 * DAY)], TERMS)
    assert news.due == ()
    assert [(each.version, each.reason) for each in news.left_out] == [(version, "pre-release")]


def test_what_was_yanked_is_passed_over():
    files = [*OFFERED, *release("1.9.2", NOW - 9 * DAY, yanked="wrong metadata")]
    news = find_news(MATRIX, files, TERMS)
    assert news.due == ()
    assert [each.reason for each in news.left_out] == ["yanked: wrong metadata"]


def test_a_patch_of_an_older_release_is_new_as_well():
    news = find_news(MATRIX, [*OFFERED, *release("1.8.1", NOW - 30 * DAY, "3.12")], TERMS)
    assert set(due(news)) == set()  # older than the oldest of the matrix
    cells = (*MATRIX, Cell("3.12", "1.8.0"))
    files = [*OFFERED, *release("1.8.0", OLD - DAY), *release("1.8.1", NOW - 30 * DAY, "3.12")]
    assert set(due(find_news(cells, files, TERMS))) == {
        "py3.12-sklearn1.8.1-x86_64",
        "py3.12-sklearn1.8.1-arm64",
    }


def test_what_was_left_out_on_purpose_is_not_proposed():
    cells = (Cell("3.12", "1.8.0"), Cell("3.13", "1.9.1"))
    files = [*release("1.8.0", OLD - 90 * DAY), *release("1.8.1", OLD - 60 * DAY), *OFFERED]
    assert set(due(find_news(cells, files, TERMS))) == {"py3.12-sklearn1.9.1-x86_64"}
    terms = replace(TERMS, exclude=("py3.12-sklearn1.9.*",))
    assert find_news(cells, files, terms).due == ()


def test_a_late_wheel_makes_a_cell_possible():
    cells = MATRIX[:3]
    files = [*release("1.9.1", OLD, "3.12"), wheel("1.9.1", "3.13", OLD)]
    assert find_news(cells, files, TERMS).due == ()
    late = wheel("1.9.1", "3.13", OLD + 20 * DAY, platform=ARM)
    (found,) = find_news(cells, [*files, late], TERMS).due
    assert found == Due(MATRIX[3], Kind.WHEEL, OLD + 20 * DAY)


def test_an_architecture_that_was_left_out_on_purpose_stays_out():
    cells = MATRIX[:3]
    files = [*OFFERED, *release("1.9.2", NOW - 8 * DAY)]
    assert "py3.13-sklearn1.9.2-arm64" not in due(find_news(cells, files, TERMS))
    assert len(find_news(cells, files, TERMS).due) == 3


def test_an_architecture_that_could_not_be_had_before():
    cells = MATRIX[:3]
    files = [*release("1.9.1", OLD, "3.12"), wheel("1.9.1", "3.13", OLD)]
    files += release("1.9.2", NOW - 8 * DAY)
    assert due(find_news(cells, files, TERMS))["py3.13-sklearn1.9.2-arm64"] is Kind.RELEASE


def test_a_new_python_gets_the_releases_of_the_matrix():
    files = [*release("1.8.0", OLD - 90 * DAY), *release("1.9.1", OLD, "3.12", "3.13", "3.14")]
    news = find_news(MATRIX, files, TERMS)
    assert due(news) == {
        "py3.14-sklearn1.9.1-x86_64": Kind.PYTHON,
        "py3.14-sklearn1.9.1-arm64": Kind.PYTHON,
    }


def test_variants_follow_as_well():
    cells = (*MATRIX, Cell("3.13", "1.9.1", extras=("pandas",)))
    files = [*OFFERED, *release("1.9.2", NOW - 8 * DAY, "3.13")]
    assert "py3.13-sklearn1.9.2-pandas-x86_64" in due(find_news(cells, files, TERMS))


def test_a_shorter_spelling_is_the_same_release():
    cells = tuple(replace(cell, scikit_learn="1.9") for cell in MATRIX)
    assert find_news(cells, release("1.9.0", OLD), TERMS).due == ()


@pytest.mark.parametrize(
    "files", [[], release("2.0.0", NOW - 9 * DAY), [replace(OFFERED[0], upload_time=None)]]
)
def test_an_index_that_cannot_be_right_is_refused(files):
    with pytest.raises(LockError):
        find_news(MATRIX, files, TERMS)


RELEASES = st.lists(
    st.tuples(
        st.sampled_from(["1.8.0", "1.8.1", "1.9.1", "1.9.2", "1.9.3", "1.10.0rc1"]),
        st.sampled_from(["3.12", "3.13", "3.14"]),
        st.integers(0, 500),
        st.booleans(),
    ),
    max_size=12,
)


@given(RELEASES, st.integers(0, 30))
def test_what_was_added_is_not_due_again(offered, cooldown):
    files = OFFERED + [
        wheel(version, python, NOW - days * DAY, yanked="no" if yanked else "")
        for version, python, days, yanked in offered
    ]
    terms = Terms(NOW, cooldown * DAY)
    found = [each.cell for each in find_news(MATRIX, files, terms).due]
    assert not set(found) & set(MATRIX)
    again = find_news((*MATRIX, *found), files, terms).due
    assert {each.cell for each in again} == set()
