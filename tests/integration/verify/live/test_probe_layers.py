"""The probe on real wheels: what is whole passes, and each thing that is spoiled is found."""

import pytest

from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.verify.baseline import baseline_path, load_baseline
from layerfactory.verify.findings import ProbeState
from layerfactory.verify.guests import DockerGuest, held_back, local_guest, scripts_sha256
from layerfactory.verify.live import probe_in, probe_layer

NEWEST = "py3.14-sklearn1.9.1-x86_64"
NEW = "py3.13-sklearn1.9.1-x86_64"
OLD = "py3.7-sklearn0.23.1-x86_64"
# scikit-learn's own count, and those that it keeps behind sklearn.experimental.
ESTIMATORS = {OLD: 195, NEW: 211, NEWEST: 211}

pytestmark = pytest.mark.interpreter


@pytest.mark.parametrize("identifier", [OLD, NEW, NEWEST])
def test_a_whole_layer_passes(specimen, cache, tmp_path, identifier):
    whole = specimen(identifier)
    probe, findings = probe_layer(whole.layer(tmp_path), whole.lock, image="", cache=cache)
    assert findings == ()
    assert probe.state is ProbeState.PASSED
    counts = (probe.estimators, probe.passed, probe.baseline_passed)
    assert counts == (ESTIMATORS[identifier],) * 3
    assert probe.interpreter == find_interpreter(whole.lock.cell.python).version
    assert set(probe.isolation) >= ({"read-only", "no network"} if held_back() else set())


@pytest.fixture(scope="module")
def spoiled(specimen, cache, tmp_path_factory):
    """What is found in a layer with six faults, by subject."""

    def spoil(tree):
        (tree / "sklearn/isotonic.pyc").unlink()
        fresh_source(tree / "joblib/hashing.pyc")
        stale_bytecode(tree / "joblib/pool.pyc")
        cut_short(tree / "joblib/test/test_hashing.pyc")
        next(tree.glob("threadpoolctl-*.dist-info/METADATA")).unlink()
        next(tree.glob("scipy/special/_ufuncs.*.so")).unlink()

    whole = specimen(OLD)
    layer = whole.spoiled(tmp_path_factory.mktemp("spoiled"), spoil)
    probe, findings = probe_layer(layer, whole.lock, image="", cache=cache)
    assert probe.state is ProbeState.FAILED
    assert {finding.check for finding in findings} == {"probe"}
    return {finding.subject: finding.message for finding in findings}


def fresh_source(bytecode):
    bytecode.unlink()
    bytecode.with_suffix(".py").write_text("def hash(value):\n    return 'x'\n")


def cut_short(bytecode):
    content = bytecode.read_bytes()
    bytecode.unlink()
    bytecode.write_bytes(content[: len(content) // 2])


def stale_bytecode(bytecode):
    """A source with bytecode that was made of another: its date and size do not fit."""
    cached = bytecode.parent / "__pycache__" / f"{bytecode.stem}.cpython-37.pyc"
    cached.parent.mkdir(exist_ok=True)
    content = bytecode.read_bytes()
    bytecode.unlink()
    cached.write_bytes(content[:4] + bytes(12) + content[16:])
    bytecode.with_suffix(".py").write_text("class MemmappingPool:\n    pass\n")


@pytest.mark.parametrize("path", ["joblib/hashing.py", "joblib/pool.py"])
def test_what_is_compiled_at_import_is_found(spoiled, path):
    assert "compiled at import" in spoiled[path]


def test_bytecode_that_nothing_imports_is_read_too(spoiled):
    assert "cannot load" in spoiled["joblib/test/test_hashing.pyc"]


def test_metadata_that_is_gone_is_found(spoiled):
    assert "threadpoolctl" in spoiled


def test_a_module_that_is_gone_is_found(spoiled):
    assert "missing among the imports" in spoiled["sklearn.isotonic"]


def test_a_library_that_is_gone_is_found(spoiled):
    assert "_ufuncs" in spoiled["scipy.cluster"]
    assert "all_estimators" in spoiled


def test_one_estimator_that_fails_stops_no_other(specimen, cache, tmp_path):
    def spoil(tree):
        library = next(tree.glob("sklearn/_isotonic.*.so"))
        library.unlink()
        library.write_bytes(b"\x7fELF")

    whole = specimen(OLD)
    layer = whole.spoiled(tmp_path, spoil)
    probe, findings = probe_layer(layer, whole.lock, image="", cache=cache)
    assert probe.state is ProbeState.FAILED
    lost = {finding.subject for finding in findings}
    assert lost >= {"sklearn.isotonic", "IsotonicRegression", "CalibratedClassifierCV"}
    assert "Lasso" not in lost
    assert 170 < probe.passed < probe.estimators


def test_a_damaged_baseline_is_made_again(specimen, cache, tmp_path):
    whole = specimen(OLD)
    identity = local_guest(whole.lock.cell).identity
    path = baseline_path(cache, whole.lock.sha256, identity, scripts_sha256())
    path.write_text('{"sha256": "", "observed": {"checks": {"estimators": {}}}}')
    probe, findings = probe_layer(whole.layer(tmp_path), whole.lock, image="", cache=cache)
    assert (probe.state, findings) == (ProbeState.PASSED, ())
    assert load_baseline(path).passed("estimators") == ESTIMATORS[OLD]


@pytest.mark.docker
def test_a_layer_passes_in_a_container(specimen, cache, tmp_path, build_image):
    whole = specimen(NEW)
    guest = DockerGuest(whole.lock.cell, build_image("3.13"))
    probe, findings = probe_in(guest, whole.layer(tmp_path), whole.lock, cache, jobs=2)
    assert findings == ()
    assert probe.isolation == ("container", "read-only", "no network")
    assert probe.passed == ESTIMATORS[NEW]
