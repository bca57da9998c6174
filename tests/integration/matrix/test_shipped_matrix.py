"""The shipped matrix, held against what the package index offers."""

from __future__ import annotations

import pytest
from lock_samples import REPOSITORY
from packaging.version import Version

from layerfactory.matrix.index import PackageIndex
from layerfactory.matrix.load import load_matrix
from layerfactory.matrix.support import SCIKIT_LEARN
from layerfactory.matrix.universe import survey


@pytest.fixture(scope="module")
def entries():
    """Every combination up to the newest release that the matrix knows; a later one is no fault."""
    files = PackageIndex.from_environment().files(SCIKIT_LEARN)
    newest = max((cell.scikit_learn for cell in shipped()), key=Version)
    known = [file for file in files if Version(file.version) <= Version(newest)]
    return survey(known, "0.22")


def shipped():
    matrix = load_matrix(REPOSITORY / "matrix.yaml")
    return {plan.cell for plan in matrix.cells if not plan.cell.extras}


def test_it_names_every_cell_that_can_exist_and_no_other(entries):
    supported = {entry.cell for entry in entries if entry.supported}
    assert sorted(supported - shipped()) == []
    assert sorted(shipped() - supported) == []


def test_each_other_has_a_reason_of_its_own(entries):
    reasons = {str(entry.cell): entry.reason for entry in entries if not entry.supported}
    assert "python3.7 does not run on arm64" in reasons["py3.7-sklearn0.24.2-arm64"]
    assert "needs glibc 2.27" in reasons["py3.10-sklearn1.7.1-arm64"]
    assert "has no wheel for Python 3.9" in reasons["py3.9-sklearn1.7.0-x86_64"]
    assert all(reasons.values())
