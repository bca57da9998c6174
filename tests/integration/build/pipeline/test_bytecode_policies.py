"""Each policy's layer, unpacked where nothing can be written, under the cell's own Python."""

from __future__ import annotations

import json
import subprocess
import zipfile
from dataclasses import dataclass

import pytest
from build_fixtures import make_workshop

# What each policy does to scipy.linalg.solve, to an estimator, to the files, and at import.
SCRIPT = """
import importlib.machinery, json, sys

loader, compiled = importlib.machinery.SourceFileLoader, []
compile_source = loader.source_to_code
loader.source_to_code = lambda self, data, path, **kw: (
    compiled.append(path), compile_source(self, data, path, **kw))[1]
sys.path.insert(0, sys.argv[1])
import numpy, scipy.linalg, sklearn.linear_model
from sklearn.linear_model import LogisticRegression

model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
python = [name for name in files if name.startswith(sys.argv[1]) and not name.endswith(".so")]
print(json.dumps({
    "predicted": model.predict([[0.5], [2.5]]).tolist(),
    "solve": scipy.linalg.solve.__doc__,
    "estimator": LogisticRegression.__doc__,
    "scikit-learn": sklearn.__doc__,
    "numpy": [numpy.mean.__doc__, numpy.linalg.solve.__doc__, numpy.ndarray.__doc__],
    "modules": len(python),
    "endings": sorted({name.rpartition(".")[2] for name in python}),
    "compiled": [path for path in compiled if path.startswith(sys.argv[1])],
}))
"""


@dataclass(frozen=True)
class Seen:
    """What the interpreter saw."""

    value: dict
    members: set


@pytest.fixture
def look(built, interpreter, tmp_path, mounts):
    """Builds a policy's layer, unpacks it, and looks at it from inside."""

    def look_at(policy):
        workshop = built
        if policy != "sourceless":
            workshop = make_workshop(tmp_path / "workshop")
            run = workshop.run("build", "--bytecode", policy)
            assert run.exit_code == 0, run.stderr
        layer = workshop.layer()
        assert layer.manifest.bytecode == policy
        with zipfile.ZipFile(layer.zip) as archive:
            archive.extractall(tmp_path / "opt")
            members = set(archive.namelist())
        opt = mounts("--bind", str(tmp_path / "opt"), at=tmp_path / "read-only")
        mounts("-o", "remount,ro,bind", at=opt)
        with pytest.raises(OSError, match="Read-only file system"):
            (opt / "python" / "new").touch()
        return Seen(run_in(interpreter, opt / "python"), members)

    return look_at


def run_in(interpreter, tree):
    words = [interpreter.path, "-I", "-S", "-W", "ignore", "-c", SCRIPT, tree]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def has_docstrings(seen, names=("solve", "estimator", "scikit-learn")):
    return [bool(seen.value[name]) for name in names]


def is_usable(seen):
    """What every policy promises."""
    assert seen.value["predicted"] == [0, 1]
    assert all(seen.value["numpy"])
    assert seen.value["modules"] > 300
    assert seen.value["compiled"] == []


def test_sourceless(look):
    seen = look("sourceless")
    is_usable(seen)
    assert [seen.value[name] for name in ("solve", "estimator", "scikit-learn")] == [None] * 3
    assert seen.value["endings"] == ["pyc"]
    assert not [name for name in seen.members if name.endswith(".py") or "__pycache__" in name]


def test_sourceless_docstrings(look):
    seen = look("sourceless-docstrings")
    is_usable(seen)
    assert has_docstrings(seen) == [True] * 3
    assert seen.value["endings"] == ["pyc"]
    assert not [name for name in seen.members if name.endswith(".py") or "__pycache__" in name]


def test_sources(look):
    seen = look("sources")
    is_usable(seen)
    assert has_docstrings(seen) == [True] * 3
    assert seen.value["endings"] == ["py"]
    sources = {name for name in seen.members if name.endswith(".py")}
    assert "python/scipy/linalg/basic.py" in sources
    assert "python/scipy/linalg/__pycache__/basic.cpython-37.pyc" in seen.members
