from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.data.runtimes import Architecture, runtimes
from layerfactory.errors import MatrixError
from layerfactory.matrix.cell import Cell

versions = st.lists(st.integers(0, 40), min_size=2, max_size=4).map(
    lambda parts: ".".join(map(str, parts))
)
extras = st.lists(st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True), max_size=3).map(tuple)
cells = st.builds(
    Cell,
    python=st.sampled_from(list(runtimes())),
    scikit_learn=st.builds("{}{}".format, versions, st.sampled_from(["", ".post1"])),
    architecture=st.sampled_from(Architecture),
    extras=extras,
)


@given(cells)
def test_identifiers_round_trip(cell: Cell) -> None:
    assert Cell.parse(cell.identifier) == cell


@given(st.lists(cells, unique_by=lambda cell: cell.layer_name))
def test_layer_names_are_what_lambda_allows(some: list[Cell]) -> None:
    for cell in some:
        assert re.fullmatch(r"[a-zA-Z0-9_-]+", cell.layer_name)
        assert cell.extras or len(cell.layer_name) <= 140


@given(cells)
def test_identifiers_are_file_names_without_wildcards(cell: Cell) -> None:
    assert re.fullmatch(r"[a-z0-9._-]+", cell.identifier)


@given(cells, cells)
def test_no_two_cells_share_a_name(one: Cell, other: Cell) -> None:
    assert (one == other) == (one.identifier == other.identifier)


@given(extras)
def test_extras_have_one_form(names: tuple[str, ...]) -> None:
    spelled = tuple(name.upper().replace("-", "_") for name in reversed(names))
    assert Cell("3.12", "1.9.1", extras=spelled * 2) == Cell("3.12", "1.9.1", extras=names)


def test_cells_sort_by_number_not_by_letter() -> None:
    names = ["py3.9-sklearn1.6.1-x86_64", "py3.10-sklearn1.7.2-x86_64", "py3.10-sklearn1.10-x86_64"]
    assert sorted(map(Cell.parse, reversed(names))) == list(map(Cell.parse, names))


def test_the_default_variant_comes_before_those_with_extras() -> None:
    names = [
        "py3.12-sklearn1.9.1-arm64",
        "py3.12-sklearn1.9.1-x86_64",
        "py3.12-sklearn1.9.1-pandas-arm64",
        "py3.12-sklearn1.9.1-pandas-x86_64",
        "py3.12-sklearn1.10-arm64",
    ]
    assert sorted(map(Cell.parse, reversed(names))) == list(map(Cell.parse, names))


def test_a_variant_is_named_after_its_extras() -> None:
    cell = Cell("3.12", "1.9.1", Architecture.ARM64, ("pandas",))
    assert cell.identifier == "py3.12-sklearn1.9.1-pandas-arm64"
    assert cell.layer_name == "python-3-12-scikit-learn-1-9-1-pandas-arm64"
    two = Cell("3.12", "1.9.1", extras=("scikit-image", "pandas"))
    assert two.identifier == "py3.12-sklearn1.9.1-pandas-scikit_image-x86_64"
    assert two.layer_name == "python-3-12-scikit-learn-1-9-1-pandas-scikit_image"


def test_layer_name_keeps_the_form_of_2020() -> None:
    assert Cell("3.7", "0.23.1").layer_name == "python-3-7-scikit-learn-0-23-1"
    arm = Cell("3.12", "1.9.1", Architecture.ARM64)
    assert arm.layer_name == "python-3-12-scikit-learn-1-9-1-arm64"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "py3.12",
        "py3.12-sklearn1.9.1",
        "py3.12-sklearn1.9.1-i686",
        "py3.12-sklearn1.9.1--x86_64",
        "py3.12-sklearn1.9.1-Pandas-x86_64",
        "py3.12-sklearn1.9.1-a__b-x86_64",
    ],
)
def test_what_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(MatrixError, match="is not the identifier of a cell"):
        Cell.parse(text)


def test_unknown_python_has_no_runtime() -> None:
    with pytest.raises(MatrixError, match=r"Lambda has no Python 2\.7"):
        _ = Cell("2.7", "0.20.0").runtime
