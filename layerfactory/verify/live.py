"""The live half: the layer, unpacked as Lambda would, does all that an untrimmed install does."""

from __future__ import annotations

import tempfile
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.bytecode import plan_bytecode
from layerfactory.build.files import disk_faults
from layerfactory.build.wheels.builder import WheelsBuilder
from layerfactory.errors import BuildError, InterpreterNotFoundError, VerifyError
from layerfactory.matrix.model import Bytecode
from layerfactory.verify.baseline import baseline_path, load_baseline, store_baseline
from layerfactory.verify.compare import CHECK, compare, is_sound
from layerfactory.verify.findings import Finding, Probe, ProbeState
from layerfactory.verify.guests import DockerGuest, Guest, local_guest, scripts_sha256
from layerfactory.verify.observed import ESTIMATORS, Observed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerfactory.build.layer import Layer
    from layerfactory.build.locks.lock import Lock

# What zipfile raises on a damaged zip.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)

Outcome = tuple[Probe, tuple[Finding, ...]]


def probe_layer(layer: Layer, lock: Lock, *, image: str, cache: Path, jobs: int = 2) -> Outcome:
    """Probe a layer beside an untrimmed install of its lock, and report all that differs.

    Args:
        layer: what to probe.
        lock: what it was built from.
        image: a Docker image with the cell's Python.
        cache: the folder that keeps what was seen on untrimmed installs.
        jobs: with two or more, the layer and the install are probed side by side.

    Raises:
        BuildError: the untrimmed install cannot be made, or a place to probe in broke down.
    """
    docker, local = (lambda: DockerGuest(layer.cell, image)), (lambda: local_guest(layer.cell))
    # First where the layer was built; where that is gone, the other.
    ways = (docker, local) if layer.manifest.builder == "docker" else (local, docker)
    try:
        guest = first_guest(ways)
    except InterpreterNotFoundError as error:
        return Probe(ProbeState.NOT_PROBED, reason=error.message), ()
    return probe_in(guest, layer, lock, cache, jobs)


def first_guest(ways: Sequence[Callable[[], Guest]]) -> Guest:
    """The first place that is to be had.

    Raises:
        InterpreterNotFoundError: none is; its message gives each one's reason.
    """
    reasons = []
    for way in ways:
        try:
            return way()
        except BuildError as error:
            reasons.append(error.message)
    raise InterpreterNotFoundError("; ".join(reasons))


def probe_in(guest: Guest, layer: Layer, lock: Lock, cache: Path, jobs: int) -> Outcome:
    """Probe in a place that is to be had; raises BuildError."""
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=max(1, min(2, jobs))) as pool:
        seen = pool.submit(_or_finding, layer.cell.identifier, lambda: _see_layer(guest, layer))
        wanted = pool.submit(
            _or_finding, "untrimmed install", lambda: _see_baseline(guest, lock, cache)
        )
        observed, baseline = seen.result(), wanted.result()
    deaths = tuple(side for side in (observed, baseline) if isinstance(side, Finding))
    seconds = round(time.monotonic() - started, 1)
    if isinstance(observed, Finding) or isinstance(baseline, Finding):
        return Probe(ProbeState.FAILED, isolation=guest.isolation, seconds=seconds), deaths
    findings = compare(observed, baseline, lock)
    return _summary(guest, observed, baseline, seconds, failed=bool(findings)), findings


def _or_finding(subject: str, see: Callable[[], Observed]) -> Observed | Finding:
    """A probe that dies is a finding like any other."""
    try:
        return see()
    except VerifyError as error:
        return Finding(CHECK, subject, error.message)


def _summary(
    guest: Guest, observed: Observed, baseline: Observed, seconds: float, *, failed: bool
) -> Probe:
    return Probe(
        state=ProbeState.FAILED if failed else ProbeState.PASSED,
        interpreter=observed.python,
        isolation=(*guest.isolation, *observed.isolation),
        estimators=len(baseline.checks[ESTIMATORS]),
        passed=observed.passed(ESTIMATORS, among=baseline.checks[ESTIMATORS]),
        baseline_passed=baseline.passed(ESTIMATORS),
        seconds=seconds,
    )


def _see_layer(guest: Guest, layer: Layer) -> Observed:
    with tempfile.TemporaryDirectory(prefix="layerfactory-") as folder:
        return Observed.from_json(guest.run(_unpack(layer.zip, Path(folder))))


def _unpack(path: Path, folder: Path) -> Path:
    """Unpack a layer and let nobody write to it; return its ``python/``."""
    try:
        with disk_faults(folder), zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    except _DAMAGE as error:
        raise VerifyError(f"{path}: cannot be unpacked: {error}") from None
    tree = folder / "python"
    if not tree.is_dir():
        raise VerifyError(f"{path}: has no python/ at its root")
    for entry in (*tree.rglob("*"), tree):
        entry.chmod(0o555 if entry.is_dir() else 0o444)
    return tree


def _see_baseline(guest: Guest, lock: Lock, cache: Path) -> Observed:
    path = baseline_path(cache, lock.sha256, guest.identity, scripts_sha256())
    kept = load_baseline(path)
    if kept is not None:
        return kept
    with tempfile.TemporaryDirectory(prefix="layerfactory-") as folder:
        tree = Path(folder, "python")
        tree.mkdir()
        builder = WheelsBuilder(lock.cell.python, jobs=1)
        builder.install(lock, tree)
        if guest.compiles_slowly:
            _bring_bytecode(builder, lock.cell.python, tree)
        observed = Observed.from_json(guest.run(tree))
    if is_sound(observed):  # what failed for a passing reason is tried anew
        store_baseline(path, observed)
    return observed


def _bring_bytecode(builder: WheelsBuilder, python: str, tree: Path) -> None:
    """Compile as an installer would, with this machine's own Python, for bytecode is portable."""
    sources = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*.py"))
    with suppress(InterpreterNotFoundError):  # then the probe takes longer, and sees the same
        builder.compile(tree, plan_bytecode(sources, Bytecode.SOURCES, python).steps)
