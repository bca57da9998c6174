"""The locks of this repository, held against its matrix."""

from __future__ import annotations

import pytest
from lock_samples import LOCKS, REPOSITORY

from layerfactory.build.locks.check import check_locks, find_orphans
from layerfactory.build.locks.lockfile import read_lock
from layerfactory.matrix.load import load_matrix


@pytest.fixture(scope="module")
def cells():
    return [plan.cell for plan in load_matrix(REPOSITORY / "matrix.yaml").cells]


def test_each_cell_has_its_lock_and_each_lock_its_cell(cells):
    assert len(cells) >= 244
    assert [fault.place for fault in check_locks(LOCKS, cells)] == []
    assert [fault.place for fault in find_orphans(LOCKS, cells)] == []


def test_each_lock_has_what_scikit_learn_needs(cells):
    lacking = {}
    for cell in cells:
        names = {wheel.name for wheel in read_lock(LOCKS, cell).wheels}
        needed = {"joblib", "numpy", "scipy", *cell.extras}
        # scikit-learn needs threadpoolctl from 0.23 on.
        needed |= set() if cell.scikit_learn.startswith("0.22") else {"threadpoolctl"}
        lacking |= {str(cell): needed - names} if needed - names else {}
    assert lacking == {}
