import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scikit_learn_lambda import compression
from scikit_learn_lambda.errors import InvalidInputError, RequestTooLargeError


@given(st.binary(max_size=1000))
def test_what_is_packed_is_unpacked(data):
    assert compression.gunzip(compression.gzip(data), 1000) == data


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_several_members(first, second):
    packed = gzip.compress(first) + gzip.compress(second)
    assert compression.gunzip(packed, 200) == first + second


def test_equal_answers_give_equal_bytes():
    assert compression.gzip(b"a" * 5000) == compression.gzip(b"a" * 5000)


@pytest.mark.parametrize("size", [1001, 10**7])
def test_a_bomb_is_not_unpacked(size):
    with pytest.raises(RequestTooLargeError):
        compression.gunzip(gzip.compress(b"0" * size), 1000)


def test_a_bomb_of_many_members_is_not_unpacked():
    with pytest.raises(RequestTooLargeError):
        compression.gunzip(gzip.compress(b"0" * 900) * 3, 1000)


def test_many_members_are_refused():
    packed = gzip.compress(b"a")
    assert compression.gunzip(packed * compression.MAX_MEMBERS, 1000)
    with pytest.raises(InvalidInputError):
        compression.gunzip(packed * (compression.MAX_MEMBERS + 1), 1000)


@pytest.mark.parametrize(
    "data", [b"{}", gzip.compress(b"abc")[:-5], zlib.compress(b"abc"), gzip.compress(b"abc") + b"x"]
)
def test_damage(data):
    with pytest.raises(InvalidInputError):
        compression.gunzip(data, 1000)


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5, *", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;q=0.001", True),
        ("", False),
        ("br, deflate", False),
        ("gzipped", False),
    ],
)
def test_who_takes_gzip(header, accepted):
    assert compression.accepts_gzip(header) is accepted
