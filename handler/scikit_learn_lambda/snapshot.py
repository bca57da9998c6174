"""What SnapStart wants done before the snapshot, and after it has been woken."""

import random
import sys
from typing import Any, Callable, Mapping


def register(
    environ: Mapping[str, str], before: Callable[[], Any], after: Callable[[], Any]
) -> bool:
    """Ask the runtime to call these; returns whether it has such hooks, as from Python 3.12 on."""
    if environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        return False
    try:
        from snapshot_restore_py import register_after_restore, register_before_snapshot
    except ImportError:
        return False
    register_before_snapshot(before)
    register_after_restore(after)
    return True


def reseed() -> None:
    """Give random numbers a new start: all functions would wake with the same."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
