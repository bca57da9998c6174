from __future__ import annotations

import io
import random
import zipfile
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.archive import Member, compress, squeeze, write_zip, zip_size
from layerfactory.errors import BuildError

segments = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=8
)
names = st.lists(segments, min_size=1, max_size=4).map("/".join)
# Long runs as well as noise: some members shrink, others are stored.
contents = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda part, count: part * count, st.binary(max_size=20), st.integers(0, 300)),
)
inputs = st.dictionaries(names, st.tuples(contents, st.booleans()), max_size=12)


def members_of(files, level=6):
    return [
        compress(name, data, executable=executable, level=level)
        for name, (data, executable) in files.items()
    ]


def zip_of(members):
    file = io.BytesIO()
    write_zip(file, members)
    return file.getvalue()


@given(inputs)
def test_zipfile_reads_back_what_was_written(files):
    written = zip_of(members_of(files))
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        assert [info.filename for info in archive.infolist()] == sorted(files)
        for info in archive.infolist():
            data, executable = files[info.filename]
            assert archive.read(info) == data
            assert zlib.crc32(data) == info.CRC
            assert info.file_size == len(data)
            assert info.compress_size <= len(data)
            assert info.external_attr >> 16 == (0o100755 if executable else 0o100644)
            assert info.create_system == 3  # Unix: only then unzip looks at the mode
            assert info.date_time == (1980, 1, 1, 0, 0, 0)


@given(inputs, st.randoms())
def test_the_order_of_members_changes_no_byte(files, rng):
    members = members_of(files)
    shuffled = list(members)
    rng.shuffle(shuffled)
    assert zip_of(shuffled) == zip_of(members)


@given(inputs)
def test_size_is_known_before_writing(files):
    members = members_of(files)
    assert zip_size(members) == len(zip_of(members))


def text_of(seed, size):
    """Text that a higher level of deflate packs better."""
    rng = random.Random(seed)
    words = [bytes(rng.choices(b"abcdefgh", k=rng.randint(3, 9))) for _ in range(60)]
    return b" ".join(rng.choices(words, k=size))


texts = st.builds(text_of, st.integers(0, 9), st.integers(0, 1500))


@given(st.lists(texts, min_size=1, max_size=6), st.floats(0, 0.2), st.integers(1, 3))
def test_squeezing_reaches_the_limit_or_leaves_all_as_it_is(data, share, jobs):
    files = {f"{number}.py": (text, False) for number, text in enumerate(data)}
    members = members_of(files, level=1)
    limit = int(zip_size(members) * (1 - share))
    squeezed = squeeze(members, limit, jobs)
    assert zip_size(squeezed) <= zip_size(members)
    assert squeezed == tuple(members) or zip_size(squeezed) <= limit
    with zipfile.ZipFile(io.BytesIO(zip_of(squeezed))) as archive:
        assert {info.filename: archive.read(info) for info in archive.infolist()} == {
            name: text for name, (text, _) in files.items()
        }


def large_and_small():
    files = {"small": (text_of(1, 300), False), "large": (text_of(2, 4000), True)}
    return members_of(files, level=1)


def test_squeezing_begins_with_the_largest_and_stops_when_it_fits():
    small, large = large_and_small()
    limit = zip_size([small, large]) - 1
    assert squeeze([small, large], limit, jobs=2)[0] is small
    assert len(squeeze([small, large], limit, jobs=2)[1].payload) < len(large.payload)


def test_squeezing_gives_the_same_bytes_with_any_number_of_jobs():
    members = large_and_small()
    limit = zip_size(members) - len(members[1].payload) // 50
    one = squeeze(members, limit, jobs=1)
    assert one != tuple(members)
    assert squeeze(members, limit, jobs=4) == one


def test_what_fits_is_not_squeezed():
    members = large_and_small()
    assert squeeze(members, zip_size(members), jobs=1) == tuple(members)


def test_what_lies_far_over_the_limit_is_not_squeezed():
    members = large_and_small()
    assert squeeze(members, zip_size(members) // 2, jobs=1) == tuple(members)


def test_noise_is_stored():
    noise = random.Random(0).randbytes(500)
    assert compress("noise", noise, executable=False) == Member(
        "noise", executable=False, crc=zlib.crc32(noise), size=500, payload=noise, method=0
    )


def test_more_members_than_the_format_holds_are_refused():
    member = compress("", b"", executable=False)
    file = io.BytesIO()
    with pytest.raises(BuildError, match="65536 files are more than a zip without zip64 holds"):
        write_zip(file, [replace(member, name=str(number)) for number in range(0x10000)])
    assert file.getvalue() == b""
