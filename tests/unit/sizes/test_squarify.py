"""Areas in proportion, no overlaps, all inside."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.sizes.squarify import Box, squarify

sizes = st.lists(st.floats(min_value=1, max_value=1e8), min_size=1, max_size=30)
boxes = st.builds(
    Box,
    x=st.floats(-100, 100),
    y=st.floats(-100, 100),
    width=st.floats(1, 2000),
    height=st.floats(1, 2000),
)


@given(sizes, boxes)
def test_areas_are_in_proportion(sizes, box):
    for size, part in zip(sizes, squarify(sizes, box), strict=True):
        assert part.area == pytest.approx(box.area * size / sum(sizes), rel=1e-3, abs=1e-6)


@given(sizes, boxes)
def test_all_parts_are_inside(sizes, box):
    slack = 1e-6
    for part in squarify(sizes, box):
        assert part.width >= 0
        assert part.height >= 0
        assert part.x >= box.x - slack
        assert part.y >= box.y - slack
        assert part.x + part.width <= box.x + box.width + slack
        assert part.y + part.height <= box.y + box.height + slack


@given(sizes, boxes)
def test_no_two_parts_overlap(sizes, box):
    for one, other in combinations(squarify(sizes, box), 2):
        wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert wide <= 1e-6 or high <= 1e-6


def test_the_example_of_the_paper():
    """Sizes 6, 6, 4, 3, 2, 2, 1 in 6 x 4: two on the left, then 4 and 3 on top."""
    parts = squarify([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
    assert parts[0] == Box(0, 0, 3, 2)
    assert parts[1] == Box(0, 2, 3, 2)
    assert (parts[2].width, parts[2].height) == pytest.approx((12 / 7, 7 / 3))
    assert (parts[3].width, parts[3].height) == pytest.approx((9 / 7, 7 / 3))


def test_equal_sizes_become_squares():
    parts = squarify([1, 1, 1, 1], Box(0, 0, 10, 10))
    assert {(round(part.width), round(part.height)) for part in parts} == {(5, 5)}


def test_nothing_fills_nothing():
    assert squarify([], Box(0, 0, 1, 1)) == ()


@pytest.mark.parametrize("size", [0, -1])
def test_what_has_no_size_is_refused(size):
    with pytest.raises(ValueError, match="zero or less"):
        squarify([1, size], Box(0, 0, 1, 1))
