"""Layers for arm64 under an emulator, in a Debian root that `make debian-root` has made."""

import os
import platform
from dataclasses import replace

import pytest

from layerfactory.build.processes import run
from layerfactory.build.wheels.interpreters import find_foreign_interpreter
from layerfactory.errors import InterpreterNotFoundError
from layerfactory.verify.findings import ProbeState
from layerfactory.verify.guests import FLAGS, THREADS, EmulatedGuest, held_back, local_guest
from layerfactory.verify.live import probe_layer
from layerfactory.verify.observed import Observed

CELL = "py3.13-sklearn1.9.1-arm64"
FIT = """
import sys
sys.path.insert(0, sys.argv[1])
from sklearn.linear_model import LogisticRegression
print(LogisticRegression().fit([[0.0], [1.0]], [0, 1]).predict([[2.0]]))
"""
WHERE = """
import os, subprocess, sys
again = [sys.executable, "-I", "-S", "-c", "import os; print(os.uname().machine)"]
raise ValueError(os.uname().machine, subprocess.check_output(again).decode())
"""

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def interpreter():
    """Python 3.13 for aarch64; skips where it is not here, in CI fails."""
    if platform.machine() == "aarch64":
        pytest.skip("this machine is aarch64 itself: nothing is emulated")
    try:
        return find_foreign_interpreter("3.13", "aarch64")
    except InterpreterNotFoundError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))


def test_the_place_is_of_the_other_processor_and_held_back(interpreter, tmp_path):
    tree = tmp_path / "python"
    tree.mkdir()
    (tree / "numpy.py").write_text(WHERE)
    guest = EmulatedGuest(interpreter, held_back())
    seen = Observed.from_json(guest.run(tree))
    # Processes that the layer starts are of that processor too.
    assert seen.checks["imports"]["numpy"] == "ValueError: ('aarch64', 'aarch64\\n')"
    assert seen.python == interpreter.version
    assert guest.isolation == ("qemu-aarch64",)
    assert set(seen.isolation) == ({"read-only", "no network"} if held_back() else set())


def test_it_is_known_by_its_emulator(interpreter):
    identity = EmulatedGuest(interpreter, ()).identity
    assert identity.startswith("qemu-aarch64 version ")
    assert f" {interpreter.version} glibc 2." in identity


def test_a_real_layers_estimator_is_fitted(interpreter, specimen):
    tree = specimen(CELL).tree
    done = run([interpreter.path, *FLAGS, "-c", FIT, tree], env={**os.environ, **THREADS})
    assert (done.returncode, done.stdout, done.stderr) == (0, "[1]\n", "")


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_whole_layer_passes(interpreter, specimen, cache, tmp_path):
    whole = specimen(CELL)
    # By the way that `verify` goes.
    assert isinstance(local_guest(whole.lock.cell), EmulatedGuest)
    probe, findings = probe_layer(whole.layer(tmp_path), whole.lock, image="", cache=cache)
    assert findings == ()
    held = ("read-only", "no network") if held_back() else ()
    assert replace(probe, seconds=0.0) == replace(
        probe,
        state=ProbeState.PASSED,
        interpreter=interpreter.version,
        isolation=("qemu-aarch64", *held),
        estimators=211,
        passed=211,
        baseline_passed=211,
        seconds=0.0,
    )
