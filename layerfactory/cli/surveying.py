"""What `plan --all` shows: the whole product, and of each combination whether it can exist."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from layerfactory.cli import views
from layerfactory.cli.planning import heading, run_words
from layerfactory.data.runtimes import runtimes
from layerfactory.matrix.index import PackageIndex
from layerfactory.matrix.load import load_matrix
from layerfactory.matrix.regions import resolve_regions
from layerfactory.matrix.runs import draw_together
from layerfactory.matrix.select import narrow
from layerfactory.matrix.support import SCIKIT_LEARN
from layerfactory.matrix.universe import left_out, survey

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.cli.session import Choice
    from layerfactory.console import Console
    from layerfactory.matrix.index import IndexFile
    from layerfactory.matrix.model import Matrix
    from layerfactory.matrix.select import Selection
    from layerfactory.matrix.universe import Entry, LeftOut


class Standing(StrEnum):
    """Where a combination stands."""

    IN_MATRIX = "in the matrix"
    SUPPORTED = "supported but not in the matrix"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Survey:
    """The product, held against a matrix."""

    entries: tuple[tuple[Entry, Standing], ...]
    left_out: tuple[LeftOut, ...]

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return views.document(
            "plan",
            cells=[_entry_json(entry, standing) for entry, standing in self.entries],
            left_out=[{"version": o.version, "reason": o.reason} for o in self.left_out],
        )


def run_survey(console: Console, matrix_path: Path, choice: Choice) -> None:
    """`plan --all`: ask the index what there is, and tell each combination.

    Raises:
        MatrixError: the matrix or a selector is wrong, or nothing is left.
        IndexUnavailableError: the index cannot be asked.
    """
    matrix = load_matrix(matrix_path)
    resolve_regions(choice.regions, matrix.groups)  # they count for nothing here but their spelling
    index_files = PackageIndex.from_environment().files(SCIKIT_LEARN)
    found = survey_matrix(matrix, choice.selection, index_files)
    show_survey(console, found)
    console.json(found.to_json())


def survey_matrix(
    matrix: Matrix, selection: Selection, index_files: tuple[IndexFile, ...]
) -> Survey:
    """Hold every combination from the matrix's oldest release on against the matrix.

    The matrix's own variants stand beside them.

    Args:
        matrix: which cells are made.
        selection: what of the product is asked for.
        index_files: everything that the index offers for scikit-learn.

    Raises:
        MatrixError: a selector is wrong, or nothing is left.
    """
    made = {plan.cell for plan in matrix.cells}
    oldest = min((cell.scikit_learn for cell in made), key=Version)
    variants = [cell for cell in made if cell.extras]
    entries = {entry.cell: entry for entry in survey(index_files, oldest, variants)}
    found = [entries[cell] for cell in narrow(entries, selection)]
    return Survey(
        tuple((entry, _standing(entry, in_matrix=entry.cell in made)) for entry in found),
        left_out(index_files, oldest),
    )


def _standing(entry: Entry, *, in_matrix: bool) -> Standing:
    if not entry.supported:
        return Standing.UNSUPPORTED
    return Standing.IN_MATRIX if in_matrix else Standing.SUPPORTED


def show_survey(console: Console, found: Survey) -> None:
    """A line for each run of releases, under its runtime; then what the product leaves out."""
    today = datetime.now(tz=UTC).date()
    runs = draw_together((entry.cell, entry.cause or standing) for entry, standing in found.entries)
    for python, of in groupby(runs, key=lambda run: run.python):
        console.say(heading(runtimes()[python], today))
        for run in of:
            console.say(f"{run_words(run)} {run.key}")
    counts = Counter(standing for _, standing in found.entries)
    told = ", ".join(f"{counts[standing]} {standing}" for standing in Standing)
    console.say(f"{len(found.entries)} combinations: {told}")
    by_reason: dict[str, list[str]] = {}
    for release in found.left_out:
        by_reason.setdefault(release.reason, []).append(release.version)
    for reason, versions in by_reason.items():
        console.say(f"left out ({reason}): {', '.join(versions)}")


def _entry_json(entry: Entry, standing: Standing) -> dict[str, Any]:
    cell = entry.cell
    return {
        "cell": str(cell),
        "python": cell.python,
        "scikit_learn": cell.scikit_learn,
        "architecture": str(cell.architecture),
        "extras": list(cell.extras),
        "state": str(standing),
        "reason": entry.reason,
        "deprecated": cell.runtime.deprecated,
    }
