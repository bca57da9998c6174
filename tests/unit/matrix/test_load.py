from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layerfactory.data.regions import region_groups
from layerfactory.data.runtimes import runtimes
from layerfactory.errors import MatrixError
from layerfactory.matrix.load import load_matrix
from layerfactory.matrix.model import BuilderChoice, Bytecode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layerfactory.matrix.model import Matrix

    Load = Callable[[str | bytes], Matrix]
    Faults = Callable[[str | bytes], list[str]]

SMALL = """\
version: 1
cells:
  - {python: "3.12", scikit-learn: "1.9.1"}
"""

same_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


def identifiers(matrix: Matrix) -> list[str]:
    return [plan.cell.identifier for plan in matrix.cells]


def test_smallest_file_has_defaults(load: Load) -> None:
    matrix = load(SMALL)
    assert identifiers(matrix) == ["py3.12-sklearn1.9.1-x86_64"]
    assert matrix.regions == region_groups()["default"]
    assert matrix.public is False
    assert matrix.bytecode is Bytecode.SOURCELESS
    assert matrix.builder is BuilderChoice.AUTO
    assert matrix.cells[0].image == runtimes()["3.12"].build_image


def test_every_key_counts(load: Load) -> None:
    matrix = load("""\
version: 1
cells:
  - python: ["3.12", "3.13"]
    scikit-learn: ["1.9.1", "1.8.0"]
  - python: "3.8"
    scikit-learn: "0.24.2"
    architectures: x86_64
    bytecode: sources
architectures: [x86_64, arm64]
exclude: ["py3.13-*-arm64", "*-sklearn1.8.0-*"]
regions: [mine, eu-west-1]
groups: {mine: [us-west-2, eu-west-1]}
public: true
bytecode: sourceless-docstrings
builder: wheels
images: {"3.12": "registry.example/build:3.12"}
""")
    assert identifiers(matrix) == [
        "py3.8-sklearn0.24.2-x86_64",
        "py3.12-sklearn1.9.1-arm64",
        "py3.12-sklearn1.9.1-x86_64",
        "py3.13-sklearn1.9.1-x86_64",
    ]
    assert [plan.bytecode for plan in matrix.cells] == [
        Bytecode.SOURCES,
        *[Bytecode.SOURCELESS_DOCSTRINGS] * 3,
    ]
    assert matrix.cells[1].image == "registry.example/build:3.12"
    assert matrix.cells[3].image == runtimes()["3.13"].build_image
    assert [region.name for region in matrix.regions] == ["eu-west-1", "us-west-2"]
    assert matrix.groups == {"mine": ("us-west-2", "eu-west-1")}
    assert matrix.public is True
    assert matrix.builder is BuilderChoice.WHEELS


def test_numbers_without_quotes_keep_their_zeros(load: Load) -> None:
    matrix = load("version: 1\ncells: [{python: 3.10, scikit-learn: 1.10}]\n")
    assert identifiers(matrix) == ["py3.10-sklearn1.10-x86_64"]


def test_versions_have_one_spelling(load: Load) -> None:
    matrix = load("version: 1\ncells: [{python: 3.6, scikit-learn: v0.22.2-post1}]\n")
    assert identifiers(matrix) == ["py3.6-sklearn0.22.2.post1-x86_64"]


def test_a_byte_order_mark_is_no_fault(load: Load) -> None:
    assert len(load(SMALL.encode("utf-8-sig")).cells) == 1


def test_anchors_are_followed(load: Load) -> None:
    matrix = load("""\
version: 1
cells:
  - {python: "3.12", scikit-learn: &newest ["1.9.1"]}
  - {python: "3.13", scikit-learn: *newest}
""")
    assert identifiers(matrix) == ["py3.12-sklearn1.9.1-x86_64", "py3.13-sklearn1.9.1-x86_64"]


def test_all_faults_at_once_each_with_line_and_key(faults: Faults) -> None:
    assert faults("""\
version: 1
cells:
  - python: "3.10"
    scikit-learn: "1.7.2"
    architecures: [x86_64]
  - python: ["3.15", "3.12", true]
    scikit-learn: ["1.9.1", nonsense, 1.9.0rc1, 1.9+local]
    architectures: aarch64
  - python: "3.6"
    scikit-learn: "0.22"
    bytecode: sources
  - python: "3.10"
    scikit-learn: ["1.7.0", "1.7"]
  - python: "3.9"
    scikit-learn: "1.6.1"
    python: "3.8"
  - scikit-learn: "1"
  - foo
exclude: ["py3.9-*"]
regions: [defualt, us-west-2, mine, us-west-9, null]
groups: {mine: [us-west-2, nope], us: [us-west-2], Bad: [us-west-2]}
public: "yes"
bytecode: sourcelss
builder: doker
images: {"3.99": foo, "3.12": "a b"}
regoins: x
""") == [
        "matrix.yaml:5: cells[0].architecures: there is no such key; did you mean architectures?",
        (
            "matrix.yaml:6: cells[1].python[0]: Lambda has no Python '3.15'; choose one of "
            "3.6, 3.7, 3.8, 3.9, 3.10, 3.11, 3.12, 3.13, 3.14"
        ),
        "matrix.yaml:6: cells[1].python[2]: must be text",
        "matrix.yaml:7: cells[1].scikit-learn[1]: 'nonsense' is not a version; write it like 1.7.2",
        (
            "matrix.yaml:7: cells[1].scikit-learn[2]: '1.9.0rc1' is a pre-release; "
            "layers are made of final releases"
        ),
        (
            "matrix.yaml:7: cells[1].scikit-learn[3]: '1.9+local' is not a version that an index "
            "releases; write it like 1.7.2"
        ),
        "matrix.yaml:8: cells[1].architectures: 'aarch64' is not known here; did you mean arm64?",
        (
            "matrix.yaml:11: cells[2].bytecode: Python 3.6 has no unchecked-hash bytecode, so it "
            "cannot ship sources; choose sourceless or sourceless-docstrings"
        ),
        "matrix.yaml:12: cells[3]: py3.10-sklearn1.7-x86_64 stands in cells[3] already",
        "matrix.yaml:14: cells[4]: `exclude` leaves nothing of this entry",
        "matrix.yaml:16:5: the key 'python' stands twice, first in line 14",
        "matrix.yaml:17: cells[5].python: is missing",
        "matrix.yaml:18: cells[6]: must be a mapping of keys",
        "matrix.yaml:20: regions[0]: there is no region or group 'defualt'; did you mean default?",
        (
            "matrix.yaml:20: regions[3]: there is no region or group 'us-west-9'; "
            "did you mean us-west-2, us-west-1 or us-east-2?"
        ),
        "matrix.yaml:20: regions[4]: must be text",
        (
            "matrix.yaml:21: groups.Bad: 'Bad' is not a group's name; use a-z, 0-9 and -, "
            "a letter first"
        ),
        "matrix.yaml:21: groups.mine[1]: there is no region or group 'nope'",
        "matrix.yaml:21: groups.us: 'us' is a built-in name; choose another",
        "matrix.yaml:22: public: must be true or false",
        (
            "matrix.yaml:23: bytecode: 'sourcelss' is not known here; "
            "did you mean sourceless, sources or sourceless-docstrings?"
        ),
        "matrix.yaml:24: builder: 'doker' is not known here; did you mean docker?",
        "matrix.yaml:25: images[\"3.12\"]: 'a b' is not the name of an image",
        (
            "matrix.yaml:25: images[\"3.99\"]: Lambda has no Python '3.99'; choose one of "
            "3.6, 3.7, 3.8, 3.9, 3.10, 3.11, 3.12, 3.13, 3.14"
        ),
        "matrix.yaml:26: regoins: there is no such key; did you mean regions?",
    ]


def test_a_cell_of_two_entries_is_told_once(faults: Faults) -> None:
    assert faults("""\
version: 1
cells:
  - {python: "3.12", scikit-learn: "1.9.1"}
  - {python: "3.12", scikit-learn: "1.8.0"}
  - {python: ["3.11", "3.12"], scikit-learn: "1.9.1"}
""") == ["matrix.yaml:5: cells[2]: py3.12-sklearn1.9.1-x86_64 stands in cells[0] already"]


def test_sources_at_the_top_do_not_suit_python_36(faults: Faults) -> None:
    (line,) = faults("""\
version: 1
cells:
  - {python: ["3.6", "3.7"], scikit-learn: "0.22"}
bytecode: sources
""")
    assert line.startswith("matrix.yaml:4: bytecode: Python 3.6 has no unchecked-hash bytecode")


def test_a_faulty_top_level_raises_no_false_alarms(faults: Faults) -> None:
    """With `architectures` unreadable nobody knows what `exclude` leaves."""
    assert faults("""\
version: 1
cells:
  - {python: "3.12", scikit-learn: "1.9.1"}
exclude: ["*-x86_64"]
architectures: [arm64, sparc]
""") == [
        "matrix.yaml:5: architectures[1]: 'sparc' is not known here; choose x86_64 or arm64",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: [1", "matrix.yaml:1:6: not YAML: while parsing a flow sequence expected ','"),
        ("a: b: c", "matrix.yaml:1:5: not YAML: mapping values are not allowed here"),
        ("version: 1\na:\n\t- b", "matrix.yaml:3:1: not YAML: while scanning"),
        ("--- a\n--- b", "matrix.yaml:2:1: not YAML: expected a single document"),
        ("a: *nothing", "matrix.yaml:1:4: not YAML: found undefined alias"),
        ("version: 1\nx: \x07", "matrix.yaml:2:4: not YAML: a control character stands here"),
        ("- a", "matrix.yaml:1: must be a mapping of keys"),
        ("text", "matrix.yaml:1: must be a mapping of keys"),
        ("", "matrix.yaml: the file is empty"),
        ("# nothing but words\n", "matrix.yaml: the file is empty"),
        ("[" * 1500, "matrix.yaml: not YAML that can be read: nested too deeply"),
        (b"version: 1\nx: \xff\n", "matrix.yaml:2: byte 0xff is not UTF-8"),
        ("version: 1\n? [a]\n: 2\n" + SMALL[11:], "matrix.yaml:2:3: a key must be text"),
        ("version: 2\n" + SMALL[11:], "matrix.yaml:1: version: must be 1, the only version"),
        ("version: 1\ncells: []\n", "matrix.yaml:2: cells: must not be empty"),
        ("version: 1\ncells:\n", "matrix.yaml:2: cells: must be a list"),
        (SMALL + "groups:\n", "matrix.yaml:4: groups: must be a mapping of keys"),
        (SMALL + "exclude: ['']\n", "matrix.yaml:4: exclude[0]: must not be empty"),
    ],
)
def test_one_fault_alone(faults: Faults, content: str | bytes, expected: str) -> None:
    (line,) = faults(content)
    assert line.startswith(expected)


def test_an_alias_that_holds_itself_ends(faults: Faults) -> None:
    assert faults("version: 1\ncells: &cells\n  - *cells\n") == [
        "matrix.yaml:2: cells[0]: must be a mapping of keys",
        "matrix.yaml:2:8: an alias that holds itself",
    ]


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(MatrixError, match="there is no such file"):
        load_matrix(tmp_path / "matrix.yaml")
    with pytest.raises(MatrixError, match="is a folder, not a file"):
        load_matrix(tmp_path)


@same_folder
@given(
    fillers=st.lists(st.lists(st.sampled_from(["", "# words", "  "])), min_size=2, max_size=8),
    data=st.data(),
)
def test_line_numbers_are_right(
    faults: Faults, fillers: list[list[str]], data: st.DataObject
) -> None:
    """Whatever stands between, the fault's line is the line that holds it."""
    wrong = data.draw(st.integers(0, len(fillers) - 1))
    lines = ["version: 1", "cells:"]
    for index, filler in enumerate(fillers):
        lines += [*filler, f"  - scikit-learn: 1.{index}.0"]
        lines += [*filler, f"    python: {'2.7' if index == wrong else '3.12'}"]
    (fault,) = faults("\n".join(lines))
    line = 1 + next(i for i, text in enumerate(lines) if text.endswith("2.7"))
    assert fault.startswith(f"matrix.yaml:{line}: cells[{wrong}].python: Lambda has no Python")


@same_folder
@given(
    parts=st.lists(st.integers(0, 99), min_size=2, max_size=3),
    quote=st.sampled_from(["", "'", '"']),
)
def test_a_version_is_the_text_that_was_written(load: Load, parts: list[int], quote: str) -> None:
    version = ".".join(map(str, parts))
    matrix = load(f"version: 1\ncells: [{{python: 3.10, scikit-learn: {quote}{version}{quote}}}]")
    assert identifiers(matrix) == [f"py3.10-sklearn{version}-x86_64"]


@same_folder
@given(st.text(max_size=60) | st.binary(max_size=60))
def test_whatever_is_no_matrix_gets_an_error_for_people(load: Load, content: str | bytes) -> None:
    with pytest.raises(MatrixError, match="matrix\\.yaml"):
        load(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
