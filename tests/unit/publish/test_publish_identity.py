from hypothesis import given
from hypothesis import strategies as st

from layerfactory.publish.identity import (
    claimed_made_of,
    claimed_sha256,
    code_sha256,
    made_of,
    with_mark,
)

SHA = "0123456789abcdef" * 4


@given(text=st.text(max_size=400), room=st.integers(100, 256))
def test_the_mark_is_read_back_from_any_description_that_fits(text, room):
    marked = with_mark(text, SHA, room=room)
    assert claimed_sha256(marked) == SHA
    assert len(marked) <= room


def test_a_short_text_stays_whole():
    assert with_mark("scikit-learn 1.9.1", SHA, room=256) == f"scikit-learn 1.9.1 sha256:{SHA}"
    assert with_mark("", SHA, room=256) == f"sha256:{SHA}"


@given(text=st.text(max_size=400), room=st.integers(120, 256))
def test_what_a_zip_is_made_of_is_read_back_beside_its_mark(text, room):
    made = made_of(SHA, "sourceless")
    marked = with_mark(text, SHA, room=room, made=made)
    assert (claimed_made_of(marked), claimed_sha256(marked)) == (made, SHA)
    assert len(marked) <= room
    assert claimed_made_of(with_mark("scikit-learn", SHA, room=room)) == ""


def test_another_lock_or_policy_makes_another_zip():
    made = {
        made_of(lock, policy) for lock in (SHA, "1" * 64) for policy in ("sources", "sourceless")
    }
    assert len(made) == 4


def test_what_bears_no_mark_claims_nothing():
    for text in ("", "scikit-learn", f"sha256:{SHA[:40]}", f"sha256:{SHA} and more", f"x{SHA}"):
        assert claimed_sha256(text) == ""


def test_awss_way_to_write_a_hash():
    assert code_sha256("") == ""
    assert code_sha256("00" * 32) == "A" * 43 + "="
