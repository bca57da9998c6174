"""Small layers for tests: any bytes as the zip, and a manifest that fits them."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from layerfactory.build.layer import Layer, Manifest, PackagedWheel
from layerfactory.publish.policy import Access
from layerfactory.publish.remote import RemoteVersion
from layerfactory.verify import standing
from layerfactory.verify.findings import Finding, Probe, ProbeState, Report

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.matrix.cell import Cell

VERSIONS = {"numpy": "2.5.0", "scipy": "1.18.1", "joblib": "1.6.0", "threadpoolctl": "3.6.0"}


def make_manifest(
    cell: Cell, content: bytes = b"zip", *, unzipped_bytes: int = 1000, license_: str = "MIT"
) -> Manifest:
    packages = {"scikit-learn": cell.scikit_learn, **VERSIONS}
    packages |= dict.fromkeys(cell.extras, "3.0.6")
    return Manifest(
        cell=cell.identifier,
        layer_name=cell.layer_name,
        sha256=hashlib.sha256(content).hexdigest(),
        zipped_bytes=len(content),
        unzipped_bytes=unzipped_bytes,
        untrimmed_bytes=2 * unzipped_bytes,
        files=1,
        license=license_,
        license_texts=(),
        bytecode="sourceless",
        bytecode_bytes=0,
        builder="wheels",
        interpreter=f"{cell.python}.1",
        image="",
        lock_sha256="0" * 64,
        recipe_sha256="0" * 64,
        source_commit="0" * 40,
        packages=tuple(
            PackagedWheel(name, version, f"{name}.whl", "0" * 64, "MIT", 1, 1, ())
            for name, version in packages.items()
        ),
        rules=(),
    )


def make_layer(folder: Path, cell: Cell, content: bytes = b"zip", **facts: object) -> Layer:
    """A layer whose zip is really on disk."""
    zip_path = folder / f"{cell.identifier}.zip"
    zip_path.write_bytes(content)
    return Layer(cell, zip_path, make_manifest(cell, content, **facts))


def make_remote(
    layer: Layer,
    *,
    version: int = 1,
    public: bool = True,
    code_sha256: str = "",
    description: str | None = None,
    access: Access | None = None,
) -> RemoteVersion:
    """What AWS would answer for a layer that we published."""
    name = layer.cell.layer_name
    code = code_sha256 or layer.manifest.code_sha256
    mark = f"scikit-learn sha256:{base64.b64decode(code).hex()}"
    return RemoteVersion(
        layer_name=name,
        version=version,
        arn=f"arn:aws:lambda:us-west-2:123456789012:layer:{name}:{version}",
        code_sha256=code,
        created=datetime(2026, 11, 23, 23, 30, tzinfo=UTC),
        description=mark if description is None else description,
        access=access or Access(public=public, ours=public),
    )


def make_report(
    layer: Layer,
    *findings: Finding,
    state: ProbeState = ProbeState.PASSED,
    sha256: str = "",
    checks_sha256: str = "",
) -> Report:
    return Report(
        cell=layer.cell.identifier,
        sha256=sha256 or layer.manifest.sha256,
        findings=findings,
        probe=Probe(state, reason="its Python is not here" if state != "passed" else ""),
        claims_sha256=layer.manifest.claims_sha256,
        checks_sha256=checks_sha256 or standing.checks_sha256(layer.manifest.lock_sha256),
    )
