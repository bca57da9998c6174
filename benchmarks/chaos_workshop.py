"""The layers of a campaign: small, and built twice over, so that there is an older build."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from lock_samples import make_lock
from made_up_layers import write_layer, write_matrix

from layerfactory.build.choose import open_builder
from layerfactory.build.recipe import recipe_sha256
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import BuilderChoice

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.matrix.model import CellPlan

LIMIT = 20_000
"""Bytes of zip that a direct upload takes where a seed wants one layer to be over it."""
_BYTES, _MANY_BYTES = 1_000, 30_000
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
CELLS = (
    *(Cell(_PYTHON, version) for version in ("1.5.1", "1.5.2", "1.6.0", "1.6.1", "1.7.0")),
    Cell(_PYTHON, "1.7.0", Architecture.ARM64),
)
"""Of the Python that runs the campaign, since a release asks for the cell's interpreter."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder with matrix and locks, and two folders of verified layers in it."""

    folder: Path
    new: dict[str, str]
    """The CodeSha256 of each layer by its name on AWS."""
    old: dict[str, str]


def make_workshop(folder: Path, regions: tuple[str, ...]) -> Workshop:
    """Make the matrix, the locks, and both builds, in an empty folder."""
    plans = write_matrix(folder, CELLS, regions)
    old, new = (
        {plan.cell.layer_name: _make_layer(folder, build, plan) for plan in plans}
        for build in ("old", "new")
    )
    return Workshop(folder, new, old)


def _make_layer(folder: Path, build: str, plan: CellPlan) -> str:
    size = _MANY_BYTES if plan.cell == CELLS[-1] else _BYTES
    content = Random(f"{build} {plan.cell}").randbytes(size)
    return write_layer(folder / build, plan, content, _recipe(plan)).manifest.code_sha256


def _recipe(plan: CellPlan) -> str:
    """What a release holds the layer against, so that it finds nothing to build."""
    with open_builder(plan, BuilderChoice.WHEELS, 1, lambda _: None) as builder:
        return recipe_sha256(make_lock(plan.cell), plan.bytecode, builder)
