"""Chooses cells of the matrix, as the command line asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from packaging.version import Version

from layerfactory.data.runtimes import Architecture
from layerfactory.errors import MatrixError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.checks import matches
from layerfactory.matrix.closest import suggest
from layerfactory.matrix.extras import extra_fault, read_variant, variant_fault, variant_text
from layerfactory.matrix.hints import glob_hint, hint_together, nearest_cells
from layerfactory.matrix.model import CellPlan, bytecode_fault
from layerfactory.matrix.versions import normalized, python_fault, scikit_learn_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layerfactory.matrix.model import Matrix

_OTHER_NAMES = {
    "aarch64": Architecture.ARM64,
    "graviton": Architecture.ARM64,
    "amd64": Architecture.X86_64,
    "x64": Architecture.X86_64,
    "x86-64": Architecture.X86_64,
}
"""What wheels, Docker and people call Lambda's architectures."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to choose; an empty tuple leaves that side open.

    A leading ``=`` is dropped: ``--scikit-learn==0.23.0`` was the spelling of 2020.
    """

    pythons: tuple[str, ...] = ()
    scikit_learns: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    """Each the extras of one variant, such as ``pandas`` or ``a,b``; ``none`` is the default."""
    only: tuple[str, ...] = ()
    """Globs over identifiers."""

    def __post_init__(self) -> None:
        for side in ("pythons", "scikit_learns", "architectures", "variants"):
            words = tuple(word.lstrip("=").strip() for word in getattr(self, side))
            object.__setattr__(self, side, words)


def select(matrix: Matrix, selection: Selection) -> tuple[CellPlan, ...]:
    """The chosen cells, sorted.

    Where Python and scikit-learn are both named, a combination that the matrix lacks is made for
    the occasion: for the architectures that are named, else for x86_64; with the extras that are
    named, else without. So is a cell whose whole identifier is given.

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
        cells = [plan.cell for plan in matrix.cells]
        raise MatrixError(msg, hint_together(cells, sides, selection.only))
    return tuple(sorted(chosen, key=lambda plan: plan.cell))


def narrow(cells: Iterable[Cell], selection: Selection) -> tuple[Cell, ...]:
    """Those of the cells that a selection takes, in their order.

    Raises:
        MatrixError: a selector is not valid, or there is nothing that it takes.
    """
    taken = matching(cells, selection)
    if not taken:
        raise MatrixError("there is nothing that is all that was asked for", "Ask for less.")
    return taken


def matching(cells: Iterable[Cell], selection: Selection) -> tuple[Cell, ...]:
    """Those of the cells that a selection takes, in their order; perhaps none.

    Raises:
        MatrixError: a selector is not valid.
    """
    sides = _sides(selection)
    _refuse_invalid(sides)
    return tuple(
        cell
        for cell in cells
        if all(side.takes(cell) for side in sides)
        and (not selection.only or matches(cell, selection.only))
    )


class _Side(NamedTuple):
    """One of the four sides of a cell, and what was asked of it."""

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
            architecture_fault,
            str,
        ),
        _Side(
            "--extras",
            selection.variants,
            lambda cell: variant_text(cell.extras),
            variant_fault,
            read_variant,
        ),
    )


def architecture_fault(text: str) -> str:
    """What is wrong with the name of an architecture; empty when Lambda has it."""
    names = [str(architecture) for architecture in Architecture]
    if text in names:
        return ""
    same = _OTHER_NAMES.get(text.lower())
    clause = f"did you mean {same}?" if same else suggest(text, names)
    return f"Lambda has no architecture {text!r}; {clause}"


def _lacking(found: Iterable[Cell], selection: Selection) -> Iterator[Cell]:
    """The combinations that were named and that the matrix has not."""
    cells = tuple(found)
    architectures = tuple(map(Architecture, selection.architectures))
    variants = tuple(map(read_variant, selection.variants)) or (None,)
    for python, text, extras in product(selection.pythons, selection.scikit_learns, variants):
        there = {
            cell.architecture
            for cell in cells
            if (cell.python, Version(cell.scikit_learn)) == (python, Version(text))
            and extras in (None, cell.extras)
        }
        if there and not architectures:
            continue
        for architecture in architectures or (Architecture.X86_64,):
            if architecture not in there:
                yield Cell(python, normalized(text), architecture, extras or ())


def _spelled_out(globs: Iterable[str]) -> Iterator[Cell]:
    """Those of the globs that are the identifier of a cell: errors name cells so."""
    for text in globs:
        try:
            cell = Cell.parse(text)
        except MatrixError:
            continue
        faults = [python_fault(cell.python), scikit_learn_fault(cell.scikit_learn)]
        if not any([*faults, *map(extra_fault, cell.extras)]):
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
            hint = glob_hint(glob, cells)
            faults.append(f"--only {glob}: matches no cell" + (f"; {hint}" if hint else ""))
    if faults:
        there = nearest_cells(globs, [plan.cell for plan in matrix.cells])
        raise MatrixError("\n".join(faults), f"{matrix.source} has {there}.")
