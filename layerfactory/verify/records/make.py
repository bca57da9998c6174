"""A proven layer becomes the record of its cell; one that was not proven does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.errors import VerifyError
from layerfactory.verify.findings import Probe, ProbeState, Report
from layerfactory.verify.records.growth import CHECK
from layerfactory.verify.records.record import PackageRecord, ProbeRecord, Record
from layerfactory.verify.standing import why_void

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from layerfactory.build.layer import Layer, PackagedWheel
    from layerfactory.sizes.members import FileSize

KEPT = 6
"""Files of a layer that are kept: both copies of OpenBLAS are among them, and what is next."""


def make_record(
    layer: Layer, report: Report | None, files: Iterable[FileSize], proven: date
) -> Record:
    """What is to be kept of a layer.

    A finding about growth does not stand in the way: to record is how growth is accepted.

    Args:
        layer: what was built.
        report: its verdict.
        files: what is in its zip.
        proven: the day of the verdict.

    Raises:
        VerifyError: it was not verified, or something was found.
    """
    manifest = layer.manifest
    return Record(
        cell=layer.cell,
        sha256=manifest.sha256,
        zipped_bytes=manifest.zipped_bytes,
        unzipped_bytes=manifest.unzipped_bytes,
        untrimmed_bytes=manifest.untrimmed_bytes,
        files=manifest.files,
        bytecode=manifest.bytecode,
        interpreter=manifest.interpreter,
        builder=manifest.builder,
        packages=tuple(sorted(map(_package, manifest.packages), key=lambda p: p.name)),
        largest=tuple(sorted(files, key=lambda f: (-f.zipped_bytes, f.path))[:KEPT]),
        probe=_probe(_require_good(layer, report).probe),
        date=proven,
    )


def renew(made: Record, before: Record | None) -> Record:
    """The record to write: with the day of the old one where nothing else is new.

    A layer that was probed once stays so, as long as its zip is the same.
    """
    if before is None:
        return made
    if before.sha256 == made.sha256 and made.probe.state is ProbeState.NOT_PROBED:
        made = replace(made, probe=before.probe)
    return before if replace(made, date=before.date) == before else made


def _require_good(layer: Layer, report: Report | None) -> Report:
    cell = layer.cell.identifier
    again = f"Verify it: layerfactory verify --only '{cell}'"
    if report is None:
        raise VerifyError(f"{cell}: was never verified", again)
    if void := why_void(report, layer):
        raise VerifyError(f"{cell}: {void}", again)
    faults = [finding for finding in report.findings if finding.check != CHECK]
    if faults:
        count = f"{len(faults)} finding{'s' if len(faults) > 1 else ''}"
        msg = f"{cell}: {count}, the first: {faults[0].subject}: {faults[0].message}"
        raise VerifyError(msg, f"Mend that, and verify it: layerfactory verify --only '{cell}'")
    if report.probe.state is ProbeState.FAILED:
        raise VerifyError(f"{cell}: its probe failed", again)
    return report


def _package(package: PackagedWheel) -> PackageRecord:
    return PackageRecord(
        name=package.name,
        version=package.version,
        unzipped_bytes=package.bytes,
        zipped_bytes=package.zipped_bytes,
        rules={use.rule: use.bytes for use in package.rules},
    )


def _probe(probe: Probe) -> ProbeRecord:
    """Without what differs from run to run, and without places on a machine."""
    return ProbeRecord(
        state=probe.state,
        interpreter=probe.interpreter,
        isolation=probe.isolation,
        estimators=probe.estimators,
        passed=probe.passed,
        baseline_passed=probe.baseline_passed,
    )
