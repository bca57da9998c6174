"""Does the manifest tell of this cell, this lock, and the licences that the zip itself gives?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from layerfactory.build.layer import ROOT
from layerfactory.build.licenses import combine, library_licenses, wheel_license
from layerfactory.verify.contents import installed
from layerfactory.verify.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from layerfactory.build.layer import Layer
    from layerfactory.build.locks.lock import Lock
    from layerfactory.verify.unzipped import Unzipped


def check_identity(unzipped: Unzipped, layer: Layer, lock: Lock) -> Iterator[Finding]:
    """The manifest's cell, lock, packages and licences; all of them are published."""
    manifest, cell = layer.manifest, layer.cell
    told = {
        "cell": (manifest.cell, cell.identifier),
        "layer_name": (manifest.layer_name, cell.layer_name),
        "lock_sha256": (manifest.lock_sha256, lock.sha256),
    }
    for field, (said, wanted) in told.items():
        if said != wanted:
            yield Finding("contents", field, f"the manifest says {said!r}; it should be {wanted!r}")
    yield from _check_packages(layer, lock)
    yield from _check_licenses(unzipped, layer, lock)


def _check_packages(layer: Layer, lock: Lock) -> Iterator[Finding]:
    said = {(p.name, p.version, p.wheel, p.sha256) for p in layer.manifest.packages}
    locked = {(w.name, w.version, w.filename, w.sha256) for w in lock.wheels}
    for name, version, wheel, _ in sorted(said - locked):
        message = (
            f"is a package of the manifest; the lock has no {wheel} of {version} with its hash"
        )
        yield Finding("contents", name, message)
    for name, _, wheel, _ in sorted(locked - said):
        yield Finding("contents", name, f"is locked as {wheel}; the manifest does not say so")


def _check_licenses(unzipped: Unzipped, layer: Layer, lock: Lock) -> Iterator[Finding]:
    real = _licenses(unzipped, lock)
    for package in layer.manifest.packages:
        wanted = real.get(canonicalize_name(package.name), package.license)
        if package.license != wanted:
            message = f"has the licence {wanted!r}; the manifest says {package.license!r}"
            yield Finding("contents", package.name, message)
    names = [member.filename.removeprefix(ROOT) for member in unzipped.files]
    license_ = combine([*real.values(), *library_licenses(names)])
    if layer.manifest.license != license_:
        message = f"the manifest says {layer.manifest.license!r}; the zip gives {license_!r}"
        yield Finding("contents", "license", message)


def _licenses(unzipped: Unzipped, lock: Lock) -> Mapping[str, str]:
    """The licence of each locked distribution that is there, out of its METADATA."""
    locked = {canonicalize_name(wheel.name) for wheel in lock.wheels}
    return {
        found.name: wheel_license(found.text)
        for found in installed(unzipped)
        if found.name in locked
    }
