"""What every verb does first and last: read its selectors, and end with an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerfactory.cli.session import Choice
    from layerfactory.cli.stages import Outcome
    from layerfactory.console import Column, Console
    from layerfactory.data.runtimes import Architecture
    from layerfactory.errors import LayerFactoryError

_APART = 3
"""Cells that fail for one reason, and are told one by one; ``--json`` has each of the many."""


def read_choice(
    only: list[str] | None,
    python: list[str] | None,
    scikit_learn: list[str] | None,
    architecture: list[Architecture] | None,
    extras: list[str] | None,
    region: list[str] | None = None,
) -> Choice:
    """What the selectors name of the matrix."""
    from layerfactory.cli.session import Choice
    from layerfactory.matrix.select import Selection

    selection = Selection(
        pythons=tuple(python or ()),
        scikit_learns=tuple(scikit_learn or ()),
        architectures=tuple(str(name) for name in architecture or ()),
        variants=tuple(extras or ()),
        only=_words(only),
    )
    return Choice(selection, tuple(name.lstrip("=") for name in _words(region)))


def _words(values: list[str] | None) -> tuple[str, ...]:
    """Names out of values that hold one or several each; a value may hold none."""
    return tuple(word for value in values or () for word in value.split())


def show_cells(
    console: Console,
    columns: Sequence[Column],
    row: Callable[[Outcome], tuple[str, ...]],
    outcomes: Sequence[Outcome],
) -> None:
    """A row for each cell that can exist, and one line about those that cannot."""
    from layerfactory.cli.stages import State
    from layerfactory.cli.views import EXTRAS, without_empty

    rows = [row(outcome) for outcome in outcomes if outcome.state is not State.UNSUPPORTED]
    console.table("", *without_empty(columns, rows, EXTRAS))
    tell_unsupported(console, outcomes)


def tell_unsupported(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Say in one line that cells cannot exist, however many."""
    from layerfactory.cli.stages import State

    found = [outcome for outcome in outcomes if outcome.state is State.UNSUPPORTED]
    if len(found) == 1:
        console.note(f"left out: {found[0].plan.cell}: {found[0].reason}")
    elif found:
        console.note(
            f"left out: {len(found)} cells that cannot exist; see `layerfactory plan --all`"
        )


def finish(
    console: Console,
    outcomes: Sequence[Outcome],
    last: LayerFactoryError | None = None,
    words: str = "",
) -> None:
    """Tell each failure with its remedy, equal ones of many cells once.

    The first gives the exit code.

    Args:
        console: where.
        outcomes: of the cells.
        last: what else failed, told last.
        words: what is told last where nothing else failed.
    """
    errors = [each.error for each in outcomes if each.error is not None]
    errors += [last] if last is not None else []
    for error, place in _drawn_together(outcomes):
        console.fail(error, place)
    if last is not None:
        console.fail(last)
    if words and last is None:
        console.note(words)
    if errors:
        raise typer.Exit(errors[0].exit_code)


def _drawn_together(outcomes: Sequence[Outcome]) -> list[tuple[LayerFactoryError, str]]:
    """Each error with its place; what more than a few cells have for one reason is told once."""
    from layerfactory.cli.stages import State
    from layerfactory.cli.typed import same_cells
    from layerfactory.errors import LayerFactoryError

    groups: dict[tuple[str, str], list[tuple[LayerFactoryError, str]]] = {}
    for each in outcomes:
        if each.error is not None:
            cell, error = str(each.plan.cell), each.error
            message = error.message.removeprefix(f"{cell}: ")
            remedy = error.remedy.replace(" it: layerfactory", " them: layerfactory")
            key = message, remedy.replace(f" --only '{cell}'", same_cells())
            groups.setdefault(key, []).append((error, cell))
    possible = sum(each.state is not State.UNSUPPORTED for each in outcomes)
    told: list[tuple[LayerFactoryError, str]] = []
    for (message, remedy), some in groups.items():
        if len(some) > _APART:
            together = LayerFactoryError(message, remedy)
            told.append((together, f"{len(some)} of {possible} cells"))
        else:
            told += some
    return told
