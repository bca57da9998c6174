from __future__ import annotations

import pytest

from layerfactory.matrix.versions import exactly, later_patches, neighbours

RELEASES = ["1.10.0", "1.9.1", "1.9.0", "0.22.2.post1", "0.22", "0.22.1", "0.19.0"]


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("1.9", ("1.9.1",)),
        ("0.22", ("0.22.1", "0.22.2.post1")),
        ("1.10", ()),
        ("1", ("1.9.0", "1.9.1", "1.10.0")),
        ("1.9.0", ()),
        ("0.22.0", ()),
        ("0.22.2.post1", ()),
    ],
)
def test_what_a_shortened_version_may_seem_to_mean(text, also):
    assert later_patches(text, RELEASES) == also


@pytest.mark.parametrize(
    ("text", "written"), [("1.9", "1.9.0"), ("1", "1.0.0"), ("1.9.1", "1.9.1")]
)
def test_a_version_written_out(text, written):
    assert exactly(text) == written


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("99.0", ("1.10.0", "1.9.1", "1.9.0")),
        ("1.9.7", ("1.10.0", "1.9.1", "1.9.0")),
        ("0.22.3", ("1.9.0", "0.22.2.post1", "0.22.1")),
        ("0.1", ("0.22.1", "0.22", "0.19.0")),
    ],
)
def test_the_closest_of_a_version_are_its_neighbours(text, near):
    assert neighbours(text, RELEASES) == near


def test_where_there_are_few_or_none():
    assert neighbours("1.0", ["1.1", "1.1"]) == ("1.1",)
    assert neighbours("1.0", []) == ()
