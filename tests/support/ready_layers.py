"""A folder with a matrix and layers that `publish` takes: any bytes, proven on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lock_samples import make_lock
from synthetic_layers import make_layer, make_report

from layerfactory.build.files import write_json
from layerfactory.build.layer import Layer
from layerfactory.build.locks.lockfile import write_lock
from layerfactory.verify.report import write_report

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from layerfactory.matrix.cell import Cell


def write_matrix(root: Path, cells: Iterable[Cell], regions: Iterable[str]) -> None:
    lines = ["version: 1", f"regions: [{', '.join(regions)}]", "public: true", "cells:"]
    lines += [
        f'  - {{python: "{cell.python}", scikit-learn: "{cell.scikit_learn}", '
        f"architectures: {cell.architecture}}}"
        for cell in cells
    ]
    (root / "matrix.yaml").write_text("\n".join([*lines, ""]))


def write_layer(root: Path, cell: Cell, content: bytes) -> Layer:
    """A layer of this very content, with lock and verdict; what was there before is replaced."""
    lock = make_lock(cell)
    write_lock(root / "locks", lock)
    (root / "dist").mkdir(exist_ok=True)
    made = make_layer(root / "dist", cell, content)
    layer = Layer(cell, made.zip, replace(made.manifest, lock_sha256=lock.sha256))
    write_json(layer.manifest_path, layer.manifest.to_json())
    write_report(layer, make_report(layer))
    return layer
