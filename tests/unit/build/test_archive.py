from __future__ import annotations

import io
import random
import zipfile
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.archive import Member, compress, write_zip, zip_size
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


def members_of(files):
    return [
        compress(name, data, executable=executable) for name, (data, executable) in files.items()
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
