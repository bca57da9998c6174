"""The shipped matrix and its locks, as a person asks about them."""

from __future__ import annotations

import shutil

import pytest
from build_fixtures import CELL, make_workshop
from lock_samples import REPOSITORY, SAMPLES

OF_SAMPLES = ("--matrix", str(SAMPLES / "matrix.yaml"))
# Nobody answers there.
NO_INDEX = {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple/"}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """A workshop with the repository's own matrix and locks; nothing here writes into it."""
    workshop = make_workshop(tmp_path_factory.mktemp("shipped") / "workshop")
    shutil.copy(REPOSITORY / "matrix.yaml", workshop.root)
    shutil.rmtree(workshop.root / "locks")
    shutil.copytree(REPOSITORY / "locks", workshop.root / "locks")
    return workshop


def test_the_whole_plan_fits_a_screen_and_asks_nobody(shipped):
    run = shipped.run("plan", **NO_INDEX)
    assert (run.exit_code, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert len(lines) < 50
    assert max(map(len, lines)) <= 80
    headings = [line for line in lines if line.startswith("python3.")]
    assert headings
    assert all("): Amazon Linux" in line and "glibc 2." in line for line in headings)


def test_locks_and_matrix_agree_without_a_network(shipped):
    run = shipped.run("lock", "--check", **NO_INDEX)
    assert (run.exit_code, run.stderr) == (0, "")
    assert run.stdout.endswith(" cells, each with a lock of its own\n")


def test_a_check_tells_each_fault_and_changes_nothing(workshop):
    orphan = workshop.root / "locks" / "py3.12-sklearn1.9.1-x86_64.txt"
    text = workshop.lock.read_text().replace("manylinux1_x86_64", "manylinux2014_aarch64")
    workshop.lock.write_text(text)
    orphan.write_text("")
    run = workshop.run("lock", "--check", **NO_INDEX)
    assert (run.exit_code, run.stdout) == (3, "")
    assert f"locks/{CELL}.txt:7: python3.7 on x86_64 cannot load numpy-1.18.4" in run.stderr
    assert f"locks/{orphan.name}: no cell of the matrix has this lock\n" in run.stderr
    assert f"layerfactory lock --upgrade --only '{CELL}'" in run.stderr
    assert workshop.lock.read_text() == text
    told = workshop.run("lock", "--check", "--json", "--only", str(CELL), **NO_INDEX)
    assert told.exit_code == 3
    assert {fault["line"] for fault in told.value["faults"]} >= {7}
    assert orphan.name not in str(told.value)


def test_a_check_upgrades_nothing(workshop):
    run = workshop.run("lock", "--check", "--upgrade")
    assert run.exit_code == 2
    assert "--check changes nothing, and --upgrade does" in run.stderr


def test_all_there_could_be_out_of_the_real_index(shipped):
    run = shipped.run("plan", "--all", "--json", "--python", "3.11", "--python", "3.6", *OF_SAMPLES)
    assert (run.exit_code, run.stderr) == (0, "")
    cells = {cell["cell"]: cell for cell in run.value["cells"]}
    gone = cells["py3.11-sklearn1.8.0-x86_64"]
    assert (gone["state"], gone["reason"]) == (
        "unsupported",
        "scikit-learn 1.8.0 needs glibc 2.27, python3.11 runs on Amazon Linux 2 with 2.26",
    )
    assert cells["py3.6-sklearn0.22-x86_64"]["state"] == "in the matrix"
    assert cells["py3.6-sklearn0.22-x86_64"]["deprecated"] == "2022-07-18"
    assert "py3.11-sklearn1.9.0rc1-x86_64" not in cells
    assert {"version": "1.9.0rc1", "reason": "pre-release"} in run.value["left_out"]


def test_all_there_could_be_needs_the_index(shipped):
    run = shipped.run("plan", "--all", **NO_INDEX)
    assert run.exit_code == 3
    assert "cannot be asked about scikit-learn" in run.stderr


def test_a_lock_that_is_renewed_within_the_rule_stays_as_it_is(workshop):
    before = workshop.lock.stat()
    run = workshop.run("lock", "--upgrade", "--json")
    assert run.exit_code == 0, run.stderr
    (cell,) = run.value["cells"]
    assert (cell["state"], cell["changes"]) == ("up to date", [])
    after = workshop.lock.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
