"""Made-up layers in a folder, built and verified as far as publishing can tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lock_samples import make_lock
from synthetic_layers import make_manifest, make_report

from layerfactory.build.files import write_json
from layerfactory.build.layer import Layer
from layerfactory.build.locks.lockfile import write_lock
from layerfactory.matrix.load import load_matrix
from layerfactory.verify.report import write_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from layerfactory.matrix.cell import Cell
    from layerfactory.matrix.model import CellPlan


def write_matrix(folder: Path, cells: Iterable[Cell], regions: Sequence[str]) -> list[CellPlan]:
    """Write a matrix of just these cells, with their locks; return how each is to be built."""
    entries = [
        f'  - {{python: "{cell.python}", scikit-learn: "{cell.scikit_learn}", '
        f"architectures: {cell.architecture}}}"
        for cell in cells
    ]
    head = [
        "version: 1",
        "public: true",
        f"regions: [{', '.join(regions)}]",
        "builder: wheels",
        "cells:",
    ]
    matrix = folder / "matrix.yaml"
    matrix.write_text("\n".join([*head, *entries, ""]), encoding="utf-8")
    plans = list(load_matrix(matrix).cells)
    (folder / "locks").mkdir(exist_ok=True)
    for plan in plans:
        write_lock(folder / "locks", make_lock(plan.cell))
    return plans


def write_layer(output: Path, plan: CellPlan, content: bytes, recipe_sha256: str = "") -> Layer:
    """Write zip, manifest and verdict, as build and verify would leave them."""
    output.mkdir(exist_ok=True)
    cell, zip_path = plan.cell, output / f"{plan.cell}.zip"
    zip_path.write_bytes(content)
    made = make_manifest(cell, content)
    manifest = replace(
        made,
        bytecode=plan.bytecode.value,
        lock_sha256=make_lock(cell).sha256,
        recipe_sha256=recipe_sha256 or made.recipe_sha256,
    )
    layer = Layer(cell, zip_path, manifest)
    write_json(layer.manifest_path, manifest.to_json())
    write_report(layer, make_report(layer))
    return layer
