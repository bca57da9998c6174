from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from layerfactory.data.runtimes import Architecture, runtimes
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.index import IndexFile
from layerfactory.matrix.support import Supported, Unsupported, assess
from layerfactory.matrix.universe import Entry, LeftOut, left_out, survey

RELEASES = ("0.21.3", "0.22", "0.22.2.post1", "0.24.2", "1.0rc1", "1.0", "1.7.2", "1.8.0", "1.9.1")
TAGS = (
    "cp36-cp36m-manylinux1_x86_64",
    "cp38-cp38-manylinux2014_aarch64",
    "cp311-cp311-manylinux_2_27_x86_64",
    "cp312-cp312-manylinux_2_28_aarch64",
    "cp314-cp314-win_amd64",
)


def wheel(version: str, tags: str, *, yanked: bool = False, why: str = "") -> IndexFile:
    return IndexFile(
        filename=f"scikit_learn-{version}-{tags}.whl",
        version=version,
        sha256="0" * 64,
        upload_time=datetime(2020, 1, 1, tzinfo=UTC),
        yanked=yanked,
        yanked_reason=why,
        requires_python=">=3.11" if version.startswith("1.9") else "",
    )


wheels = st.builds(
    wheel, st.sampled_from(RELEASES), st.sampled_from(TAGS), yanked=st.booleans(), why=st.just("x")
)
indexes = st.lists(wheels, max_size=12)
oldest = st.sampled_from(RELEASES)


@given(indexes, oldest)
def test_it_is_the_whole_product_of_what_counts(index: list[IndexFile], first: str) -> None:
    entries = survey(index, first)
    skipped = {release.version for release in left_out(index, first)}
    releases = {file.version for file in index if Version(file.version) >= Version(first)}
    wanted = product(runtimes(), releases - skipped, Architecture)
    assert [entry.cell for entry in entries] == sorted(Cell(*sides) for sides in wanted)


@given(indexes, oldest)
def test_each_verdict_is_that_of_the_whole_index(index: list[IndexFile], first: str) -> None:
    for entry in survey(index, first):
        verdict = assess(entry.cell, index)
        assert entry.supported == isinstance(verdict, Supported)
        assert entry.reason == (verdict.reason if isinstance(verdict, Unsupported) else "")


@given(indexes, oldest)
def test_what_is_left_out_is_yanked_or_no_final_release(index: list[IndexFile], first: str) -> None:
    for release in left_out(index, first):
        files = [file for file in index if file.version == release.version]
        if release.reason == "pre-release":
            assert Version(release.version).is_prerelease
        else:
            assert release.reason == "yanked: x"
            assert all(file.yanked for file in files)


def test_a_release_that_is_yanked_in_part_counts() -> None:
    index = [wheel("1.0", TAGS[0], yanked=True), wheel("1.0", TAGS[1])]
    assert left_out(index, "1.0") == ()
    supported = [str(entry.cell) for entry in survey(index, "1.0") if entry.supported]
    assert supported == ["py3.8-sklearn1.0-arm64"]


def test_a_yank_without_a_word() -> None:
    assert left_out([wheel("1.0", TAGS[0], yanked=True)], "1.0") == (LeftOut("1.0", "yanked"),)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("", ""),
        (
            "scikit-learn 1.8.0 needs glibc 2.27, python3.11 runs on Amazon Linux 2 with 2.26",
            "needs glibc 2.27",
        ),
        (
            "scikit-learn 1.8.0 has no wheel for Python 3.8 (it needs >=3.11)",
            "has no wheel for Python 3.8",
        ),
        ("python3.6 does not run on arm64", "python3.6 does not run on arm64"),
    ],
)
def test_the_cause_is_what_releases_share(reason: str, cause: str) -> None:
    assert Entry(Cell("3.11", "1.8.0"), reason).cause == cause
