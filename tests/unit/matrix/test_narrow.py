from __future__ import annotations

import pytest

from layerfactory.data.runtimes import Architecture
from layerfactory.errors import MatrixError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.select import Selection, narrow

CELLS = [
    Cell(python, release, architecture)
    for python in ("3.9", "3.10")
    for release in ("1.0", "1.6.1")
    for architecture in Architecture
]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), len(CELLS)),
        (Selection(pythons=("=3.9",)), 4),
        (Selection(pythons=("3.9",), scikit_learns=("1.0.0",)), 2),
        (Selection(architectures=("arm64",), only=("py3.10-*",)), 2),
        (Selection(only=("*-sklearn1.0-*", "py3.9-*")), 6),
    ],
)
def test_what_a_selection_takes(selection: Selection, expected: int) -> None:
    taken = narrow(CELLS, selection)
    assert len(taken) == expected
    assert list(taken) == [cell for cell in CELLS if cell in taken]


@pytest.mark.parametrize(
    ("selection", "says"),
    [
        (Selection(pythons=("2.7",)), "--python 2.7: Lambda has no Python '2.7'"),
        (Selection(scikit_learns=("1.0rc1",)), "--scikit-learn 1.0rc1: '1.0rc1' is a pre-release"),
        (Selection(only=("py3.12-*",)), "there is nothing that is all that was asked for"),
    ],
)
def test_a_selection_that_takes_nothing(selection: Selection, says: str) -> None:
    with pytest.raises(MatrixError, match=says):
        narrow(CELLS, selection)
