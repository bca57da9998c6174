"""The packages' own tests on a layer, beside the same on the untrimmed install of its lock."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.verify.guests import local_guest
from layerfactory.verify.upstream.baseline import load_run, run_path, store_run
from layerfactory.verify.upstream.judge import compare, judge
from layerfactory.verify.upstream.place import (
    Place,
    isolation,
    native_interpreter,
    scripts_sha256,
)
from layerfactory.verify.upstream.plan import TestPlan, plan_tests
from layerfactory.verify.upstream.report import Side, UpstreamReport
from layerfactory.verify.upstream.selection import Selection, upstream_tests
from layerfactory.verify.upstream.trees import (
    file_names,
    install_tools,
    install_untrimmed,
    lay_over,
    unpack_layer,
)

if TYPE_CHECKING:
    from layerfactory.build.layer import Layer
    from layerfactory.build.locks.lock import Lock
    from layerfactory.verify.upstream.outcomes import TestRun


@dataclass(frozen=True, slots=True)
class _Bench:
    """All that is laid out for one cell."""

    plan: TestPlan
    place: Place
    tree: Path
    """The layer, with its tests."""
    untrimmed: Path
    laid_over: int
    tools: dict[str, str]


def run_upstream(
    layer: Layer, lock: Lock, selection: Selection, *, cache: Path, jobs: int = 2
) -> UpstreamReport:
    """Run a selection on a layer and hold each test against the untrimmed install.

    Args:
        layer: what to test; verification has found its zip whole.
        lock: what it was built from.
        selection: which tests.
        cache: the folder that keeps how the tests ended on untrimmed installs.
        jobs: with two or more, the layer and the install are tested side by side.

    Raises:
        InterpreterNotFoundError: the cell's Python is not here.
        VerifyError: the wheels have none of these tests.
        BuildError: the install or the tools cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="layerfactory-") as folder:
        bench = _lay_out(layer, lock, selection, Path(folder))
        with ThreadPoolExecutor(max_workers=max(1, min(2, jobs))) as pool:
            wanted = pool.submit(_run_baseline, bench, lock, cache)
            seen = pool.submit(bench.place.run, bench.tree, bench.plan.paths)
            return _report(layer, lock, bench, seen.result(), wanted.result())


def _lay_out(layer: Layer, lock: Lock, selection: Selection, folder: Path) -> _Bench:
    tests = upstream_tests()
    interpreter = native_interpreter(layer.cell)
    untrimmed = install_untrimmed(lock, folder)
    plan = plan_tests(selection, file_names(untrimmed), tests)
    tools = install_tools(lock, tests.tools, folder)
    tree = unpack_layer(layer, folder)
    return _Bench(
        plan=plan,
        place=Place(interpreter, tools, timeout=60.0 * selection.minutes),
        tree=tree,
        untrimmed=untrimmed,
        laid_over=lay_over(tree, untrimmed, plan.overlay),
        tools={dist.name: dist.version for dist in distributions(path=[str(tools)])},
    )


def _run_baseline(bench: _Bench, lock: Lock, cache: Path) -> TestRun:
    identity = local_guest(lock.cell).identity
    tools = [f"{name}=={version}" for name, version in sorted(bench.tools.items())]
    key = [lock.sha256, identity, scripts_sha256(), *isolation(), *tools, *bench.plan.paths]
    path = run_path(cache, key)
    kept = load_run(path)
    if kept is not None:
        return kept
    seen = bench.place.run(bench.untrimmed, bench.plan.paths)
    store_run(path, seen)
    return seen


def _report(
    layer: Layer, lock: Lock, bench: _Bench, seen: TestRun, wanted: TestRun
) -> UpstreamReport:
    differences = compare(seen, wanted, upstream_tests().allowances)
    tested = {planned.part.package for planned in bench.plan.parts}
    return UpstreamReport(
        cell=layer.cell.identifier,
        sha256=layer.manifest.sha256,
        date=datetime.now(UTC).date().isoformat(),
        selection=bench.plan.selection.name,
        python=bench.place.interpreter.version,
        tools={name: bench.tools[name] for name in upstream_tests().tools},
        packages={wheel.name: wheel.version for wheel in lock.wheels if wheel.name in tested},
        isolation=isolation(),
        paths=bench.plan.paths,
        absent=bench.plan.absent,
        laid_over=bench.laid_over,
        layer=Side(seen.counts, seen.seconds),
        untrimmed=Side(wanted.counts, wanted.seconds),
        differences=differences,
        findings=judge(seen, wanted, bench.plan, differences),
    )
