"""What one run works on: the matrix, the chosen cells, and where things lie."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layerfactory.build.cache.folder import cache_folder
from layerfactory.build.cache.store import Cache
from layerfactory.build.source import source_commit
from layerfactory.errors import MatrixError
from layerfactory.matrix.index import PackageIndex
from layerfactory.matrix.load import load_matrix
from layerfactory.matrix.model import BuilderChoice, bytecode_fault
from layerfactory.matrix.regions import named_regions, resolve_regions
from layerfactory.matrix.select import Selection, select
from layerfactory.matrix.versions import exactly, later_patches
from layerfactory.verify.records.files import FOLDER as RECORDS

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.console import Console
    from layerfactory.data.regions import Region
    from layerfactory.matrix.model import Bytecode, CellPlan, Matrix


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the matrix the command line names."""

    selection: Selection
    regions: tuple[str, ...] = ()
    """Names of regions and groups; the matrix's where there is none."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says in place of the matrix."""

    builder: BuilderChoice | None = None
    image: str | None = None
    bytecode: Bytecode | None = None
    force: bool = False
    no_cache: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One run."""

    console: Console
    matrix: Matrix
    root: Path
    """The folder of matrix.yaml."""
    plans: tuple[CellPlan, ...]
    """The chosen cells."""
    regions: tuple[Region, ...]
    """The chosen regions."""
    named: frozenset[str]
    """Those of them that were asked for by name, and not through a group."""
    output: Path
    jobs: int
    builder: BuilderChoice
    force: bool
    source_commit: str
    index: PackageIndex
    cache: Cache
    """Of wheels' finished parts."""

    @property
    def locks(self) -> Path:
        """Where locks lie."""
        return self.root / "locks"

    @property
    def records(self) -> Path:
        """Where it is kept what was proven."""
        return self.root / RECORDS


def open_session(
    console: Console,
    matrix_path: Path,
    choice: Choice,
    output: Path,
    jobs: int,
    overrides: Overrides | None = None,
) -> Session:
    """Read the matrix and choose cells and regions.

    Raises:
        MatrixError: the file or a selector is wrong.
    """
    wanted = overrides or Overrides()
    matrix = load_matrix(matrix_path)
    plans = tuple(_overridden(plan, wanted) for plan in select(matrix, choice.selection))
    _tell_shortened(console, matrix, choice.selection)
    chosen = resolve_regions(choice.regions, matrix.groups)
    root = matrix_path.absolute().parent
    return Session(
        console=console,
        matrix=matrix,
        root=root,
        plans=plans,
        regions=chosen or matrix.regions,
        named=named_regions(choice.regions) if chosen else matrix.named,
        output=output,
        jobs=jobs,
        builder=wanted.builder or matrix.builder,
        force=wanted.force,
        source_commit=source_commit(root),
        index=PackageIndex.from_environment(),
        cache=Cache(None if wanted.no_cache else cache_folder(os.environ)),
    )


def _tell_shortened(console: Console, matrix: Matrix, selection: Selection) -> None:
    """Say that a selector is exact, where `arn` would take the newest that begins so."""
    releases = {plan.cell.scikit_learn for plan in matrix.cells}
    for word in selection.scikit_learns:
        if also := later_patches(word, releases):
            console.note(
                f"--scikit-learn {word} means {exactly(word)}; "
                f"the matrix also has {', '.join(also)}"
            )


def _overridden(plan: CellPlan, wanted: Overrides) -> CellPlan:
    bytecode = wanted.bytecode or plan.bytecode
    fault = bytecode_fault(plan.cell.python, bytecode)
    if fault:
        raise MatrixError(
            f"{plan.cell}: {fault}", "Leave it out with --only, or change --bytecode."
        )
    return replace(plan, bytecode=bytecode, image=wanted.image or plan.image)
