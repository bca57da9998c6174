from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.data.runtimes import Architecture, runtimes
from layerfactory.errors import LockError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.index import IndexFile
from layerfactory.matrix.support import Supported, Unsupported, assess, best_wheel, released
from layerfactory.matrix.tags import glibc_of, ranks

FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)


def file(filename: str, **changes: Any) -> IndexFile:
    values: dict[str, Any] = {
        "filename": filename,
        "version": filename.removesuffix(".tar.gz").split("-")[1],
        "sha256": "0" * 64,
        "upload_time": FIRST_DAY,
        "yanked": False,
        "yanked_reason": "",
        "requires_python": "",
    }
    return IndexFile(**{**values, **changes})


def wheel(version: str, tags: str, **changes: Any) -> IndexFile:
    return file(f"scikit_learn-{version}-{tags}.whl", **changes)


NEW = ">=3.11"
INDEX = (
    wheel("0.22", "cp36-cp36m-manylinux1_x86_64"),
    file("scikit_learn-0.22.tar.gz"),
    wheel("0.23.1", "cp37-cp37m-manylinux1_x86_64"),
    wheel("0.23.1", "cp38-cp38-manylinux1_x86_64"),
    wheel("0.23.1", "cp38-cp38-win_amd64"),
    wheel("0.24.2", "cp38-cp38-manylinux1_x86_64"),
    wheel("0.24.2", "cp38-cp38-manylinux2010_x86_64"),
    wheel("0.24.2", "cp37-cp37m-manylinux2014_aarch64"),
    wheel("1.0.0", "cp38-cp38-manylinux2014_x86_64", yanked=True, yanked_reason="wrong metadata"),
    wheel("1.0.1", "cp38-cp38-manylinux2014_x86_64", yanked=True),
    wheel("1.8.0", "cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64", requires_python=NEW),
    wheel("1.8.0", "cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64", requires_python=NEW),
    wheel("1.8.0", "cp312-cp312-musllinux_1_2_aarch64", requires_python=NEW),
    wheel("1.8.0", "cp313-cp313t-manylinux_2_27_x86_64", requires_python=NEW),
    wheel("1.8.0", "cp313-cp313-macosx_12_0_arm64", requires_python=NEW),
    wheel("1.9.0rc1", "cp312-cp312-manylinux_2_27_x86_64", requires_python=NEW),
)


def reason(identifier: str) -> str:
    verdict = assess(Cell.parse(identifier), INDEX)
    assert isinstance(verdict, Unsupported)
    return verdict.reason


@pytest.mark.parametrize(
    ("identifier", "filename"),
    [
        ("py3.6-sklearn0.22-x86_64", "scikit_learn-0.22-cp36-cp36m-manylinux1_x86_64.whl"),
        ("py3.7-sklearn0.23.1-x86_64", "scikit_learn-0.23.1-cp37-cp37m-manylinux1_x86_64.whl"),
        ("py3.8-sklearn0.24.2-x86_64", "scikit_learn-0.24.2-cp38-cp38-manylinux2010_x86_64.whl"),
        (
            "py3.12-sklearn1.8.0-x86_64",
            "scikit_learn-1.8.0-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
        ),
    ],
)
def test_supported_cells_carry_their_wheel(identifier: str, filename: str) -> None:
    verdict = assess(Cell.parse(identifier), INDEX)
    assert isinstance(verdict, Supported)
    assert verdict.wheel.filename == filename


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("py3.7-sklearn0.24.2-arm64", "python3.7 does not run on arm64"),
        (
            "py3.12-sklearn9.9.9-x86_64",
            "scikit-learn 9.9.9 does not exist; the closest are 1.8.0, 0.24.2, 0.23.1",
        ),
        (
            "py3.12-sklearn1.8.1-x86_64",
            "scikit-learn 1.8.1 does not exist; the closest are 1.8.0, 0.24.2, 0.23.1",
        ),
        (
            "py3.12-sklearn1.9.0rc1-x86_64",
            "scikit-learn 1.9.0rc1 is a pre-release; layers are made of final releases",
        ),
        (
            "py3.6-sklearn0.22.0-x86_64",
            "scikit-learn 0.22.0 is written 0.22 on the package index; write it so",
        ),
        ("py3.8-sklearn1.0.0-x86_64", "scikit-learn 1.0.0 was yanked: wrong metadata"),
        ("py3.8-sklearn1.0.1-x86_64", "scikit-learn 1.0.1 was yanked"),
        (
            "py3.11-sklearn1.8.0-x86_64",
            "scikit-learn 1.8.0 needs glibc 2.27, python3.11 runs on Amazon Linux 2 with 2.26",
        ),
        (
            "py3.9-sklearn1.8.0-x86_64",
            "scikit-learn 1.8.0 has no wheel for Python 3.9 (it needs >=3.11)",
        ),
        ("py3.8-sklearn0.23.1-arm64", "scikit-learn 0.23.1 has no wheel for arm64"),
        ("py3.8-sklearn0.24.2-arm64", "scikit-learn 0.24.2 has no wheel for arm64 on Python 3.8"),
        ("py3.12-sklearn1.8.0-arm64", "scikit-learn 1.8.0 has no wheel for arm64"),
        ("py3.14-sklearn1.8.0-x86_64", "scikit-learn 1.8.0 has no wheel for Python 3.14"),
        ("py3.9-sklearn0.23.1-x86_64", "scikit-learn 0.23.1 has no wheel for Python 3.9"),
    ],
)
def test_reasons(identifier: str, expected: str) -> None:
    assert reason(identifier) == expected


def test_free_threaded_wheels_are_not_for_lambda() -> None:
    assert reason("py3.13-sklearn1.8.0-x86_64") == (
        "scikit-learn 1.8.0 has no wheel for x86_64 on Python 3.13"
    )


def test_an_empty_index_has_no_closest() -> None:
    verdict = assess(Cell("3.12", "1.9.1"), ())
    assert verdict == Unsupported("scikit-learn 1.9.1 does not exist")


def test_the_newest_glibc_that_loads_wins_and_then_the_build_number() -> None:
    old = file("numpy-2.3.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl")
    new = file("numpy-2.3.0-cp312-cp312-manylinux_2_28_x86_64.whl")
    rebuilt = file("numpy-2.3.0-2-cp312-cp312-manylinux_2_28_x86_64.whl")
    too_new = file("numpy-2.3.0-cp312-cp312-manylinux_2_39_x86_64.whl")
    files = (too_new, old, new, rebuilt)
    assert best_wheel(files[:3], "2.3.0", Cell("3.12", "1.9.1")) is new
    assert best_wheel(files, "2.3.0", Cell("3.12", "1.9.1")) is rebuilt


def test_of_a_wheel_that_a_merged_index_tells_twice_the_first_is_taken() -> None:
    first = file("joblib-1.5.0-py3-none-any.whl")
    again = file("joblib-1.5.0-py3-none-any.whl", sha256="1" * 64)
    assert best_wheel((first, again), "1.5.0", Cell("3.12", "1.9.1")) is first


def test_wheels_of_any_kind_of_package() -> None:
    pure = file("joblib-1.5.0-py3-none-any.whl")
    stable = file("lib-1.0-cp38-abi3-manylinux2014_x86_64.whl")
    legacy = file("six-1.16.0-py2.py3-none-any.whl")
    cell = Cell("3.12", "1.9.1")
    assert best_wheel((pure,), "1.5", cell) is pure
    assert best_wheel((stable,), "1.0", cell) is stable
    assert best_wheel((legacy,), "1.16.0", cell) is legacy


def test_what_cannot_be_taken() -> None:
    files = (
        file("joblib-1.5.0-py3-none-any.whl", yanked=True),
        file("joblib-1.5.0-py3-none-any.whl", requires_python=">=3.13"),
        file("joblib-1.5.0.tar.gz"),
        file("joblib-1.5.0-nonsense.whl"),
    )
    assert best_wheel(files, "1.5.0", Cell("3.12", "1.9.1")) is None


@pytest.mark.parametrize(
    ("requires", "runs"), [(">=3.6.1", True), ("<3.12", False), ("not a specifier", True)]
)
def test_requires_python_is_read_as_pip_reads_it(requires: str, runs: bool) -> None:
    files = (file("pandas-1.0.0-py3-none-any.whl", requires_python=requires),)
    assert (best_wheel(files, "1.0.0", Cell("3.12", "1.9.1")) is not None) is runs


@pytest.mark.parametrize("python", list(runtimes()))
@pytest.mark.parametrize("architecture", list(Architecture))
def test_no_tag_asks_for_more_than_the_runtime_has(python: str, architecture: Architecture) -> None:
    tags = ranks(python, architecture)
    assert max(glibc_of(tag) for tag in tags) == runtimes()[python].glibc
    assert sorted(tags.values()) == list(range(len(tags)))
    assert {tag.platform.removesuffix(architecture.machine)[-1:] for tag in tags} <= {"_", "y"}


@given(st.permutations(INDEX), st.sampled_from(list(runtimes())), st.sampled_from(Architecture))
def test_the_choice_does_not_hang_on_the_order_of_the_index(
    files: list[IndexFile], python: str, architecture: Architecture
) -> None:
    for version in ("0.23.1", "0.24.2", "1.8.0"):
        cell = Cell(python, version, architecture)
        assert best_wheel(files, version, cell) == best_wheel(INDEX, version, cell)
        assert assess(cell, files) == assess(cell, INDEX)


@given(st.lists(st.integers(0, 1000), min_size=1))
def test_a_release_came_out_with_its_first_file(days: list[int]) -> None:
    files = [
        wheel("1.0", f"cp3{index}-none-any", upload_time=FIRST_DAY + timedelta(days=day))
        for index, day in enumerate(days)
    ]
    assert released(files, "1.0") == FIRST_DAY + timedelta(days=min(days))


def test_a_release_without_times_is_refused() -> None:
    with pytest.raises(LockError, match=r"does not tell when release 1\.0"):
        released((wheel("1.0", "cp38-none-any", upload_time=None),), "1.0")
