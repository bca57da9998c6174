"""A build that is killed or interrupted, at each of its steps, and the same command after it."""

from __future__ import annotations

import contextlib
import shutil
import signal
import time
from pathlib import Path

import pytest
from build_fixtures import CELL, LAYER_NAMES, need_interpreter
from lock_samples import LOCKS

STEPS = ["installing", "compiling", "packing", "zipping"]


def stop_at(process, step, number):
    """Send a signal as soon as a build tells that this step begins; return what else it says."""
    for line in process.stderr:
        if f"{CELL}: {step}" in line:
            process.send_signal(number)
            break
    else:
        pytest.fail(f"the build never came to {step}")
    _, rest = process.communicate(timeout=120)
    return rest


def test_a_build_that_was_killed_at_every_step_heals(built, workshop):
    for step in STEPS:
        process = workshop.start("build")
        stop_at(process, step, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert workshop.layer() is None
    run = workshop.run("build")
    assert run.exit_code == 0, run.stderr
    assert workshop.layer().manifest == built.layer().manifest
    assert workshop.names() == LAYER_NAMES


@pytest.mark.parametrize(
    ("step", "number"),
    [
        ("installing", signal.SIGINT),
        ("compiling", signal.SIGTERM),
        ("packing", signal.SIGINT),
    ],
)
def test_an_interrupted_build_leaves_what_was_there(built, workshop, step, number):
    shutil.copytree(built.output, workshop.output)
    process = workshop.start("build", "--force")
    rest = stop_at(process, step, number)
    assert process.returncode == 130
    assert "interrupted; what was finished stays; to go on, type again: " in rest
    assert "Traceback" not in rest
    assert workshop.names() == LAYER_NAMES
    assert workshop.layer().manifest == built.layer().manifest
    assert eventually_gone(workshop)


def test_cells_that_are_built_side_by_side_stop_at_their_next_step(interpreter, workshop):
    need_interpreter("3.8")
    matrix = workshop.root / "matrix.yaml"
    other = '  - {python: "3.8", scikit-learn: "0.24.2", architectures: x86_64}\n'
    matrix.write_text(matrix.read_text().replace("cells:\n", f"cells:\n{other}"))
    shutil.copy(LOCKS / "py3.8-sklearn0.24.2-x86_64.txt", workshop.lock.parent)
    process = workshop.start("build", "--jobs", "2")
    rest = stop_at(process, "compiling", signal.SIGTERM)
    assert process.returncode == 130
    assert "zipping" not in rest
    assert [path for path in workshop.output.iterdir() if path.suffix != ".lock"] == []
    assert eventually_gone(workshop)


def eventually_gone(workshop):
    """Whether no process works on the output folder any more: compilers notice within a file."""
    until = time.monotonic() + 60
    while processes_of(workshop) and time.monotonic() < until:
        time.sleep(0.1)
    return not processes_of(workshop)


def processes_of(workshop):
    """Every process that runs in the workshop."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        # A process may be gone by now.
        with contextlib.suppress(OSError):
            found += [link.parent.name] * (link.readlink() == workshop.root)
    return found


def test_what_a_killed_build_left_goes_although_the_layer_is_up_to_date(built, workshop):
    shutil.copytree(built.output, workshop.output)
    process = workshop.start("build", "--force")
    stop_at(process, "installing", signal.SIGKILL)
    assert workshop.names() > LAYER_NAMES
    run = workshop.run("build", "--json")
    assert [cell["state"] for cell in run.value["cells"]] == ["up to date"]
    assert workshop.names() == LAYER_NAMES
