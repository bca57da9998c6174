from hypothesis import given
from hypothesis import strategies as st

from layerfactory.publish.identity import claimed_sha256, code_sha256, with_mark

SHA = "0123456789abcdef" * 4


@given(text=st.text(max_size=400), room=st.integers(100, 256))
def test_the_mark_is_read_back_from_any_description_that_fits(text, room):
    marked = with_mark(text, SHA, room=room)
    assert claimed_sha256(marked) == SHA
    assert len(marked) <= room


def test_a_short_text_stays_whole():
    assert with_mark("scikit-learn 1.9.1", SHA, room=256) == f"scikit-learn 1.9.1 sha256:{SHA}"
    assert with_mark("", SHA, room=256) == f"sha256:{SHA}"


def test_what_bears_no_mark_claims_nothing():
    for text in ("", "scikit-learn", f"sha256:{SHA[:40]}", f"sha256:{SHA} and more", f"x{SHA}"):
        assert claimed_sha256(text) == ""


def test_awss_way_to_write_a_hash():
    assert code_sha256("") == ""
    assert code_sha256("00" * 32) == "A" * 43 + "="
