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

# What checks are made of: all of this room, and what it takes of its neighbours.
_CODE = (("layerfactory.verify", ""), ("layerfactory.build", "elf"), ("layerfactory.data", ""))


def still_stands(report: Report, layer: Layer) -> bool:
    """Whether verifying the layer again could only find the same: it passed, and nothing changed.

    What was found, or could not be probed, may be otherwise by now; so it is looked at again.
    """
    manifest = layer.manifest
    today = manifest.sha256, checks_sha256(manifest.lock_sha256)
    return report.passed and (report.sha256, report.checks_sha256) == today


def checks_sha256(lock_sha256: str) -> str:
    """The hash of all that decides a verdict on the layers of a lock, hex."""
    return hashlib.sha256(f"{lock_sha256} {_code_sha256()}".encode()).hexdigest()


@cache
def _code_sha256() -> str:
    return sources_sha256(*(files(package).joinpath(folder) for package, folder in _CODE))
