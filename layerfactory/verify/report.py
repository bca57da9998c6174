"""The verdict on a layer, beside its zip."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from layerfactory.build.files import write_json
from layerfactory.errors import VerifyError
from layerfactory.verify.findings import REPORT_VERSION, Probe, ProbeState, Report
from layerfactory.verify.standing import checks_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.build.layer import Layer
    from layerfactory.build.locks.lock import Lock

_UNFIT = frozenset({"size", "zip"})
"""Checks whose findings forbid to unpack a zip: it may be a bomb, or lead out of its folder."""


def verify(layer: Layer, lock: Lock, *, image: str, cache: Path, jobs: int = 2) -> Report:
    """Check a layer's files and probe it; every finding is in the report.

    A zip that is damaged, too large or odd is not unpacked, and so not probed.

    Args:
        layer: what to verify.
        lock: what it was built from.
        image: a Docker image with the cell's Python, for where this machine has none.
        cache: the folder that keeps what was seen on untrimmed installs.
        jobs: with two or more, the layer and the untrimmed install are probed side by side.

    Raises:
        BuildError: the untrimmed install cannot be made, or a place to probe in broke down.
    """
    from layerfactory.verify.live import probe_layer
    from layerfactory.verify.static import check_layer
    from layerfactory.verify.untrimmed import untrimmed_names

    findings = check_layer(layer, lock, untrimmed_names(lock, cache))
    if any(finding.check in _UNFIT for finding in findings):
        probe = Probe(ProbeState.NOT_PROBED, reason="the zip itself is at fault, and not unpacked")
    else:
        probe, more = probe_layer(layer, lock, image=image, cache=cache, jobs=jobs)
        findings += more
    return Report(
        cell=layer.cell.identifier,
        sha256=layer.manifest.sha256,
        findings=findings,
        probe=probe,
        claims_sha256=layer.manifest.claims_sha256,
        checks_sha256=checks_sha256(lock.sha256),
    )


def report_path(layer: Layer) -> Path:
    """Where the verdict on a layer lies: beside the zip."""
    return layer.zip.with_name(f"{layer.cell.identifier}.verify.json")


def write_report(layer: Layer, report: Report) -> Path:
    """Write the verdict, whole or not at all; raises BuildError."""
    path = report_path(layer)
    write_json(path, report.to_json())
    return path


def read_report(layer: Layer, folder: Path | None = None) -> Report | None:
    """The verdict on a layer; None where it was never verified.

    Args:
        layer: what was verified.
        folder: where its verdict lies, if not beside the zip.

    Raises:
        VerifyError: the file is no report of this version.
    """
    path = report_path(layer) if folder is None else folder / report_path(layer).name
    again = f"Verify it: layerfactory verify --only '{layer.cell.identifier}'"
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        found = value.get("version") if isinstance(value, dict) else None
        if found != REPORT_VERSION:
            msg = f"{path}: a report of version {found!r}, not {REPORT_VERSION}"
            raise VerifyError(msg, again)
        report = Report.from_json(value)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise VerifyError(f"{path}: not a report ({error})", again) from None
    if report.cell != layer.cell.identifier:
        raise VerifyError(f"{path}: is the report of {report.cell}", again)
    return report
