from __future__ import annotations

import pytest
from lock_samples import LOCKS, make_lock

from layerfactory.build.locks.agree import find_disagreements
from layerfactory.build.locks.check import Kind
from layerfactory.build.locks.lockfile import lock_path, write_lock
from layerfactory.matrix.cell import Cell

CELLS = [Cell("3.12", release) for release in ("1.7.2", "1.8.0", "1.9.0", "1.9.1")]
WHEEL = "numpy-2.4.6-py3-none-any.whl"


@pytest.fixture
def folder(tmp_path):
    """Locks that have numpy in common."""
    for cell in CELLS:
        write_lock(tmp_path, make_lock(cell, numpy="2.4.6"))
    return tmp_path


def edit(folder, cell, digit):
    """Give numpy in a lock another hash."""
    path = lock_path(folder, cell)
    path.write_text(path.read_text().replace("5" * 64, digit * 64, 1))


def told(folder, cells=CELLS):
    return [(fault.place, fault.message) for fault in find_disagreements(folder, cells)]


def test_locks_that_agree(folder):
    assert find_disagreements(folder, CELLS) == ()
    assert find_disagreements(folder / "nowhere", CELLS) == ()


def test_the_odd_one_out_is_named_with_its_line(folder):
    edit(folder, CELLS[2], "6")
    assert told(folder) == [
        (
            f"{lock_path(folder, CELLS[2])}:6",
            f"{WHEEL} has another hash in {CELLS[0]}.txt:6 and 2 more",
        )
    ]
    (fault,) = find_disagreements(folder, CELLS)
    assert (fault.kind, fault.identifier) == (Kind.DAMAGED, str(CELLS[2]))


def test_all_are_named_where_they_are_even(folder):
    edit(folder, CELLS[0], "6")
    edit(folder, CELLS[1], "6")
    assert [place for place, _ in told(folder)] == [
        f"{lock_path(folder, cell)}:6" for cell in CELLS
    ]
    assert [message.rpartition(" in ")[2] for _, message in told(folder)] == [
        *[f"{CELLS[2]}.txt:6 and 1 more"] * 2,
        *[f"{CELLS[0]}.txt:6 and 1 more"] * 2,
    ]


def test_the_others_testify_about_the_chosen_and_are_not_judged(folder):
    edit(folder, CELLS[2], "6")
    assert len(told(folder, [CELLS[2]])) == 1
    assert told(folder, [CELLS[0]]) == []


def test_an_edited_hash_of_a_real_lock_is_seen(tmp_path):
    pythons = ("3.12", "3.13", "3.14")
    cell, *others = [Cell(python, "1.9.1") for python in pythons]  # which share what is pure Python
    for each in (cell, *others):
        text = lock_path(LOCKS, each).read_text()
        lock_path(tmp_path, each).write_text(text)
    assert find_disagreements(tmp_path, [cell, *others]) == ()
    lines = lock_path(LOCKS, cell).read_text().splitlines(keepends=True)
    lines[5] = f"    --hash=sha256:{'0' * 64}\n"
    lock_path(tmp_path, cell).write_text("".join(lines))
    assert [fault.place for fault in find_disagreements(tmp_path, [cell, *others])] == [
        f"{lock_path(tmp_path, cell)}:6"
    ]
