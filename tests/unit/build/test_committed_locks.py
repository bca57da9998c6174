"""The locks of this repository, and those of the samples, each held against its matrix."""

from __future__ import annotations

import pytest
from lock_samples import REPOSITORY, SAMPLES

from layerfactory.build.locks.check import check_locks, find_orphans
from layerfactory.build.locks.lockfile import read_lock
from layerfactory.matrix.load import load_matrix


@pytest.fixture(params=[REPOSITORY, SAMPLES], ids=["hosted", "samples"])
def folder(request):
    return request.param


def cells_of(folder):
    return [plan.cell for plan in load_matrix(folder / "matrix.yaml").cells]


def test_each_cell_has_its_lock_and_each_lock_its_cell(folder):
    cells, locks = cells_of(folder), folder / "locks"
    assert [fault.place for fault in check_locks(locks, cells)] == []
    assert [fault.place for fault in find_orphans(locks, cells)] == []
    assert len(list(locks.iterdir())) == len(cells)


def test_each_lock_has_what_scikit_learn_needs(folder):
    lacking = {}
    for cell in cells_of(folder):
        names = {wheel.name for wheel in read_lock(folder / "locks", cell).wheels}
        needed = {"joblib", "numpy", "scipy", *cell.extras}
        # scikit-learn needs threadpoolctl from 0.23 on.
        needed |= set() if cell.scikit_learn.startswith("0.22") else {"threadpoolctl"}
        lacking |= {str(cell): needed - names} if needed - names else {}
    assert lacking == {}
