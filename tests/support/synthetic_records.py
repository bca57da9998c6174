"""Small layers whose zip is a real one, and records that fit them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from lock_samples import make_lock
from synthetic_layers import make_manifest

from layerfactory.build.files import write_json
from layerfactory.build.layer import Layer, Manifest, PackagedWheel, RuleUse
from layerfactory.sizes.members import read_sizes
from layerfactory.verify.findings import Finding, Probe, ProbeState, Report
from layerfactory.verify.records.make import make_record
from layerfactory.verify.report import write_report
from layerfactory.verify.standing import checks_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.matrix.cell import Cell
    from layerfactory.verify.records.record import Record

PROVEN = date(2026, 11, 23)
FILES = {
    "python/numpy/core.cpython-312-x86_64-linux-gnu.so": b"n" * 500,
    "python/numpy.libs/libscipy_openblas64_-1.so": b"o" * 900,
    "python/scipy.libs/libscipy_openblas-2.so": b"p" * 800,
    "python/sklearn/svm/_base.pyc": b"s" * 300,
    "python/scikit_learn-1.9.1.dist-info/METADATA": b"Name: scikit-learn",
}
RULES = (RuleUse("sources", 1, 70), RuleUse("tests", 2, 120))
PASSED = Probe(ProbeState.PASSED, "", "3.12.1", ("read-only",), 211, 210, 210, 8.1)
NOT_PROBED = Probe(ProbeState.NOT_PROBED, "no Python 3.12 in /somewhere")


def zip_of(files: dict[str, bytes]) -> bytes:
    """Equal files give equal bytes, whenever they are asked for."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return stream.getvalue()


def package(name: str, zipped: int = 100, version: str = "1.0", **facts: object) -> PackagedWheel:
    made = PackagedWheel(name, version, f"{name}.whl", "0" * 64, "MIT", 2 * zipped, zipped, RULES)
    return replace(made, **facts)


def write_layer(folder: Path, cell: Cell, files: dict[str, bytes] | None = None) -> Layer:
    """A layer on disk, as a build leaves it."""
    files = FILES if files is None else files
    content = zip_of(files)
    manifest = replace(
        make_manifest(cell, content, unzipped_bytes=sum(map(len, files.values()))),
        packages=(package("numpy"), package("scikit-learn"), package("scipy", version="1.18.1")),
        rules=tuple(replace(use, files=3 * use.files, bytes=3 * use.bytes) for use in RULES),
        files=len(files),
        lock_sha256=make_lock(cell).sha256,
    )
    folder.mkdir(parents=True, exist_ok=True)
    layer = Layer(cell, folder / f"{cell}.zip", manifest)
    layer.zip.write_bytes(content)
    write_json(layer.manifest_path, manifest.to_json())
    return layer


def report_on(layer: Layer, *findings: Finding, probe: Probe = PASSED, sha256: str = "") -> Report:
    sha256 = sha256 or layer.manifest.sha256
    return Report(
        cell=layer.cell.identifier,
        sha256=sha256,
        findings=findings,
        probe=probe,
        claims_sha256=layer.manifest.claims_sha256,
        checks_sha256=checks_sha256(layer.manifest.lock_sha256),
    )


def write_verified(folder: Path, cell: Cell, *findings: Finding, probe: Probe = PASSED) -> Layer:
    """A layer on disk, with its verdict."""
    layer = write_layer(folder, cell)
    write_report(layer, report_on(layer, *findings, probe=probe))
    return layer


def record_of(layer: Layer, **facts: object) -> Record:
    made = make_record(layer, report_on(layer), read_sizes(layer.zip), PROVEN)
    return replace(made, **facts)


def grown(manifest: Manifest, **zipped: int) -> Manifest:
    """The manifest with packages that weigh more, and all sums with them."""
    packages = tuple(
        replace(p, zipped_bytes=p.zipped_bytes + more, bytes=p.bytes + 2 * more)
        for p in manifest.packages
        for more in [zipped.get(p.name.replace("-", "_"), 0)]
    )
    more = sum(zipped.values())
    return replace(
        manifest,
        packages=packages,
        zipped_bytes=manifest.zipped_bytes + more,
        unzipped_bytes=manifest.unzipped_bytes + 2 * more,
    )
