from dataclasses import replace

import pytest

from layerfactory.catalog.find import find_arn
from layerfactory.catalog.row import Row
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import CatalogError


def row(
    scikit_learn, python="3.12", region="us-west-2", architecture="x86_64", version=1, extras=()
):
    arn = " ".join([python, scikit_learn, region, architecture, str(version), *extras])
    row_of = Row(python, scikit_learn, region, arn, Architecture(architecture), version)
    return replace(row_of, extras=extras)


ROWS = [
    row("1.5.0"),
    row("1.5.2"),
    row("1.5.10"),
    row("1.50.0"),
    row("1.9.1", version=1),
    row("1.9.1", version=2),
    row("0.22.2.post1", "3.7"),
    row("1.5.2", region="eu-west-1"),
    row("1.9.1", architecture="arm64"),
    row("1.9.1", extras=("pandas",)),
    row("1.60.0", extras=("pandas",)),
]


def find(scikit_learn="", python="3.12", region="us-west-2", architecture="x86_64", extras=()):
    return find_arn(
        ROWS,
        python=python,
        scikit_learn=scikit_learn,
        extras=extras,
        region=region,
        architecture=Architecture(architecture),
    ).arn


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("1.5.2", "3.12 1.5.2 us-west-2 x86_64 1"),
        ("1.5", "3.12 1.5.10 us-west-2 x86_64 1"),
        ("1", "3.12 1.50.0 us-west-2 x86_64 1"),
        ("", "3.12 1.50.0 us-west-2 x86_64 1"),
        ("1.9.1", "3.12 1.9.1 us-west-2 x86_64 2"),
    ],
)
def test_a_version_or_the_newest_that_begins_so(asked, found):
    assert find(asked) == found


def test_the_newest_that_the_region_has():
    assert find("1.5", region="eu-west-1") == "3.12 1.5.2 eu-west-1 x86_64 1"


def test_post_releases_and_architectures():
    assert find("0.22.2", python="3.7") == "3.7 0.22.2.post1 us-west-2 x86_64 1"
    assert find("1.9", architecture="arm64") == "3.12 1.9.1 us-west-2 arm64 1"


def test_a_variant_is_found_by_its_extras_alone():
    assert find("1.9", extras=("pandas",)) == "3.12 1.9.1 us-west-2 x86_64 1 pandas"
    assert find("1", extras=("pandas",)) == "3.12 1.60.0 us-west-2 x86_64 1 pandas"
    assert find("1") == "3.12 1.50.0 us-west-2 x86_64 1"


@pytest.mark.parametrize(
    ("asked", "message", "there_is"),
    [
        ({"python": "3.13"}, "for Python 3.13", "There is: 3.7, 3.12."),
        (
            {"scikit_learn": "1.5.1"},
            "for scikit-learn 1.5.1",
            "There is: 1.5.0, 1.5.2, 1.5.10, 1.9.1, 1.50.0.",
        ),
        (
            {"scikit_learn": "1.5", "region": "sa-east-1"},
            "for region sa-east-1",
            "There is: us-west-2, eu-west-1.",
        ),
        (
            {"python": "3.7", "extras": ("pandas",)},
            "for extras pandas",
            "There is: none.",
        ),
        (
            {"scikit_learn": "1.5", "extras": ("pandas",)},
            "for scikit-learn 1.5",
            "There is: 1.9.1, 1.60.0.",
        ),
        ({"python": "3.7", "architecture": "arm64"}, "for Python 3.7", "There is: 3.12."),
    ],
)
def test_when_nothing_fits_it_says_what_there_is(asked, message, there_is):
    with pytest.raises(CatalogError) as caught:
        find(**asked)
    assert message in caught.value.message
    assert caught.value.remedy == there_is


def test_an_empty_catalogue_is_told():
    with pytest.raises(CatalogError, match="lists no layer"):
        find_arn([], python="3.12", region="us-west-2", architecture=Architecture.X86_64)


@pytest.mark.parametrize(("rows", "said"), [([], "lists no layer"), (ROWS, "has no layer for")])
def test_the_file_is_named(rows, said):
    with pytest.raises(CatalogError, match=f"^out/mine.csv {said}"):
        find_arn(
            rows,
            python="4.0",
            region="us-west-2",
            architecture=Architecture.X86_64,
            source="out/mine.csv",
        )
