"""What `plan` shows: each cell of the matrix, or runs of them where they are many."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from layerfactory.cli import views
from layerfactory.console import Column, megabytes
from layerfactory.matrix.runs import draw_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.cli.stages import Outcome
    from layerfactory.console import Console
    from layerfactory.data.runtimes import Runtime
    from layerfactory.matrix.cell import Cell
    from layerfactory.matrix.runs import Run

# So many cells have a line each; of more, one line tells a run.
_EACH = 60

REASON = Column("reason", whole=True)
COLUMNS = (
    views.CELL,
    Column("state"),
    Column("numpy"),
    Column("scipy"),
    views.EXTRAS,
    Column("zip MB", "right"),
    REASON,
)


def show_plan(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Each cell under its runtime; runs of releases where the cells are too many for a person."""
    today = datetime.now(tz=UTC).date()
    condensed = len(outcomes) > _EACH
    for runtime, of in groupby(outcomes, key=lambda outcome: outcome.plan.cell.runtime):
        group = tuple(of)
        console.say(heading(runtime, today))
        if condensed:
            for line in run_lines(group):
                console.say(line)
        else:
            _show_each(console, group)
    if condensed:
        console.say(f"{len(outcomes)} cells; choose some, as with --python, for a line each")


def to_json(outcome: Outcome) -> dict[str, Any]:
    """A cell's outcome as plain values."""
    return {**views.outcome_json(outcome), "deprecated": outcome.plan.cell.runtime.deprecated}


def heading(runtime: Runtime, today: date) -> str:
    """A runtime for a person: ``python3.8 (deprecated 2024-10-14): Amazon Linux 2, glibc 2.26``."""
    end = runtime.deprecated
    until = f" ({'deprecated' if end <= today else 'until'} {end.isoformat()})" if end else ""
    return f"{runtime.name}{until}: {runtime.os}, glibc {'.'.join(map(str, runtime.glibc))}"


def run_words(run: Run[Any]) -> str:
    """Releases and architectures of a run, in columns."""
    names = " ".join(map(str, run.architectures))
    return f"  {run.span:15} {' '.join(filter(None, (names, *run.extras))):20}"


def run_lines(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for each run of cells that are in one state for one reason."""
    of = {outcome.plan.cell: outcome for outcome in outcomes}
    runs = draw_together((cell, (str(o.state), views.why(o))) for cell, o in of.items())
    return [f"{run_words(run)} {_run_state(run, of)}" for run in runs]


def _run_state(run: Run[tuple[str, str]], of: dict[Cell, Outcome]) -> str:
    state, reason = run.key
    layers = [layer for cell in run.cells if (layer := of[cell].layer)]
    sizes = sorted({megabytes(layer.manifest.zipped_bytes) for layer in layers}, key=float)
    zipped = "-".join(dict.fromkeys((sizes[0], sizes[-1]))) + " MB" if sizes else ""
    return f"{len(run.cells):3}  " + ", ".join(filter(None, (state, zipped, reason)))


def _show_each(console: Console, outcomes: Sequence[Outcome]) -> None:
    rows = [_row(outcome) for outcome in outcomes]
    console.table("", *views.without_empty(COLUMNS, rows, views.EXTRAS, REASON))


def _row(outcome: Outcome) -> tuple[str, ...]:
    """A row of COLUMNS."""
    zipped = megabytes(outcome.layer.manifest.zipped_bytes) if outcome.layer else ""
    locked = (*views.versions(outcome, "numpy", "scipy"), views.extras_versions(outcome))
    return (str(outcome.plan.cell), str(outcome.state), *locked, zipped, views.why(outcome))
