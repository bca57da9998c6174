"""Holds the tests of a layer against those of the untrimmed install. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.verify.findings import Finding
from layerfactory.verify.upstream.outcomes import PASSED, Ending, TestRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layerfactory.verify.upstream.plan import TestPlan
    from layerfactory.verify.upstream.selection import Allowance

CHECK = "upstream"
# An untrimmed install that passes less of what it does not skip proves nothing.
FLOOR = 0.9
NOT_RUN = Ending("not run")


@dataclass(frozen=True, slots=True)
class Difference:
    """A test that ends otherwise on the layer."""

    test: str
    layer: str
    """The outcome on the layer."""
    untrimmed: str
    """The outcome on the untrimmed install."""
    message: str
    """What the test complained of."""
    allowed: str = ""
    """Why that may be; empty where it may not."""


def compare(
    layer: TestRun, untrimmed: TestRun, allowances: Sequence[Allowance]
) -> tuple[Difference, ...]:
    """Every test that ends otherwise, sorted by name.

    Where a run was cut short, only tests that ended on both sides are held against each other.
    """
    names = set(layer.tests) | set(untrimmed.tests)
    if not (layer.whole and untrimmed.whole):
        names = set(layer.tests) & set(untrimmed.tests)
    found = []
    for name in sorted(names):
        seen = layer.tests.get(name, NOT_RUN)
        wanted = untrimmed.tests.get(name, NOT_RUN)
        if seen.outcome != wanted.outcome:
            reason = next((a.why for a in allowances if a.covers(name)), "")
            message = seen.why or wanted.why
            found.append(Difference(name, seen.outcome, wanted.outcome, message, reason))
    return tuple(found)


def judge(
    layer: TestRun, untrimmed: TestRun, plan: TestPlan, differences: Sequence[Difference]
) -> tuple[Finding, ...]:
    """All that speaks against the layer, or against the run itself; causes before effects."""
    return (
        *_deaths(layer, "the layer"),
        *_deaths(untrimmed, "the untrimmed install"),
        *_silent(untrimmed, plan),
        *_unsound(untrimmed),
        *_not_allowed(differences),
    )


def _deaths(run: TestRun, side: str) -> Iterator[Finding]:
    if run.whole:
        return
    place = f"in {run.unfinished}" if run.unfinished else f"after {len(run.tests)} tests"
    yield Finding(CHECK, run.unfinished or side, f"on {side}, {place}: {run.death}")


def _silent(run: TestRun, plan: TestPlan) -> Iterator[Finding]:
    """Folders without one test: a selection that runs nothing must not pass."""
    if not run.whole:
        return
    for path in plan.paths:
        if not any(name.startswith(path) for name in run.tests):
            yield Finding(CHECK, path, "no test of it ran on the untrimmed install")


def _unsound(run: TestRun) -> Iterator[Finding]:
    passed = run.counts.get(PASSED, 0)
    total = passed + run.counts.get("failed", 0) + run.counts.get("error", 0)
    if run.whole and passed < FLOOR * total:
        message = f"only {passed} of {total} tests pass before anything is trimmed"
        yield Finding(CHECK, "untrimmed install", message)


def _not_allowed(differences: Sequence[Difference]) -> Iterator[Finding]:
    for difference in differences:
        if not difference.allowed:
            message = f"{difference.layer}; {difference.untrimmed} on an untrimmed install"
            because = f": {difference.message}" if difference.message else ""
            yield Finding(CHECK, difference.test, message + because)
