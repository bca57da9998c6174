from __future__ import annotations

import importlib.util
import sys

import pytest

from layerfactory.build.builder import CompileStep
from layerfactory.build.bytecode import plan_bytecode
from layerfactory.build.members import select
from layerfactory.matrix.model import Bytecode

KEPT = [
    "joblib/pool.py",
    "numpy/core/_multiarray_umath.so",
    "numpy/core/numeric.py",
    "scipy/linalg/basic.py",
    "sklearn/__init__.py",
    "sklearn/datasets/data/iris.csv",
    "threadpoolctl.py",
]
SOURCES = [name for name in KEPT if name.endswith(".py")]


def test_sourceless_drops_docstrings_of_scipy_and_scikit_learn_only():
    plan = plan_bytecode(KEPT, Bytecode.SOURCELESS, "3.12")
    assert plan.steps == (
        CompileStep("joblib/pool.py", "joblib/pool.pyc", docstrings=True),
        CompileStep("numpy/core/numeric.py", "numpy/core/numeric.pyc", docstrings=True),
        CompileStep("scipy/linalg/basic.py", "scipy/linalg/basic.pyc", docstrings=False),
        CompileStep("sklearn/__init__.py", "sklearn/__init__.pyc", docstrings=False),
        CompileStep("threadpoolctl.py", "threadpoolctl.pyc", docstrings=True),
    )
    assert not plan.sources_stay


def test_sourceless_docstrings_is_the_same_with_every_docstring():
    plan = plan_bytecode(KEPT, Bytecode.SOURCELESS_DOCSTRINGS, "3.12")
    assert [step.target for step in plan.steps] == [f"{name}c" for name in SOURCES]
    assert all(step.docstrings for step in plan.steps)
    assert not plan.sources_stay


def test_sources_puts_bytecode_where_the_import_system_looks():
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    plan = plan_bytecode(KEPT, Bytecode.SOURCES, python)
    assert [step.target for step in plan.steps] == list(
        map(importlib.util.cache_from_source, SOURCES)
    )
    assert all(step.docstrings for step in plan.steps)
    assert plan.sources_stay


@pytest.mark.parametrize(("python", "tag"), [("3.7", "37"), ("3.14", "314")])
def test_the_targets_own_tag_is_in_the_name(python, tag):
    plan = plan_bytecode(["a/b.py"], Bytecode.SOURCES, python)
    assert [step.target for step in plan.steps] == [f"a/__pycache__/b.cpython-{tag}.pyc"]


def test_bytecode_takes_the_place_of_its_source():
    chosen = select(["a.py", "b.py", "c.so", "a.pyc"], {"d.h": "build-inputs"}, {"a.py": "a.pyc"})
    assert chosen.shipped == ("a.pyc", "b.py", "c.so")
    assert chosen.dropped == {"a.py": "sources", "d.h": "build-inputs"}


def test_sources_may_stay():
    chosen = select(["a.py", "__pycache__/a.cpython-37.pyc"], {}, {})
    assert chosen.shipped == ("__pycache__/a.cpython-37.pyc", "a.py")
    assert chosen.dropped == {}
