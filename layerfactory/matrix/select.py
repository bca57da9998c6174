"""Chooses cells of the matrix, as the command line asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from packaging.version import Version

from layerfactory.data.runtimes import Architecture
from layerfactory.errors import MatrixError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.checks import matches
from layerfactory.matrix.closest import closest, suggest
from layerfactory.matrix.model import CellPlan, bytecode_fault
from layerfactory.matrix.versions import normalized, python_fault, scikit_learn_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layerfactory.matrix.model import Matrix

_LISTED = 8
"""So many cells are listed in a remedy."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to choose; an empty tuple leaves that side open.

    A leading ``=`` is dropped: ``--scikit-learn==0.23.0`` was the spelling of 2020.
    """

    pythons: tuple[str, ...] = ()
    scikit_learns: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """Globs over identifiers."""

    def __post_init__(self) -> None:
        for side in ("pythons", "scikit_learns", "architectures"):
            words = tuple(word.lstrip("=").strip() for word in getattr(self, side))
            object.__setattr__(self, side, words)


def select(matrix: Matrix, selection: Selection) -> tuple[CellPlan, ...]:
    """The chosen cells, sorted.

    Where Python and scikit-learn are both named, a combination that the matrix lacks is made for
    the occasion: for the architectures that are named, else for x86_64. So is a cell whose whole
    identifier is given.

    Raises:
        MatrixError: a selector is not valid, or finds nothing; it says what there is.
    """
    sides = _sides(selection)
    _refuse_invalid(sides)
    plans = {
        plan.cell: plan for plan in matrix.cells if all(side.takes(plan.cell) for side in sides)
    }
    if selection.pythons and selection.scikit_learns:
        plans |= {cell: _made(matrix, cell) for cell in _lacking(plans, selection)}
    else:
        _refuse_strangers(matrix, sides)
    for cell in _spelled_out(selection.only):
        if cell not in plans and all(side.takes(cell) for side in sides):
            plans[cell] = _made(matrix, cell)
    _refuse_idle_globs(matrix, plans, selection.only)
    chosen = [
        plan for cell, plan in plans.items() if not selection.only or matches(cell, selection.only)
    ]
    if not chosen:
        msg = f"{matrix.source} has no cell that is all that was asked for at once"
        raise MatrixError(msg, f"It has {_listed(matrix)}.")
    return tuple(sorted(chosen, key=lambda plan: plan.cell))


class _Side(NamedTuple):
    """One of the three sides of a cell, and what was asked of it."""

    option: str
    words: tuple[str, ...]
    text_of: Callable[[Cell], str]
    fault_of: Callable[[str], str]
    value_of: Callable[[str], Any]
    """Makes 1.9 and 1.9.0 equal, and 3.9 less than 3.10."""

    def takes(self, cell: Cell) -> bool:
        """Whether the cell is among what was asked for."""
        return not self.words or self.value_of(self.text_of(cell)) in map(self.value_of, self.words)


def _sides(selection: Selection) -> tuple[_Side, ...]:
    return (
        _Side("--python", selection.pythons, lambda cell: cell.python, python_fault, Version),
        _Side(
            "--scikit-learn",
            selection.scikit_learns,
            lambda cell: cell.scikit_learn,
            scikit_learn_fault,
            Version,
        ),
        _Side(
            "--architecture",
            selection.architectures,
            lambda cell: str(cell.architecture),
            _architecture_fault,
            str,
        ),
    )


def _architecture_fault(text: str) -> str:
    names = [str(architecture) for architecture in Architecture]
    return "" if text in names else f"Lambda has no architecture {text!r}; {suggest(text, names)}"


def _lacking(found: dict[Cell, CellPlan], selection: Selection) -> Iterator[Cell]:
    """The combinations that were named and that the matrix has not."""
    have = {(cell.python, Version(cell.scikit_learn), str(cell.architecture)) for cell in found}
    pairs = {(python, version) for python, version, _ in have}
    for python in selection.pythons:
        for text in selection.scikit_learns:
            if not selection.architectures and (python, Version(text)) in pairs:
                continue
            for architecture in selection.architectures or (Architecture.X86_64,):
                if (python, Version(text), str(architecture)) not in have:
                    yield Cell(python, normalized(text), Architecture(architecture))


def _spelled_out(globs: Iterable[str]) -> Iterator[Cell]:
    """Those of the globs that are the identifier of a cell: errors name cells so."""
    for text in globs:
        try:
            cell = Cell.parse(text)
        except MatrixError:
            continue
        if not python_fault(cell.python) and not scikit_learn_fault(cell.scikit_learn):
            yield cell


def _made(matrix: Matrix, cell: Cell) -> CellPlan:
    if fault := bytecode_fault(cell.python, matrix.bytecode):
        raise MatrixError(f"{cell}: {fault}", f"Set `bytecode` in {matrix.source}.")
    return CellPlan(cell, matrix.bytecode, matrix.image(cell.runtime))


def _refuse_invalid(sides: tuple[_Side, ...]) -> None:
    """Refuse words that no matrix could hold, all of them at once."""
    faults = [
        f"{side.option} {word}: {fault}"
        for side in sides
        for word in side.words
        if (fault := side.fault_of(word))
    ]
    if faults:
        raise MatrixError("\n".join(faults), "Nothing was touched.")


def _refuse_strangers(matrix: Matrix, sides: tuple[_Side, ...]) -> None:
    """Refuse words that are in no cell of the matrix, all of them at once."""
    faults = []
    for side in sides:
        there = sorted({side.text_of(plan.cell) for plan in matrix.cells}, key=side.value_of)
        values = set(map(side.value_of, there))
        faults += [
            f"{side.option} {word}: not in {matrix.source}, which has {', '.join(there)}"
            for word in side.words
            if side.value_of(word) not in values
        ]
    if faults:
        remedy = "Name --python together with --scikit-learn for a cell beside the matrix."
        raise MatrixError("\n".join(faults), remedy)


def _refuse_idle_globs(matrix: Matrix, plans: dict[Cell, CellPlan], globs: tuple[str, ...]) -> None:
    """Refuse globs that match no cell, be it of the matrix or made for the occasion."""
    cells = [*plans, *(plan.cell for plan in matrix.cells)]
    faults = []
    for glob in globs:
        if not any(matches(cell, (glob,)) for cell in cells):
            near = closest(glob, map(str, cells))
            clause = f"; the closest are {', '.join(near)}" if near else ""
            faults.append(f"--only {glob}: matches no cell{clause}")
    if faults:
        raise MatrixError("\n".join(faults), f"{matrix.source} has {_listed(matrix)}.")


def _listed(matrix: Matrix) -> str:
    names = [str(plan.cell) for plan in matrix.cells]
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
