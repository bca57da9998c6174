from __future__ import annotations

from datetime import UTC, datetime

import pytest

from layerfactory.cli.surveying import show_survey, survey_matrix
from layerfactory.console import Console
from layerfactory.errors import MatrixError
from layerfactory.matrix.index import IndexFile
from layerfactory.matrix.load import load_matrix
from layerfactory.matrix.select import Selection


def wheel(version, tags, **changes):
    values = {"yanked": False, "yanked_reason": "", "requires_python": "", "sha256": "0" * 64}
    name = f"scikit_learn-{version}-{tags}.whl"
    uploaded = datetime(2020, 1, 1, tzinfo=UTC)
    return IndexFile(filename=name, version=version, upload_time=uploaded, **{**values, **changes})


INDEX = (
    wheel("1.6.0", "cp311-cp311-manylinux2014_x86_64"),
    wheel("1.7.0", "cp311-cp311-manylinux2014_x86_64"),
    wheel("1.7.1", "cp311-cp311-manylinux2014_x86_64"),
    wheel("1.7.2", "cp311-cp311-manylinux2014_x86_64", yanked=True, yanked_reason="broken"),
    wheel("1.8.0", "cp311-cp311-manylinux_2_27_x86_64"),
    wheel("1.8.0", "cp312-cp312-manylinux_2_27_x86_64"),
    wheel("1.9.0", "cp311-cp311-manylinux_2_27_x86_64"),
    wheel("1.9.0rc1", "cp311-cp311-manylinux2014_x86_64"),
    wheel("1.10.0rc1", "cp311-cp311-manylinux2014_x86_64"),
)
MATRIX = """\
version: 1
cells:
  - {python: "3.11", scikit-learn: ["1.7.0", "1.8.0"], architectures: x86_64}
"""


@pytest.fixture
def found(tmp_path):
    """The survey of some selection."""
    path = tmp_path / "matrix.yaml"
    path.write_text(MATRIX)
    return lambda **words: survey_matrix(load_matrix(path), Selection(**words), INDEX)


def test_each_combination_stands_somewhere(found):
    survey = found()
    states = {entry["cell"]: entry["state"] for entry in survey.to_json()["cells"]}
    assert len(states) == 4 * 9 * 2  # 1.7.0, 1.7.1, 1.8.0 and 1.9.0; the matrix begins with 1.7.0
    assert states["py3.11-sklearn1.7.0-x86_64"] == "in the matrix"
    assert states["py3.11-sklearn1.7.1-x86_64"] == "supported but not in the matrix"
    # It is in the matrix, and cannot exist all the same.
    assert states["py3.11-sklearn1.8.0-x86_64"] == "unsupported"
    assert states["py3.12-sklearn1.8.0-x86_64"] == "supported but not in the matrix"
    assert sum(state != "unsupported" for state in states.values()) == 3


def test_a_machine_is_told_each_reason_whole(found):
    (entry,) = found(only=("py3.11-sklearn1.8.0-x86_64",)).to_json()["cells"]
    assert entry["reason"] == (
        "scikit-learn 1.8.0 needs glibc 2.27, python3.11 runs on Amazon Linux 2 with 2.26"
    )
    assert str(entry["deprecated"]) == "2027-06-30"
    assert (entry["python"], entry["scikit_learn"], entry["architecture"]) == (
        "3.11",
        "1.8.0",
        "x86_64",
    )


def test_a_person_is_told_runs(found, capsys):
    show_survey(Console(), found(pythons=("3.11",), architectures=("x86_64",)))
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("python3.11 (")
    assert lines == [
        "  1.7.0           x86_64               in the matrix",
        "  1.7.1           x86_64               supported but not in the matrix",
        "  1.8.0-1.9.0     x86_64               needs glibc 2.27",
        "4 combinations: 1 in the matrix, 1 supported but not in the matrix, 2 unsupported",
        "left out (yanked: broken): 1.7.2",
        "left out (pre-release): 1.9.0rc1, 1.10.0rc1",
    ]


def test_a_machine_is_told_what_is_left_out(found):
    assert found().to_json()["left_out"] == [
        {"version": "1.7.2", "reason": "yanked: broken"},
        {"version": "1.9.0rc1", "reason": "pre-release"},
        {"version": "1.10.0rc1", "reason": "pre-release"},
    ]


def test_a_selection_that_finds_nothing(found):
    with pytest.raises(MatrixError, match="there is nothing that is all"):
        found(pythons=("3.11",), scikit_learns=("1.5.0",))


def test_the_variants_of_the_matrix_stand_beside_the_product(tmp_path):
    path = tmp_path / "matrix.yaml"
    entry = '  - {python: "3.11", scikit-learn: ["1.7.0", "1.9.0"], extras: pandas}\n'
    path.write_text(MATRIX + entry)
    survey = survey_matrix(load_matrix(path), Selection(variants=("pandas",)), INDEX)
    states = {entry["cell"]: entry["state"] for entry in survey.to_json()["cells"]}
    assert states == {
        "py3.11-sklearn1.7.0-pandas-x86_64": "in the matrix",
        "py3.11-sklearn1.9.0-pandas-x86_64": "unsupported",
    }
