"""The place that a probe runs in: no way out of it, and no death in it goes unseen."""

import platform
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docker_fixtures import small_lock
from synthetic_layers import make_layer

from layerfactory.build.locks.lock import Lock
from layerfactory.build.wheels import builder
from layerfactory.build.wheels.interpreters import Interpreter
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.verify.baseline import baseline_path, store_baseline
from layerfactory.verify.findings import Probe, ProbeState
from layerfactory.verify.guests import LocalGuest, held_back, scripts_sha256
from layerfactory.verify.live import probe_in, probe_layer
from layerfactory.verify.observed import Observed

OURS, OTHER = sorted(Architecture, key=lambda a: a.machine != platform.machine())
INTERPRETER = Interpreter(Path(sys.executable), platform.python_version())
SEEN = Observed(
    python=platform.python_version(),
    isolation=(),
    checks={"estimators": {"Lasso": "ok"}},
    versions={},
    outputs={},
    compiled=(),
    seconds=1.0,
)


@pytest.fixture
def guest():
    return LocalGuest(INTERPRETER, held_back())


def make_tree(folder, **modules):
    tree = folder / "python"
    tree.mkdir()
    for name, source in modules.items():
        (tree / f"{name}.py").write_text(source)
    return tree


def test_an_empty_tree_fails_in_every_check_and_still_answers(guest, tmp_path):
    seen = Observed.from_json(guest.run(make_tree(tmp_path)))
    assert "No module named 'numpy'" in seen.checks["imports"]["numpy"]
    assert "No module named 'sklearn'" in seen.checks["steps"]["all_estimators"]
    assert seen.checks["steps"]["compile watch"] == "ok"
    assert seen.checks["estimators"] == {}


def test_nothing_but_the_tree_is_on_the_path(guest, tmp_path):
    source = "import sys; raise ValueError(sorted(p for p in sys.path if 'python3' not in p))"
    tree = make_tree(tmp_path, numpy=source)
    seen = Observed.from_json(guest.run(tree))
    paths = [word for word in seen.checks["imports"]["numpy"].split("'") if "/" in word]
    assert [path for path in paths if not path.endswith(".zip")] == [str(tree)]


def test_a_module_compiled_at_import_is_seen(guest, tmp_path):
    source = "exec(compile('x = 1', 'a string, no module', 'exec'))"
    seen = Observed.from_json(guest.run(make_tree(tmp_path, joblib=source)))
    assert seen.compiled == ("joblib.py",)


def test_what_is_held_back_is_held_back(guest, tmp_path):
    if not held_back():
        pytest.skip("the kernel does not let this user hold anything back")
    tree = make_tree(tmp_path)
    assert Observed.from_json(guest.run(tree)).isolation == ("read-only", "no network")
    assert list(tree.iterdir()) == []


def test_where_nothing_is_held_back_nothing_is_claimed(tmp_path):
    tree = make_tree(tmp_path)
    free = LocalGuest(INTERPRETER, prefix=())
    assert "read-only" not in Observed.from_json(free.run(tree)).isolation
    assert list(tree.iterdir()) == []


def test_the_environment_is_scrubbed(guest, tmp_path, monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/nowhere")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    source = "import os; raise ValueError(sorted(os.environ))"
    seen = Observed.from_json(guest.run(make_tree(tmp_path, numpy=source)))
    assert "HOME" in seen.checks["imports"]["numpy"]
    assert "LD_LIBRARY_PATH" not in seen.checks["imports"]["numpy"]
    assert "AWS_" not in seen.checks["imports"]["numpy"]


def test_a_crash_tells_its_signal_and_its_place(guest, tmp_path):
    source = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    tree = make_tree(tmp_path, numpy=source)
    with pytest.raises(VerifyError, match=r"(?s)signal 11.*numpy\.py"):
        guest.run(tree)


def test_a_silent_exit_is_a_death(guest, tmp_path):
    tree = make_tree(tmp_path, numpy="import os; os._exit(0)")
    with pytest.raises(VerifyError, match="without a result"):
        guest.run(tree)


@pytest.mark.parametrize("slowly", [False, True])
def test_bytecode_is_brought_to_where_compiling_is_slow(tmp_path, monkeypatch, slowly):
    class Place(LocalGuest):
        compiles_slowly = slowly

        def run(self, tree):
            names.extend(path.relative_to(tree).as_posix() for path in tree.rglob("*.pyc"))
            return SEEN.to_json()

    names = []
    whole = small_lock("3.13")
    lock = replace(whole, wheels=tuple(w for w in whole.wheels if w.name == "threadpoolctl"))
    monkeypatch.setattr(builder, "find_interpreter", lambda python: INTERPRETER)
    probe_in(Place(INTERPRETER, ()), make_layer(tmp_path, lock.cell), lock, tmp_path, jobs=1)
    assert names == (["__pycache__/threadpoolctl.cpython-313.pyc"] if slowly else [])


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """No Docker daemon, and no Debian roots."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    monkeypatch.setenv("LAYERFACTORY_ROOTS", str(tmp_path / "roots"))


@pytest.mark.parametrize(
    ("python", "architecture", "reason"),
    [("3.99", OURS, "no Python 3.99"), ("3.99", OTHER, f"not {OTHER.machine}")],
)
def test_a_layer_without_a_place_is_not_probed(tmp_path, nowhere, python, architecture, reason):
    layer = make_layer(tmp_path, Cell(python, "1.9.1", architecture))
    lock = Lock(layer.cell, date(2026, 10, 1), ())
    probe, findings = probe_layer(layer, lock, image="no-image", cache=tmp_path)
    assert findings == ()
    assert probe == Probe(ProbeState.NOT_PROBED, reason=probe.reason)
    assert reason in probe.reason
    assert "Docker" in probe.reason


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_a_zip_that_cannot_be_unpacked_is_a_finding(tmp_path, guest, content):
    assert cause_of_death(tmp_path, guest, content).endswith("not a zip file")


def test_a_zip_without_its_folder_is_a_finding(tmp_path, guest):
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sklearn/__init__.py", "")
    assert "has no python/" in cause_of_death(tmp_path, guest, path.read_bytes())


def cause_of_death(folder, guest, content):
    """What a layer of this content dies of, beside a baseline that is well."""
    layer = make_layer(folder, Cell("3.13", "1.9.1"), content)
    lock = Lock(layer.cell, date(2026, 10, 1), ())
    path = baseline_path(folder, lock.sha256, guest.identity, scripts_sha256())
    store_baseline(path, SEEN)
    probe, (finding,) = probe_in(guest, layer, lock, folder, jobs=1)
    assert probe.state is ProbeState.FAILED
    assert finding.subject == layer.cell.identifier
    return finding.message
