from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lock_samples import make_lock

from layerfactory.build.locks.check import Kind, check_locks, find_orphans
from layerfactory.build.locks.lockfile import lock_path, lock_text, write_lock
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell

CELL = Cell("3.12", "1.9.1")
OTHER = Cell("3.8", "0.24.2", Architecture.ARM64)


@pytest.fixture
def text(tmp_path):
    """The text of a lock that is good; it lies there."""
    return write_lock(tmp_path, make_lock(CELL, joblib="1.5.0", numpy="2.4.6")).read_text()


def found(folder, *cells):
    return [(fault.line, fault.message) for fault in check_locks(folder, cells or (CELL,))]


def test_good_locks_have_no_fault(tmp_path, text):
    write_lock(tmp_path, make_lock(OTHER))
    assert check_locks(tmp_path, [CELL, OTHER]) == ()
    assert find_orphans(tmp_path, [CELL, OTHER]) == ()


def test_a_cell_without_a_lock(tmp_path):
    (fault,) = check_locks(tmp_path / "locks", [CELL])
    assert (fault.kind, fault.line) == (Kind.MISSING, 0)
    assert fault.place == str(lock_path(tmp_path / "locks", CELL))
    assert fault.remedy == f"Make it: layerfactory lock --only '{CELL}'"


TAGS = "numpy-2.4.6-py3-none-any"
CHANGES = [
    ("3-none-any.whl\nnumpy", "3-none-any.whl\r\nnumpy", 7, "should be '# numpy-2.4.6"),
    ("glibc 2.34", "glibc 2.17", 2, "should be '# as of 2026-03-01, for python3.12"),
    ("Made by", "Written by", 1, "should be '# py3.12-sklearn1.9.1-x86_64: each wheel"),
    ("\n\n", "\n\n\n", 4, "should be '# joblib-1.5.0"),
    ("numpy==2.4.6", "numpy==2.4.5", 7, "numpy-2.4.6-py3-none-any.whl is not numpy 2.4.5"),
    ("# numpy-", "# scipy-", 7, "scipy-2.4.6-py3-none-any.whl is not numpy 2.4.6"),
    (TAGS, "numpy-none-any", 7, "numpy-none-any.whl is not the name of a wheel"),
    (TAGS, "numpy-2.4.6-cp312-cp312-manylinux_2_35_x86_64", 7, "it needs a newer glibc"),
    (TAGS, "numpy-2.4.6-cp312-cp312-manylinux_2_28_aarch64", 7, "it is for arm64"),
    (TAGS, "numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64", 7, "for another Python or system"),
    (TAGS, "numpy-2.4.6-cp312-cp312-win_amd64", 7, "for another Python or system"),
    ("joblib", "zoblib", 0, "its wheels are not sorted by name"),
    ("numpy==2.4.6 \\", "numpy==2.4.6", 8, "is not a line of a lock"),
    ("sha256:5555", "sha256:555", 6, "is not a line of a lock"),
    ("scikit-learn==1.9.1", "scikit-learn==1.9.0", 0, "locks scikit-learn 1.9.0, not 1.9.1"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), CHANGES, ids=[c[3] for c in CHANGES])
def test_a_lock_that_is_not_its_cells(tmp_path, text, old, new, line, message):
    assert old in text
    lock_path(tmp_path, CELL).write_bytes(text.replace(old, new).encode())
    faults = check_locks(tmp_path, [CELL])
    assert [fault for fault in faults if fault.line == line and message in fault.message]
    assert {fault.kind for fault in faults} == {Kind.DAMAGED}
    assert faults[0].remedy == f"Make it: layerfactory lock --upgrade --only '{CELL}'"


def test_a_lock_that_is_cut_or_goes_on(tmp_path, text):
    path = lock_path(tmp_path, CELL)
    path.write_text(text + "\n")
    assert found(tmp_path) == [(13, "should end before this line")]
    path.write_text(text.removesuffix("\n"))
    ((line, message),) = found(tmp_path)
    assert line == 12
    assert message.startswith("should be '    --hash=sha256:5")


def test_every_fault_of_every_lock_at_once(tmp_path, text):
    changed = text.replace(TAGS, "numpy-2.4.6-cp38-cp38-win32").replace("joblib-", "scipy-")
    lock_path(tmp_path, CELL).write_text(changed)
    faults = check_locks(tmp_path, [CELL, OTHER])
    assert [(fault.identifier, fault.line) for fault in faults] == [
        (str(CELL), 4),
        (str(CELL), 7),
        (str(OTHER), 0),
    ]
    assert faults[0].place == f"{lock_path(tmp_path, CELL)}:4"


def test_locks_without_a_cell(tmp_path, text):
    write_lock(tmp_path, make_lock(OTHER))
    (tmp_path / "notes.md").write_text("")
    (tmp_path / f".{CELL}.txt.a1b2").write_text("what a killed run was writing")
    faults = find_orphans(tmp_path, [CELL])
    assert [fault.identifier for fault in faults] == ["notes", str(OTHER)]
    assert {fault.kind for fault in faults} == {Kind.ORPHAN}
    assert faults[0].remedy == "Delete it, or add its cell to the matrix."
    assert find_orphans(tmp_path / "nowhere", [CELL]) == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.sampled_from(["", "#", "\n", "\r", "é", " "]))
def test_no_damage_goes_unseen(tmp_path, place, instead):
    text = lock_text(make_lock(CELL, joblib="1.5.0"))
    place %= len(text)
    changed = text[:place] + instead + text[place + 1 :]
    lock_path(tmp_path, CELL).write_bytes(changed.encode())
    assert bool(check_locks(tmp_path, [CELL])) == (changed != text)
