from __future__ import annotations

import pytest
from build_fixtures import CELL, built, interpreter, mounts, workshop
from lock_samples import LOCKS

from layerfactory.build.locks.lock import Lock
from layerfactory.build.locks.lockfile import read_lock
from layerfactory.build.pipeline import Order, build_layer
from layerfactory.build.wheels.builder import WheelsBuilder
from layerfactory.matrix.model import Bytecode

__all__ = ["built", "interpreter", "mounts", "workshop"]


@pytest.fixture
def small_lock():
    """The two smallest wheels of the cell: enough to unpack and to damage."""
    whole = read_lock(LOCKS, CELL)
    wheels = tuple(wheel for wheel in whole.wheels if wheel.name in {"joblib", "threadpoolctl"})
    return Lock(CELL, whole.as_of, wheels)


@pytest.fixture
def build(interpreter, tmp_path):
    """Builds a lock by force; gives back the layer's manifest."""

    def build_lock(lock):
        builder = WheelsBuilder(CELL.python, jobs=2)
        order = Order(lock, Bytecode.SOURCELESS, builder, tmp_path / "dist", print, force=True)
        return build_layer(order)[0].manifest

    return build_lock
