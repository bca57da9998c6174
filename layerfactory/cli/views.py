"""Values as rows for a person and as plain values for a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layerfactory.console import Column, megabytes
from layerfactory.verify.findings import ProbeState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.build.layer import Layer
    from layerfactory.build.locks.lock import Lock
    from layerfactory.catalog.row import Row
    from layerfactory.cli.stages import Outcome
    from layerfactory.errors import LayerFactoryError
    from layerfactory.verify.findings import Report

JSON_VERSION = 1
"""Of every ``--json`` value; it grows when a key changes its meaning."""

CELL = Column("cell", whole=True)
ARN = Column("ARN", whole=True)
EXTRAS = Column("extras")


def document(verb: str, **values: Any) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {"version": JSON_VERSION, "verb": verb, **values}


def counted(number: int, noun: str) -> str:
    """``1 layer``, ``2 layers``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def lock_json(lock: Lock | None) -> dict[str, Any] | None:
    """A lock as plain values."""
    if lock is None:
        return None
    versions = {wheel.name: wheel.version for wheel in lock.wheels}
    return {"as_of": lock.as_of.isoformat(), "sha256": lock.sha256, "versions": versions}


def error_json(error: LayerFactoryError | None) -> dict[str, Any] | None:
    """An error as plain values."""
    if error is None:
        return None
    kind = type(error).__name__
    return {"kind": kind, "message": error.message, "remedy": error.remedy}


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """A cell's outcome as plain values."""
    return {
        "cell": str(outcome.plan.cell),
        "state": str(outcome.state),
        "reason": outcome.reason,
        "error": error_json(outcome.error),
        "lock": lock_json(outcome.lock),
        "layer": outcome.layer.manifest.to_json() if outcome.layer else None,
        "report": outcome.report.to_json() if outcome.report else None,
        "upstream": outcome.upstream.to_json() if outcome.upstream else None,
        "seconds": round(outcome.seconds, 2),
    }


def versions(outcome: Outcome, *names: str) -> tuple[str, ...]:
    """The locked versions of these distributions; empty where there is no lock."""
    wheels = outcome.lock.wheels if outcome.lock else ()
    locked = {wheel.name: wheel.version for wheel in wheels}
    return tuple(locked.get(name, "") for name in names)


def extras_versions(outcome: Outcome) -> str:
    """The locked versions of the cell's extras: ``pandas 2.3.2``; names alone without a lock."""
    names = outcome.plan.cell.extras
    locked = versions(outcome, *names)
    pairs = zip(names, locked, strict=True)
    return ", ".join(f"{name} {version}".rstrip() for name, version in pairs)


def without_empty(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *optional: Column
) -> tuple[list[Column], list[list[str]]]:
    """A table without those of the optional columns that no row has a value in."""
    kept = [
        place
        for place, column in enumerate(columns)
        if column not in optional or any(row[place] for row in rows)
    ]
    return [columns[place] for place in kept], [[row[place] for place in kept] for row in rows]


def why(outcome: Outcome) -> str:
    """Why a cell came no further, in a line; empty where nothing is in its way."""
    if outcome.error is not None:
        return outcome.error.message.splitlines()[0]
    return outcome.reason


BUILD_COLUMNS = (
    CELL,
    Column("state"),
    Column("zip MB", "right"),
    Column("unzipped MB", "right"),
    Column("untrimmed MB", "right"),
    Column("builder"),
    Column("seconds", "right"),
    Column("sha256"),
)


def build_row(outcome: Outcome) -> tuple[str, ...]:
    """A row of BUILD_COLUMNS."""
    layer = outcome.layer
    sizes = _sizes(layer)
    builder = layer.manifest.builder if layer else ""
    sha256 = layer.manifest.sha256[:12] if layer else ""
    seconds = f"{outcome.seconds:.1f}"
    return (str(outcome.plan.cell), str(outcome.state), *sizes, builder, seconds, sha256)


def _sizes(layer: Layer | None) -> tuple[str, str, str]:
    if layer is None:
        return ("", "", "")
    manifest = layer.manifest
    found = (manifest.zipped_bytes, manifest.unzipped_bytes, manifest.untrimmed_bytes)
    zipped, unzipped, untrimmed = map(megabytes, found)
    return zipped, unzipped, untrimmed


VERIFY_COLUMNS = (
    CELL,
    Column("state"),
    EXTRAS,
    Column("zip MB", "right"),
    Column("unzipped MB", "right"),
    Column("findings", "right"),
    Column("probe"),
    Column("estimators", "right"),
    Column("Python"),
    Column("held"),
)


def verify_row(outcome: Outcome) -> tuple[str, ...]:
    """A row of VERIFY_COLUMNS."""
    zipped, unzipped, _ = _sizes(outcome.layer)
    state, extras = str(outcome.state), extras_versions(outcome)
    cells = (str(outcome.plan.cell), state, extras, zipped, unzipped)
    report = outcome.report
    if report is None:
        return (*cells, "", "", "", "", "")
    probe = report.probe
    held = ", ".join(probe.isolation)
    findings = str(len(report.findings))
    return (*cells, findings, probe_words(report), estimators(report), probe.interpreter, held)


def estimators(report: Report) -> str:
    """How many estimators passed, of how many."""
    probe = report.probe
    return f"{probe.passed}/{probe.estimators}" if probe.estimators else ""


def probe_words(report: Report) -> str:
    """How the probe ended; loud where there was none."""
    state = report.probe.state
    return "NOT PROBED" if state is ProbeState.NOT_PROBED else str(state)


def row_json(row: Row) -> dict[str, Any]:
    """A row of the index as plain values."""
    return {
        "arn": row.arn,
        "python": row.python,
        "scikit_learn": row.scikit_learn,
        "region": row.region,
        "architecture": str(row.architecture),
        "extras": list(row.extras),
        "layer_version": row.version,
        "sha256": row.sha256 or None,
        "status": str(row.status),
        "retired": row.retired.since.isoformat() if row.retired else None,
        "successor": (row.retired.successor or None) if row.retired else None,
        "reason": row.retired.reason if row.retired else None,
        "stale_since": row.stale_since.isoformat() if row.stale_since else None,
    }
