"""Extras wherever a person writes them: in matrix.yaml, and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest

from layerfactory.errors import MatrixError
from layerfactory.matrix.extras import read_variant, variant_fault, variant_text
from layerfactory.matrix.schema import json_schema
from layerfactory.matrix.select import Selection, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerfactory.matrix.model import Matrix

CONTENT = """\
version: 1
cells:
  - {python: "3.12", scikit-learn: ["1.8.0", "1.9.1"], architectures: [x86_64, arm64]}
  - {python: "3.12", scikit-learn: "1.9.1", extras: pandas, architectures: [x86_64, arm64]}
  - {python: "3.11", scikit-learn: "1.7.2", extras: [Pandas], bytecode: sources}
"""
DEFAULT = ["py3.12-sklearn1.9.1-arm64", "py3.12-sklearn1.9.1-x86_64"]
PANDAS = ["py3.12-sklearn1.9.1-pandas-arm64", "py3.12-sklearn1.9.1-pandas-x86_64"]


@pytest.fixture
def matrix(load: Callable[[str], Matrix]) -> Matrix:
    return load(CONTENT)


def chosen(matrix: Matrix, **sides: tuple[str, ...]) -> list[str]:
    return [plan.cell.identifier for plan in select(matrix, Selection(**sides))]


def test_an_entry_with_extras_is_that_variant_alone(matrix: Matrix) -> None:
    assert [plan.cell.identifier for plan in matrix.cells] == [
        "py3.11-sklearn1.7.2-pandas-x86_64",
        "py3.12-sklearn1.8.0-arm64",
        "py3.12-sklearn1.8.0-x86_64",
        *DEFAULT,
        *PANDAS,
    ]


def test_every_fault_with_its_line_and_key(faults: Callable[[str], list[str]]) -> None:
    unknown = (
        "is not known as an extra; did you mean pandas? "
        "(one that the probe cannot prove is not shipped; new ones go into data/extras.yaml)"
    )
    no_name = "is not the name of a distribution; write it like pandas"
    assert faults("""\
version: 1
cells:
  - python: "3.12"
    scikit-learn: "1.9.1"
    extras: [panda, NumPy, "a b", true]
  - python: "3.12"
    scikit-learn: "1.8.0"
    extras: [pandas, Pandas]
  - {python: "3.12", scikit-learn: "1.7.2", extras: []}
  - {python: "3.13", scikit-learn: "1.9.0", extras: pandas}
  - {python: "3.13", scikit-learn: ["1.9"], extras: pandas}
  - {python: "3.13", scikit-learn: ["1.9"]}
""") == [
        f"matrix.yaml:5: cells[0].extras[0]: 'panda' {unknown}",
        "matrix.yaml:5: cells[0].extras[1]: numpy is in every layer already; leave it out",
        f"matrix.yaml:5: cells[0].extras[2]: 'a b' {no_name}",
        "matrix.yaml:5: cells[0].extras[3]: must be text",
        "matrix.yaml:8: cells[1].extras: names pandas twice",
        "matrix.yaml:9: cells[2].extras: must not be empty",
        "matrix.yaml:11: cells[4]: py3.13-sklearn1.9-pandas-x86_64 stands in cells[3] already",
    ]


@pytest.mark.parametrize(("value", "valid"), [("pandas", True), (["pandas"], True), ("foo", False)])
def test_editors_know_the_extras(value: object, *, valid: bool) -> None:
    entry = {"python": "3.12", "scikit-learn": "1.9.1", "extras": value}
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid({"version": 1, "cells": [entry]}) == valid


def test_all_that_the_matrix_has_of_a_combination_is_chosen(matrix: Matrix) -> None:
    named = {"pythons": ("3.12",), "scikit_learns": ("1.9.1",)}
    assert chosen(matrix, **named) == [*DEFAULT, *PANDAS]
    assert chosen(matrix, **named, variants=("none",)) == DEFAULT
    assert chosen(matrix, **named, variants=("=pandas",)) == PANDAS
    assert chosen(matrix, **named, variants=("pandas", "none")) == [*DEFAULT, *PANDAS]


def test_variants_are_chosen_over_the_whole_matrix(matrix: Matrix) -> None:
    assert chosen(matrix, variants=("pandas",)) == ["py3.11-sklearn1.7.2-pandas-x86_64", *PANDAS]
    assert chosen(matrix, variants=("pandas",), only=("*-arm64",)) == [PANDAS[0]]
    assert chosen(matrix, only=("*-pandas-x86_64",)) == [
        "py3.11-sklearn1.7.2-pandas-x86_64",
        PANDAS[1],
    ]


def test_what_the_matrix_lacks_is_made_with_the_extras_that_are_named(matrix: Matrix) -> None:
    old = {"pythons": ("3.12",), "scikit_learns": ("1.8.0",)}
    assert chosen(matrix, **old, variants=("pandas",)) == ["py3.12-sklearn1.8.0-pandas-x86_64"]
    assert chosen(matrix, **old, variants=("pandas",), architectures=("arm64",)) == [
        "py3.12-sklearn1.8.0-pandas-arm64"
    ]
    new = {"pythons": ("3.13",), "scikit_learns": ("1.9.1",)}
    assert chosen(matrix, **new) == ["py3.13-sklearn1.9.1-x86_64"]
    assert chosen(matrix, **new, variants=("none", "pandas")) == [
        "py3.13-sklearn1.9.1-x86_64",
        "py3.13-sklearn1.9.1-pandas-x86_64",
    ]


def test_a_variant_may_be_spelled_out(matrix: Matrix) -> None:
    name = "py3.13-sklearn1.9.1-pandas-arm64"
    assert chosen(matrix, only=(name,)) == [name]
    with pytest.raises(MatrixError, match="matches no cell; the closest are"):
        chosen(matrix, only=("py3.13-sklearn1.9.1-panda-arm64",))


@pytest.mark.parametrize(
    ("word", "fault"),
    [
        ("polars", "--extras polars: 'polars' is not known as an extra"),
        ("pandas,scipy", "--extras pandas,scipy: scipy is in every layer already"),
        ("", "--extras : '' is not the name of a distribution"),
    ],
)
def test_a_variant_that_cannot_be_is_refused(matrix: Matrix, word: str, fault: str) -> None:
    with pytest.raises(MatrixError) as caught:
        chosen(matrix, variants=(word,))
    assert caught.value.message.startswith(fault)


def test_a_variant_that_the_matrix_lacks_is_told(load: Callable[[str], Matrix]) -> None:
    small = load('version: 1\ncells: [{python: "3.12", scikit-learn: "1.9.1"}]\n')
    with pytest.raises(MatrixError, match=r"--extras pandas: not in .*, which has none"):
        chosen(small, variants=("pandas",))


def test_a_variant_on_the_command_line() -> None:
    assert read_variant("none") == ()
    assert read_variant("b_x,A,a") == ("a", "b-x")
    assert variant_text(()) == "none"
    assert read_variant(variant_text(("a", "b-x"))) == ("a", "b-x")
    assert variant_fault("none") == variant_fault("Pandas") == ""
