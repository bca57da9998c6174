"""Judges a layer by what the same probe saw on an untrimmed install. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from layerfactory.data.extras import extras
from layerfactory.verify.findings import Finding
from layerfactory.verify.observed import ESTIMATORS, OK, Observed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layerfactory.build.locks.lock import Lock

CHECK = "probe"
# Causes before effects.
KINDS = ("imports", "distributions", "steps", ESTIMATORS)
# An untrimmed install that passes less than this share of its estimators proves nothing.
BASELINE_FLOOR = 0.97
# The libraries are the same to the instruction, but sums may run in another order where memory
# is aligned otherwise, and iterations carry that on.
RELATIVE_TOLERANCE = 1e-6
ABSOLUTE_TOLERANCE = 1e-8
# One cause can reach hundreds of subjects (no bytecode, numpy does not import); so many are named.
NAMED = 20


def compare(layer: Observed, baseline: Observed, lock: Lock) -> tuple[Finding, ...]:
    """Everything that the layer does not do as the untrimmed install of its lock does."""
    return (
        *_baseline_fault(baseline),
        *_unproven_extras(baseline, lock),
        *_lost(layer, baseline),
        *_different_outputs(layer, baseline),
        *_other_versions(layer, lock),
        *_compiled(layer),
        *_broken(layer),
    )


def is_sound(baseline: Observed) -> bool:
    """Whether an untrimmed install passes enough to be held against a layer."""
    total = len(baseline.checks[ESTIMATORS])
    return total > 0 and baseline.passed(ESTIMATORS) >= BASELINE_FLOOR * total


def _baseline_fault(baseline: Observed) -> Iterator[Finding]:
    if is_sound(baseline):
        return
    faults = [(s, v) for of in baseline.checks.values() for s, v in of.items() if v != OK]
    first = ": ".join(faults[0]) if faults else "there are none"
    total, passed = len(baseline.checks[ESTIMATORS]), baseline.passed(ESTIMATORS)
    message = f"only {passed} of {total} estimators work before anything is trimmed; first {first}"
    yield Finding(CHECK, "untrimmed install", message)


def _unproven_extras(baseline: Observed, lock: Lock) -> Iterator[Finding]:
    """An extra that does not work untrimmed would not be missed in the layer."""
    for extra in map(extras().__getitem__, lock.cell.extras):
        for kind, subject in (("imports", extra.module), ("steps", extra.step)):
            verdict = baseline.checks.get(kind, {}).get(subject, "was not tried")
            if verdict != OK:
                message = f"{subject}: {verdict}; before anything is trimmed"
                yield Finding(CHECK, extra.name, message)


def _lost(layer: Observed, baseline: Observed) -> Iterator[Finding]:
    for kind in (*KINDS, *sorted(baseline.checks.keys() - set(KINDS))):
        seen = layer.checks.get(kind, {})
        lost: dict[str, list[str]] = {}
        for subject, verdict in baseline.checks.get(kind, {}).items():
            now = seen.get(subject, f"missing among the {kind}")
            if verdict == OK != now:
                lost.setdefault(now, []).append(subject)
        for now, subjects in lost.items():
            yield from _named(subjects, f"{now}; works on an untrimmed install", kind)


def _named(subjects: Sequence[str], message: str, kind: str) -> Iterator[Finding]:
    """One finding for each of the first subjects, and one for all that are left."""
    for subject in subjects[:NAMED]:
        yield Finding(CHECK, subject, message)
    more = len(subjects) - NAMED
    if more > 0:
        yield Finding(CHECK, f"{more} more {kind}", message)


def _different_outputs(layer: Observed, baseline: Observed) -> Iterator[Finding]:
    for name, methods in baseline.outputs.items():
        if not (_went_well(layer, name) and _went_well(baseline, name)):
            continue
        for method, output in methods.items():
            if not alike(layer.outputs.get(name, {}).get(method), output):
                message = f"{method} gives other values than on an untrimmed install"
                yield Finding(CHECK, name, message)


def _went_well(observed: Observed, subject: str) -> bool:
    """Whether the estimator or step came to its end: what it gave is whole."""
    return any(observed.checks.get(kind, {}).get(subject) == OK for kind in (ESTIMATORS, "steps"))


def alike(left: Any, right: Any) -> bool:
    """Whether two outputs have one structure, and the same numbers within the tolerance."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)
    return bool(left == right)


def _other_versions(layer: Observed, lock: Lock) -> Iterator[Finding]:
    for wheel in lock.wheels:
        found = layer.versions.get(wheel.name)
        if found is None:
            yield Finding(CHECK, wheel.name, "has no metadata for importlib.metadata to read")
        elif found != wheel.version:
            yield Finding(CHECK, wheel.name, f"is {found}; {wheel.version} was locked")


def _compiled(layer: Observed) -> Iterator[Finding]:
    message = "is compiled at import: its bytecode is missing or stale"
    yield from _named(layer.compiled, message, "files")


def _broken(layer: Observed) -> Iterator[Finding]:
    message = "is bytecode that the layer's own Python cannot load"
    yield from _named(layer.broken, message, "bytecode files")
