from __future__ import annotations

import io
import random
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.archive import compress, write_zip, zip_size
from layerfactory.build.cache.store import Cache
from layerfactory.build.squeeze import KIND, squeeze

NOTHING = Cache(None)


def members_of(files):
    """Packed so badly that there is something to gain."""
    return [
        compress(name, data, executable=executable, level=1)
        for name, (data, executable) in files.items()
    ]


def zip_of(members):
    file = io.BytesIO()
    write_zip(file, members)
    return file.getvalue()


def text_of(seed, size):
    """Text that a higher level of deflate packs better."""
    rng = random.Random(seed)
    words = [bytes(rng.choices(b"abcdefgh", k=rng.randint(3, 9))) for _ in range(60)]
    return b" ".join(rng.choices(words, k=size))


texts = st.builds(text_of, st.integers(0, 9), st.integers(0, 1500))


@given(st.lists(texts, min_size=1, max_size=6), st.floats(0, 0.2), st.integers(1, 3))
def test_squeezing_reaches_the_limit_or_leaves_all_as_it_is(data, share, jobs):
    files = {f"{number}.py": (text, False) for number, text in enumerate(data)}
    members = members_of(files)
    limit = int(zip_size(members) * (1 - share))
    squeezed = squeeze(members, limit, jobs, NOTHING)
    assert zip_size(squeezed) <= zip_size(members)
    assert squeezed == tuple(members) or zip_size(squeezed) <= limit
    with zipfile.ZipFile(io.BytesIO(zip_of(squeezed))) as archive:
        assert {info.filename: archive.read(info) for info in archive.infolist()} == {
            name: text for name, (text, _) in files.items()
        }


def large_and_small():
    files = {"small": (text_of(1, 300), False), "large": (text_of(2, 4000), True)}
    return members_of(files)


def test_squeezing_begins_with_the_largest_and_stops_when_it_fits():
    small, large = large_and_small()
    limit = zip_size([small, large]) - 1
    assert squeeze([small, large], limit, jobs=2, cache=NOTHING)[0] is small
    assert len(squeeze([small, large], limit, jobs=2, cache=NOTHING)[1].payload) < len(
        large.payload
    )


def test_squeezing_gives_the_same_bytes_with_any_number_of_jobs():
    members = large_and_small()
    limit = zip_size(members) - len(members[1].payload) // 50
    one = squeeze(members, limit, jobs=1, cache=NOTHING)
    assert one != tuple(members)
    assert squeeze(members, limit, jobs=4, cache=NOTHING) == one


def test_what_fits_is_not_squeezed():
    members = large_and_small()
    assert squeeze(members, zip_size(members), jobs=1, cache=NOTHING) == tuple(members)


def test_what_lies_far_over_the_limit_is_not_squeezed():
    members = large_and_small()
    assert squeeze(members, zip_size(members) // 2, jobs=1, cache=NOTHING) == tuple(members)


def test_what_was_squeezed_once_is_taken_from_the_cache(tmp_path):
    members = large_and_small()
    limit = zip_size(members) - 1
    cache = Cache(tmp_path)
    first = squeeze(members, limit, 1, cache)
    assert first == squeeze(members, limit, 1, NOTHING)
    entries = sorted((tmp_path / KIND).rglob("?" * 64))
    places = [entry.stat().st_ino for entry in entries]
    assert squeeze(members, limit, 1, cache) == first
    assert [entry.stat().st_ino for entry in entries] == places
    for entry in entries:
        entry.write_bytes(entry.read_bytes()[:-1])
    assert squeeze(members, limit, 1, cache) == first


def test_members_that_differ_in_content_alone_do_not_share_an_entry(tmp_path):
    cache = Cache(tmp_path)
    for seed in (1, 2):
        (member,) = members_of({"x.py": (text_of(seed, 900).ljust(9000, b" "), False)})
        (squeezed,) = squeeze([member], zip_size([member]) - 1, jobs=1, cache=cache)
        with zipfile.ZipFile(io.BytesIO(zip_of([squeezed]))) as archive:
            assert archive.testzip() is None


def test_squeezing_ends_when_what_is_left_cannot_save_enough(tmp_path):
    files = {f"{n}.py": text_of(n, 400) for n in range(20)}
    members = [compress(name, text, executable=False, level=12) for name, text in files.items()]
    limit = int(zip_size(members) * 0.96)
    assert squeeze(members, limit, jobs=1, cache=Cache(tmp_path)) == tuple(members)
    tried = [path for path in (tmp_path / KIND).rglob("*") if path.is_file()]
    assert 0 < len(tried) < len(members)
