"""The gate before publishing: only a layer that was proven goes out, and only as it was proven."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from layerfactory.data.runtimes import limits
from layerfactory.errors import VerifyError
from layerfactory.verify.findings import ProbeState, Report
from layerfactory.verify.report import report_path
from layerfactory.verify.standing import why_void

if TYPE_CHECKING:
    from layerfactory.build.layer import Layer


def require_verified(layer: Layer, report: Report | None, *, allow_unprobed: bool) -> None:
    """Let a layer pass, or say why not.

    Args:
        layer: what is to go out.
        report: its verdict, if there is one.
        allow_unprobed: one that no interpreter has run may pass.

    Raises:
        VerifyError: it may not be published.
    """
    cell, again = layer.cell.identifier, _verify_again(layer)
    if report is None:
        raise VerifyError(f"{cell}: was never verified", again)
    if void := why_void(report, layer):
        raise VerifyError(f"{cell}: {void}", again)
    if report.findings:
        count, first = len(report.findings), report.findings[0]
        msg = f"{cell}: {count} findings, the first: {first.subject}: {first.message}"
        raise VerifyError(msg, f"See {report_path(layer)}.")
    _require_probed(layer, report, allow_unprobed=allow_unprobed)
    _require_size(layer)
    require_intact(layer)


def require_intact(layer: Layer) -> None:
    """See that the zip on disk is still the one that the manifest describes.

    Raises:
        VerifyError: it is gone, cannot be read, or has another sha256.
    """
    again = f"Build it again: layerfactory build --only '{layer.cell.identifier}'"
    try:
        with layer.zip.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise VerifyError(f"{layer.zip}: cannot be read: {error.strerror}", again) from None
    if sha256 != layer.manifest.sha256:
        msg = f"{layer.zip}: has sha256 {sha256}, its manifest says {layer.manifest.sha256}"
        raise VerifyError(msg, again)


def _require_probed(layer: Layer, report: Report, *, allow_unprobed: bool) -> None:
    cell, probe = layer.cell.identifier, report.probe
    if probe.state is ProbeState.FAILED:
        raise VerifyError(f"{cell}: its probe failed", f"See {report_path(layer)}.")
    if probe.state is ProbeState.NOT_PROBED and not allow_unprobed:
        raise VerifyError(
            f"{cell}: was not probed: {probe.reason}",
            "Verify it where its Python is at hand, or take the risk with --allow-unprobed.",
        )


def _require_size(layer: Layer) -> None:
    size, limit = layer.manifest.unzipped_bytes, limits().unzipped_bytes
    if size > limit:
        raise VerifyError(
            f"{layer.cell.identifier}: {size:,} bytes unzipped; Lambda takes {limit:,}",
            "Trim more, or leave packages out.",
        )


def _verify_again(layer: Layer) -> str:
    return f"Verify it: layerfactory verify --only '{layer.cell.identifier}'"
