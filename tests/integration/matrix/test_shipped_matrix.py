"""The matrix and the records, held against what the package index offers."""

from __future__ import annotations

import pytest
from lock_samples import REPOSITORY
from packaging.version import Version

from layerfactory.matrix.index import PackageIndex
from layerfactory.matrix.load import load_matrix
from layerfactory.matrix.support import SCIKIT_LEARN
from layerfactory.matrix.universe import survey
from layerfactory.verify.records.files import read_records

# Says the matrix of a repository that hosts everything; another says nothing of the kind.
WHOLE = "These are all the cells that can exist"


@pytest.fixture(scope="module")
def entries():
    """Every combination up to the newest release that the records know; a later one is no fault."""
    files = PackageIndex.from_environment().files(SCIKIT_LEARN)
    newest = max((cell.scikit_learn for cell in known()), key=Version)
    then = [file for file in files if Version(file.version) <= Version(newest)]
    return survey(then, "0.22")


def hosted():
    matrix = load_matrix(REPOSITORY / "matrix.yaml")
    return {plan.cell for plan in matrix.cells if not plan.cell.extras}


def known():
    """What is hosted here, and what was anywhere."""
    records = read_records(REPOSITORY / "records")
    return hosted() | {record.cell for record in records if not record.cell.extras}


def test_what_is_known_is_every_cell_that_can_exist_and_no_other(entries):
    supported = {entry.cell for entry in entries if entry.supported}
    assert sorted(supported - known()) == []
    assert sorted(known() - supported) == []


def test_a_matrix_that_says_it_is_whole_is(entries):
    """It may say nothing of the kind: then it is a choice."""
    says_so = WHOLE in (REPOSITORY / "matrix.yaml").read_text("utf-8")
    lacking = sorted({entry.cell for entry in entries if entry.supported} - hosted())
    assert not (says_so and lacking), f"take out its comment, or add {', '.join(map(str, lacking))}"


def test_each_other_has_a_reason_of_its_own(entries):
    reasons = {str(entry.cell): entry.reason for entry in entries if not entry.supported}
    assert "python3.7 does not run on arm64" in reasons["py3.7-sklearn0.24.2-arm64"]
    assert "needs glibc 2.27" in reasons["py3.10-sklearn1.7.1-arm64"]
    assert "has no wheel for Python 3.9" in reasons["py3.9-sklearn1.7.0-x86_64"]
    assert all(reasons.values())
