from lock_samples import LOCKS
from workflow_rehearsal import CELLS

from layerfactory.build.locks.lockfile import read_lock


def test_each_cell_that_it_rehearses_has_a_lock_among_the_samples():
    """So it runs in a fork whose own matrix, and whose own locks, are others."""
    assert all(read_lock(LOCKS, cell) for cell in CELLS)
