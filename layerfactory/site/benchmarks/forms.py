"""The forms of the benchmark results that are committed, each with its type.

What a form has beyond this is passed over: the page shows a part of what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """What a figure is worth nothing without."""

    date: str
    processor: str
    architecture: str
    cores: int
    memory_bytes: int
    system: str
    load: float
    python: str
    commit: str

    def __str__(self) -> str:
        return (
            f"Measured on {self.date}: {self.processor}, {self.cores} cores, "
            f"{self.memory_bytes / 2**30:.0f} GiB, {self.system} ({self.architecture}), load "
            f"{self.load:.1f} before; Python {self.python}, commit {self.commit[:12]}."
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A layer, and what making it took; seconds of each run."""

    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    zipped_bytes: int
    unzipped_bytes: int


@dataclass(frozen=True, slots=True)
class Imported:
    """Imports of a layer in a fresh process; seconds of each."""

    seconds: tuple[float, ...]
    error: str


@dataclass(frozen=True, slots=True)
class CellFigures:
    """One cell beside the recipe of 2020."""

    cell: str
    layer: Made
    recipe: Made
    layer_import: Imported
    bare_import: Imported
    recipe_import: Imported
    ratios: dict[str, float]


@dataclass(frozen=True, slots=True)
class OneCell:
    """one_cell.json."""

    machine: Machine
    cells: tuple[CellFigures, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a command."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class ManyFigures:
    """Cells that were built in one run."""

    cells: int
    wheels: int
    cold: Run
    warm: Run
    unchanged: Run
    released: Run | None
    recipe_seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ManyCells:
    """ten_cells.json and all_x86_64.json."""

    machine: Machine
    figures: ManyFigures


@dataclass(frozen=True, slots=True)
class Size:
    """How much is published."""

    layers: int
    regions: int
    versions: int
    new: int


@dataclass(frozen=True, slots=True)
class Calls:
    """What AWS was asked."""

    by_kind: dict[str, int]
    busiest_region: int


@dataclass(frozen=True, slots=True)
class Published:
    """A run of the release, and what it asked."""

    size: Size
    calls: Calls
    run: Run


@dataclass(frozen=True, slots=True)
class ScaleFigures:
    """Publishing at the size of the real thing."""

    unchanged: Published
    released: Published
    naive: Calls


@dataclass(frozen=True, slots=True)
class Scale:
    """publish_scale.json."""

    machine: Machine
    figures: ScaleFigures


@dataclass(frozen=True, slots=True)
class Campaign:
    """Publishing under faults and kills, all seeds together."""

    seeds: int
    runs: int
    calls: int
    faults: dict[str, int]
    kills: dict[str, int]
    published: int
    doubled: int
    avoidable: int
    lost: int
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chaos:
    """publish_chaos.json."""

    machine: Machine
    campaign: Campaign


@dataclass(frozen=True, slots=True)
class Series:
    """What one handler took for one model from one place; seconds of each request."""

    handler: str
    units: int
    model_bytes: int
    source: str
    cold: tuple[float, ...]
    warm: tuple[float, ...]
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Handler:
    """handler.json."""

    machine: Machine
    cell: str
    place: str
    series: tuple[Series, ...]
