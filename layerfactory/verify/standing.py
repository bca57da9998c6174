"""Whether an earlier verdict still stands: the same zip, judged by the same checks."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from layerfactory.verify.sources import sources_sha256

if TYPE_CHECKING:
    from layerfactory.build.layer import Layer
    from layerfactory.verify.findings import Report

# What checks are made of: all of this room and of data, and what it takes of the build room.
_CODE = (
    ("layerfactory.verify", ""),
    ("layerfactory.data", ""),
    ("layerfactory.build", "elf"),
    ("layerfactory.build", "bytecode.py"),
    ("layerfactory.build", "licenses.py"),
    ("layerfactory.build", "trim.py"),
)


def still_stands(report: Report, layer: Layer) -> bool:
    """Whether verifying the layer again could only find the same: it passed, and nothing changed.

    What was found, or could not be probed, may be otherwise by now; so it is looked at again.
    """
    return report.passed and not why_void(report, layer)


def why_void(report: Report, layer: Layer) -> str:
    """Why a verdict says nothing of a layer as it is now, by today's checks; empty where it does.

    Whether the zip on disk is the one that its manifest names is not asked here.
    """
    manifest = layer.manifest
    if report.sha256 != manifest.sha256:
        return f"another zip was verified, sha256 {report.sha256}"
    if report.claims_sha256 != manifest.claims_sha256:
        return "its manifest has changed since it was verified"
    if report.checks_sha256 != checks_sha256(manifest.lock_sha256):
        return "was verified by other checks than today's"
    return ""


def checks_sha256(lock_sha256: str) -> str:
    """The hash of all that decides a verdict on the layers of a lock, hex."""
    return hashlib.sha256(f"{lock_sha256} {_code_sha256()}".encode()).hexdigest()


@cache
def _code_sha256() -> str:
    return sources_sha256(*(files(package).joinpath(folder) for package, folder in _CODE))
