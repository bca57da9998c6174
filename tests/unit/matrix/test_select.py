from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layerfactory.data.runtimes import runtimes
from layerfactory.errors import MatrixError
from layerfactory.matrix.model import Bytecode
from layerfactory.matrix.select import Selection, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerfactory.matrix.model import Matrix

CONTENT = """\
version: 1
cells:
  - {python: "3.7", scikit-learn: "0.23.1", architectures: x86_64}
  - {python: ["3.12", "3.13"], scikit-learn: ["1.8.0", "1.9.1"], architectures: [x86_64, arm64]}
  - {python: "3.8", scikit-learn: "0.24.2", architectures: x86_64, bytecode: sources}
bytecode: sourceless-docstrings
images: {"3.7": "registry.example/build:3.7"}
"""
GLOBS = ["*", "py3.12-*", "*-arm64", "*-sklearn1.9.1-*", "py3.7-*", "py3.1[23]-*-x86_64"]


@pytest.fixture
def matrix(load: Callable[[str], Matrix]) -> Matrix:
    return load(CONTENT)


def chosen(matrix: Matrix, selection: Selection) -> list[str]:
    return [plan.cell.identifier for plan in select(matrix, selection)]


def refused(matrix: Matrix, selection: Selection) -> MatrixError:
    with pytest.raises(MatrixError) as caught:
        select(matrix, selection)
    return caught.value


def test_an_open_selection_takes_all(matrix: Matrix) -> None:
    assert select(matrix, Selection()) == matrix.cells


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(globs=st.lists(st.sampled_from(GLOBS), min_size=1, max_size=3))
def test_globs_take_exactly_what_they_match(matrix: Matrix, globs: list[str]) -> None:
    found = chosen(matrix, Selection(only=tuple(globs)))
    for plan in matrix.cells:
        name = plan.cell.identifier
        assert (name in found) == any(fnmatchcase(name, glob) for glob in globs)


def test_each_side_narrows(matrix: Matrix) -> None:
    assert chosen(matrix, Selection(pythons=("3.12",), architectures=("arm64",))) == [
        "py3.12-sklearn1.8.0-arm64",
        "py3.12-sklearn1.9.1-arm64",
    ]
    assert chosen(matrix, Selection(scikit_learns=("0.24.2", "0.23.1"))) == [
        "py3.7-sklearn0.23.1-x86_64",
        "py3.8-sklearn0.24.2-x86_64",
    ]
    assert chosen(matrix, Selection(pythons=("3.13",), only=("*-sklearn1.9.1-arm64",))) == [
        "py3.13-sklearn1.9.1-arm64"
    ]


def test_a_cell_of_the_matrix_keeps_its_own_settings(matrix: Matrix) -> None:
    (plan,) = select(matrix, Selection(pythons=("3.8",), scikit_learns=("0.24.2",)))
    assert plan.bytecode is Bytecode.SOURCES


@pytest.mark.parametrize("word", ["0.23.0", "=0.23.0", "==0.23.0"])
def test_a_named_combination_beside_the_matrix_is_made(matrix: Matrix, word: str) -> None:
    (plan,) = select(matrix, Selection(pythons=("3.7",), scikit_learns=(word,)))
    assert plan.cell.identifier == "py3.7-sklearn0.23.0-x86_64"
    assert plan.bytecode is Bytecode.SOURCELESS_DOCSTRINGS
    assert plan.image == "registry.example/build:3.7"


def test_what_is_made_has_the_architectures_that_are_named(matrix: Matrix) -> None:
    pair = {"pythons": ("3.9",), "scikit_learns": ("1.6.1",)}
    assert chosen(matrix, Selection(**pair, architectures=("arm64", "x86_64"))) == [
        "py3.9-sklearn1.6.1-arm64",
        "py3.9-sklearn1.6.1-x86_64",
    ]
    (plan,) = select(matrix, Selection(**pair))
    assert plan.image == runtimes()["3.9"].build_image


def test_only_what_is_lacking_is_made(matrix: Matrix) -> None:
    wanted = Selection(pythons=("3.7", "3.12"), scikit_learns=("0.23.1", "1.9.1"))
    assert chosen(matrix, wanted) == [
        "py3.7-sklearn0.23.1-x86_64",
        "py3.7-sklearn1.9.1-x86_64",
        "py3.12-sklearn0.23.1-x86_64",
        "py3.12-sklearn1.9.1-arm64",
        "py3.12-sklearn1.9.1-x86_64",
    ]


def test_another_spelling_of_a_version_finds_the_cell(matrix: Matrix) -> None:
    assert chosen(matrix, Selection(pythons=("3.12",), scikit_learns=("1.8",))) == [
        "py3.12-sklearn1.8.0-arm64",
        "py3.12-sklearn1.8.0-x86_64",
    ]


def test_words_that_no_matrix_could_hold_are_told_at_once(matrix: Matrix) -> None:
    error = refused(
        matrix,
        Selection(
            pythons=("3.15", "3.12"), scikit_learns=("new", "1.9.1rc1"), architectures=("amd64",)
        ),
    )
    assert error.message.splitlines() == [
        (
            "--python 3.15: Lambda has no Python '3.15'; choose one of "
            "3.6, 3.7, 3.8, 3.9, 3.10, 3.11, 3.12, 3.13, 3.14"
        ),
        "--scikit-learn new: 'new' is not a version; write it like 1.7.2",
        ("--scikit-learn 1.9.1rc1: '1.9.1rc1' is a pre-release; layers are made of final releases"),
        "--architecture amd64: Lambda has no architecture 'amd64'; did you mean x86_64?",
    ]


def test_words_that_this_matrix_lacks_are_told_with_what_there_is(matrix: Matrix) -> None:
    error = refused(matrix, Selection(pythons=("3.6", "3.12")))
    assert error.message == (
        f"--python 3.6: not in {matrix.source}, which has 3.7, 3.8, 3.12, 3.13"
    )
    assert "--scikit-learn" in error.remedy
    error = refused(matrix, Selection(scikit_learns=("1.9.2",)))
    assert error.message.endswith("which has 0.23.1, 0.24.2, 1.8.0, 1.9.1")


def test_a_glob_that_matches_nothing_is_told_with_the_closest(matrix: Matrix) -> None:
    error = refused(matrix, Selection(only=("py3.12-*", "py3.7-sklearn0.23.0-x86*")))
    assert error.message.startswith(
        "--only py3.7-sklearn0.23.0-x86*: matches no cell; the closest are "
        "py3.7-sklearn0.23.1-x86_64"
    )
    assert "and 2 more" in error.remedy


def test_selectors_that_only_fail_together(matrix: Matrix) -> None:
    error = refused(matrix, Selection(pythons=("3.7",), architectures=("arm64",)))
    assert "all that was asked for at once" in error.message
    assert error.remedy == (
        "--architecture arm64 is there for --python 3.12, 3.13; "
        "--python 3.7 is there for --architecture x86_64."
    )


def test_a_glob_and_a_selector_that_only_fail_together(matrix: Matrix) -> None:
    error = refused(matrix, Selection(pythons=("3.7",), only=("*-arm64",)))
    assert error.remedy == "--only *-arm64 is there for --python 3.12, 3.13."


def test_where_nothing_is_one_side_away_the_nearest_cells_are_told(matrix: Matrix) -> None:
    wanted = Selection(pythons=("3.8",), architectures=("arm64",), variants=("none",))
    assert refused(matrix, wanted).remedy.startswith("--architecture arm64 --extras none is there")
    wanted = Selection(pythons=("3.8",), architectures=("arm64",), only=("py3.7-*",))
    error = refused(matrix, wanted)
    assert error.remedy.startswith("It has py3.8-sklearn0.24.2-x86_64, py3.12-sklearn1.8.0-arm64")


@pytest.mark.parametrize(
    ("glob", "meant"),
    [
        ("py3.12-sklearn1.9.1", "py3.12-sklearn1.9.1-*"),
        ("py3.12", "py3.12-*"),
        ("*-sklearn1.9", "*-sklearn1.9*"),
    ],
)
def test_a_glob_without_its_end_is_completed(matrix: Matrix, glob: str, meant: str) -> None:
    error = refused(matrix, Selection(only=(glob,)))
    assert error.message == f"--only {glob}: matches no cell; did you mean {meant}?"


def test_cells_like_a_glob_are_listed_first(matrix: Matrix) -> None:
    error = refused(matrix, Selection(only=("py3.13-sklearn1.9.2-x86_64*",)))
    assert error.remedy.startswith(f"{matrix.source} has py3.13-sklearn1.9.1-x86_64, ")


def test_sources_cannot_be_had_on_python_36(load: Callable[[str], Matrix]) -> None:
    matrix = load(CONTENT.replace("sourceless-docstrings", "sources"))
    error = refused(matrix, Selection(pythons=("3.6",), scikit_learns=("0.22",)))
    assert "Python 3.6 has no unchecked-hash bytecode" in error.message


def test_a_whole_identifier_makes_the_cell(matrix: Matrix) -> None:
    """Errors name cells so, also those that --python and --scikit-learn have made."""
    (plan,) = select(matrix, Selection(only=("py3.7-sklearn0.23.0-x86_64",)))
    assert str(plan.cell) == "py3.7-sklearn0.23.0-x86_64"
    assert plan.bytecode is matrix.bytecode


@pytest.mark.parametrize("text", ["py2.7-sklearn0.23.0-x86_64", "py3.7-sklearnfoo-x86_64"])
def test_an_identifier_of_nothing_makes_no_cell(matrix: Matrix, text: str) -> None:
    assert "matches no cell" in refused(matrix, Selection(only=(text,))).message
