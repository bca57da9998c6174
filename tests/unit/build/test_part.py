from __future__ import annotations

import pytest
from build_parts import make_part
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.archive import Member
from layerfactory.build.layer import RuleUse
from layerfactory.build.parts.part import Part, from_bytes, to_chunks

texts = st.text(max_size=12)
sizes = st.integers(0, 1 << 40)
members = st.builds(
    Member,
    name=texts,
    executable=st.booleans(),
    crc=st.integers(0, 0xFFFFFFFF),
    size=sizes,
    payload=st.binary(max_size=60),
    method=st.sampled_from([0, 8]),
)
parts = st.builds(
    Part,
    name=texts,
    version=texts,
    license=texts,
    members=st.lists(members, max_size=5).map(tuple),
    rules=st.lists(st.builds(RuleUse, texts, sizes, sizes), max_size=3).map(tuple),
    license_texts=st.lists(texts, max_size=3).map(tuple),
    untrimmed_bytes=sizes,
    bytecode_bytes=sizes,
)


@given(parts)
def test_a_part_comes_back_as_it_was(part):
    assert from_bytes(b"".join(to_chunks(part))) == part


WHOLE = b"".join(to_chunks(make_part("joblib", {"joblib/a.pyc": b"abc" * 9, "b": b""})))


@given(st.integers(0, len(WHOLE) - 1))
def test_what_was_cut_short_is_no_part(length):
    with pytest.raises(ValueError, match="no part: "):
        from_bytes(WHOLE[:length])


@pytest.mark.parametrize("content", [b"[]", b"{}", b"7", b'{"members": [7]}', b'{"members": [[]]}'])
def test_what_is_something_else_is_no_part(content):
    with pytest.raises(ValueError, match="no part: "):
        from_bytes(len(content).to_bytes(8, "little") + content)
