from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.data.runtimes import Architecture, runtimes
from layerfactory.errors import MatrixError
from layerfactory.matrix.cell import Cell

versions = st.lists(st.integers(0, 40), min_size=2, max_size=4).map(
    lambda parts: ".".join(map(str, parts))
)
cells = st.builds(
    Cell,
    python=st.sampled_from(list(runtimes())),
    scikit_learn=st.builds("{}{}".format, versions, st.sampled_from(["", ".post1"])),
    architecture=st.sampled_from(Architecture),
)


@given(cells)
def test_identifiers_round_trip(cell: Cell) -> None:
    assert Cell.parse(cell.identifier) == cell


@given(st.lists(cells, unique_by=lambda cell: cell.layer_name))
def test_layer_names_are_what_lambda_allows(some: list[Cell]) -> None:
    for cell in some:
        assert len(cell.layer_name) <= 140
        assert cell.layer_name.replace("-", "").isalnum()


def test_cells_sort_by_number_not_by_letter() -> None:
    names = ["py3.9-sklearn1.6.1-x86_64", "py3.10-sklearn1.7.2-x86_64", "py3.10-sklearn1.10-x86_64"]
    assert sorted(map(Cell.parse, reversed(names))) == list(map(Cell.parse, names))


def test_layer_name_keeps_the_form_of_2020() -> None:
    assert Cell("3.7", "0.23.1").layer_name == "python-3-7-scikit-learn-0-23-1"
    arm = Cell("3.12", "1.9.1", Architecture.ARM64)
    assert arm.layer_name == "python-3-12-scikit-learn-1-9-1-arm64"


@pytest.mark.parametrize("text", ["", "py3.12", "py3.12-sklearn1.9.1", "py3.12-sklearn1.9.1-i686"])
def test_what_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(MatrixError, match="is not the identifier of a cell"):
        Cell.parse(text)


def test_unknown_python_has_no_runtime() -> None:
    with pytest.raises(MatrixError, match=r"Lambda has no Python 2\.7"):
        _ = Cell("2.7", "0.20.0").runtime
