"""Carries cells through lock, build and verify, side by side; one that fails stops no other."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from layerfactory.build.choose import open_builder
from layerfactory.build.locks.lockfile import read_lock, write_lock
from layerfactory.build.locks.resolve import make_lock
from layerfactory.build.pipeline import Order, build_layer
from layerfactory.build.store import load_layer
from layerfactory.errors import BuildError, LayerFactoryError, MatrixError
from layerfactory.matrix.support import SCIKIT_LEARN, Unsupported, assess

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerfactory.build.layer import Layer
    from layerfactory.build.locks.lock import Lock
    from layerfactory.cli.session import Session
    from layerfactory.matrix.model import CellPlan
    from layerfactory.verify.findings import Report
    from layerfactory.verify.upstream.report import UpstreamReport


class State(StrEnum):
    """How far a cell came."""

    TO_LOCK = "to lock"
    LOCKED = "locked"
    TO_BUILD = "to build"
    BUILT = "built"
    UP_TO_DATE = "up to date"
    VERIFIED = "verified"
    NOT_PROBED = "not probed"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one cell."""

    plan: CellPlan
    state: State = State.LOCKED
    lock: Lock | None = None
    layer: Layer | None = None
    report: Report | None = None
    upstream: UpstreamReport | None = None
    error: LayerFactoryError | None = None
    reason: str = ""
    """Why it is unsupported, or was not probed."""
    changes: tuple[str, ...] = ()
    """What its new lock has otherwise than the old: ``numpy 1.20.2 -> 1.20.3``."""
    seconds: float = 0.0


T = TypeVar("T")


class UnsupportedCellError(MatrixError):
    """The cell cannot exist."""


def run_stages(
    session: Session, *stages: Callable[..., Outcome], quiet: bool = False
) -> tuple[Outcome, ...]:
    """Carry each chosen cell through the stages, in the order of the cells.

    Args:
        session: the run.
        stages: what is done to each cell, one after the other.
        quiet: show no progress, because it takes no time.

    Raises:
        MatrixError: not one of the chosen cells can exist.
    """
    workers = min(session.jobs, len(session.plans))
    inner = replace(session, jobs=max(1, session.jobs // workers))
    interrupted = Event()
    with session.console.tracking(len(session.plans), "cells", quiet=quiet) as tracker:

        def carry(plan: CellPlan) -> Outcome:
            def progress(what: str) -> None:
                if interrupted.is_set():
                    raise KeyboardInterrupt
                tracker.step(str(plan.cell), what)

            outcome = _carry(inner, plan, stages, progress)
            tracker.done(str(plan.cell), _in_words(outcome))
            return outcome

        outcomes = _side_by_side(carry, session.plans, workers, interrupted)
    _require_some(outcomes)
    return outcomes


def _side_by_side(
    carry: Callable[[CellPlan], Outcome],
    plans: Sequence[CellPlan],
    workers: int,
    interrupted: Event,
) -> tuple[Outcome, ...]:
    if workers == 1:
        return tuple(map(carry, plans))
    pool = ThreadPoolExecutor(workers)
    try:
        return tuple(pool.map(carry, plans))
    except KeyboardInterrupt:
        # Only the main thread hears of it; the others end before their next step.
        interrupted.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _carry(
    session: Session,
    plan: CellPlan,
    stages: Sequence[Callable[..., Outcome]],
    progress: Callable[[str], None],
) -> Outcome:
    began = time.monotonic()
    outcome = Outcome(plan)
    try:
        for stage in stages:
            outcome = stage(session, outcome, progress)
    except UnsupportedCellError as error:
        outcome = replace(outcome, state=State.UNSUPPORTED, reason=error.message)
    except LayerFactoryError as error:
        outcome = replace(outcome, state=State.FAILED, error=error)
    return replace(outcome, seconds=time.monotonic() - began)


def _in_words(outcome: Outcome) -> str:
    changes = ", ".join(outcome.changes)
    detail = outcome.error.message.splitlines()[0] if outcome.error else outcome.reason or changes
    return f"{outcome.state}: {detail}" if detail else str(outcome.state)


def _require_some(outcomes: Sequence[Outcome]) -> None:
    if outcomes and all(outcome.state is State.UNSUPPORTED for outcome in outcomes):
        reasons = "\n".join(f"{outcome.plan.cell}: {outcome.reason}" for outcome in outcomes)
        raise MatrixError(reasons, "See `layerfactory plan --all` for what can be built.")


def require_supported(session: Session, plan: CellPlan) -> None:
    """Ask the index whether a cell can exist.

    Raises:
        UnsupportedCellError: it cannot.
        IndexUnavailableError: the index cannot be asked.
    """
    verdict = assess(plan.cell, session.index.files(SCIKIT_LEARN))
    if isinstance(verdict, Unsupported):
        raise UnsupportedCellError(verdict.reason)


def lock(session: Session, outcome: Outcome, progress: Callable[[str], None]) -> Outcome:
    """Take the cell's lock, or make it where there is none."""
    found = read_lock(session.locks, outcome.plan.cell)
    if found is not None:
        return replace(outcome, lock=found)
    made = make_new_lock(session, outcome.plan, progress)
    write_lock(session.locks, made)
    return replace(outcome, lock=made)


def make_new_lock(session: Session, plan: CellPlan, progress: Callable[[str], None]) -> Lock:
    """Resolve a cell, whether or not it has a lock; nothing is written.

    Raises:
        UnsupportedCellError: the cell cannot exist.
        LockError: it cannot be resolved.
    """
    progress("resolving")
    require_supported(session, plan)
    return make_lock(plan.cell, session.index)


def is_of(layer: Layer, outcome: Outcome) -> bool:
    """Whether a layer was built from the cell's lock, with its bytecode policy."""
    wanted = require(outcome.lock).sha256, outcome.plan.bytecode
    return (layer.manifest.lock_sha256, layer.manifest.bytecode) == wanted


def build(session: Session, outcome: Outcome, progress: Callable[[str], None]) -> Outcome:
    """Build the cell's layer from its lock."""
    with open_builder(outcome.plan, session.builder, session.jobs, progress) as builder:
        order = Order(
            lock=require(outcome.lock),
            bytecode=outcome.plan.bytecode,
            builder=builder,
            output=session.output,
            progress=progress,
            jobs=session.jobs,
            source_commit=session.source_commit,
            force=session.force,
            cache=replace(session.cache, tell=progress),
        )
        layer, built = build_layer(order)
    return replace(outcome, layer=layer, state=State.BUILT if built else State.UP_TO_DATE)


def known(session: Session, outcome: Outcome, _progress: Callable[[str], None]) -> Outcome:
    """Take the cell's lock; tell a cell that cannot exist from one that was not built yet."""
    cell = outcome.plan.cell
    found = read_lock(session.locks, cell)
    if found is None:
        require_supported(session, outcome.plan)
        raise BuildError(
            f"{cell}: has no lock yet", f"Build it: layerfactory build --only '{cell}'"
        )
    return replace(outcome, lock=found)


def load(session: Session, outcome: Outcome, _progress: Callable[[str], None]) -> Outcome:
    """Take the cell's layer as an earlier run built it, from the lock as it is now."""
    cell = outcome.plan.cell
    layer = load_layer(session.output, cell, session.cache)
    if layer is None:
        raise BuildError(
            f"{cell}: there is no whole layer in {session.output}",
            f"Build it: layerfactory build --only '{cell}'",
        )
    if not is_of(layer, outcome):
        raise BuildError(
            f"{cell}: the layer in {session.output} is of another lock or bytecode policy",
            f"Build it again: layerfactory build --only '{cell}'",
        )
    return replace(outcome, layer=layer, state=State.BUILT)


def require(value: T | None) -> T:
    """What an earlier stage has put there."""
    if value is None:
        raise RuntimeError("a stage was left out")
    return value
