"""What was measured of many cells, and what it says: ratios, growth, tables. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from running import Run

    from layerfactory.build.locks.lock import Lock

SECONDS_AIM = 0.1
"""Of the recipe's seconds for a cell, at most."""
MEMORY_AIM = 2_000_000_000
"""Bytes with the default jobs, at most."""
_QUARTERS = 4
_MET = {True: "met", False: "not met"}


@dataclass(frozen=True, slots=True)
class Growth:
    """How far a build from an empty cache had come, and what it had taken by then."""

    cells: int
    wheels: int
    """Distinct ones, of all cells so far."""
    seconds: float


@dataclass(frozen=True, slots=True)
class ManyFigures:
    """All that was measured of a set of cells."""

    cells: int
    wheels: int
    """Distinct ones."""
    cold: Run
    """From empty caches."""
    warm: Run
    """From the cache that the cold run left, to a folder of its own."""
    unchanged: Run
    """Once more, with everything up to date."""
    released: Run | None
    """A release of what is verified and published; None where that was left out."""
    equal: bool
    """Whether both made the same bytes."""
    part_bytes: int
    """What the cache of parts holds after the cold run."""
    layer_bytes: int
    recipe_seconds: tuple[float, ...]
    """Of each cell that the recipe was tried on."""
    growth: tuple[Growth, ...]

    @property
    def cold_ratio(self) -> float | None:
        """Seconds for a cell from empty caches, to the recipe's; None where that was left out."""
        return self._ratio(self.cold)

    @property
    def warm_ratio(self) -> float | None:
        """The same from a warm cache."""
        return self._ratio(self.warm)

    def _ratio(self, run: Run) -> float | None:
        if not self.recipe_seconds:
            return None
        return run.seconds / self.cells / median(self.recipe_seconds)

    def to_json(self) -> dict[str, Any]:
        """Plain values: what was measured, and what follows from it."""
        ratios = {"cold": self.cold_ratio, "warm": self.warm_ratio}
        return {**asdict(self), "ratios": ratios}


def growth(locks: Sequence[Lock], run: Run) -> tuple[Growth, ...]:
    """Look at a run after each quarter: how many cells and distinct wheels, in how many seconds.

    Args:
        locks: of the cells, in the order in which they were begun.
        run: from empty caches.
    """
    looks = []
    for cells in sorted({max(1, len(locks) * n // _QUARTERS) for n in range(1, _QUARTERS + 1)}):
        wheels = {wheel.sha256 for lock in locks[:cells] for wheel in lock.wheels}
        looks.append(Growth(cells, len(wheels), run.finished[cells - 1]))
    return tuple(looks)


def markdown(figures: ManyFigures, machine: str) -> str:
    """The tables as Markdown, with the machine and the date behind them."""
    recipe = figures.recipe_seconds
    rows = [
        ("run", "seconds", "for a cell", "CPU seconds", "peak memory, MB", "to the recipe", "aims"),
        ("---", "---:", "---:", "---:", "---:", "---:", "---"),
        _row("from empty caches", figures.cold, figures.cells, figures.cold_ratio),
        _row("from the cache", figures.warm, figures.cells, figures.warm_ratio),
        _row("nothing changed", figures.unchanged, figures.cells, None),
    ]
    if figures.released:
        rows.append(_row("release, nothing changed", figures.released, figures.cells, None))
    if recipe:
        whole = f"{sum(recipe):.1f} ({len(recipe)} cells)"
        rows.append(("2020 recipe", whole, f"{median(recipe):.2f}", "", "", "1", ""))
    looks = [("cells", "distinct wheels", "seconds", "for a cell"), ("---:",) * 4] + [
        (str(at.cells), str(at.wheels), f"{at.seconds:.0f}", f"{at.seconds / at.cells:.2f}")
        for at in figures.growth
    ]
    said = (
        f"{figures.cells} cells of {figures.wheels} distinct wheels. The parts in the cache take "
        f"{figures.part_bytes / 1e6:.0f} MB, the zips {figures.layer_bytes / 1e6:.0f} MB; both "
        f"builds made {'the same bytes' if figures.equal else 'OTHER BYTES'}."
    )
    tables = ("\n".join(f"| {' | '.join(row)} |" for row in table) for table in (rows, looks))
    return "\n\n".join([said, *tables, machine]) + "\n"


def _row(name: str, run: Run, cells: int, ratio: float | None) -> tuple[str, ...]:
    return (
        name,
        f"{run.seconds:.1f}",
        f"{run.seconds / cells:.2f}",
        f"{run.cpu_seconds:.1f}",
        f"{run.peak_bytes / 1e6:.0f}",
        "" if ratio is None else f"{ratio:.2f}",
        ", ".join(_aims(run, ratio)),
    )


def _aims(run: Run, ratio: float | None) -> Iterator[str]:
    if ratio is not None:
        yield f"a tenth: {_MET[ratio <= SECONDS_AIM]}"
    yield f"2 GB: {_MET[run.peak_bytes <= MEMORY_AIM]}"
