"""What publishing takes at scale, and what it says of it: calls, ratios, growth. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from running import Run

CALLS_A_SECOND = 15
"""What Lambda takes in each region."""
_NOT_OF_LAMBDA = {"GetCallerIdentity"}


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is."""

    layers: int
    regions: int
    versions: int
    """Of each layer, in each region."""
    new: int = 0
    """Layers that are to be published, beside those."""

    def __str__(self) -> str:
        more = f" and {self.new} new" if self.new else ""
        return f"{self.layers}{more}"


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls that were made."""

    by_kind: dict[str, int]
    busiest_region: int
    """Of Lambda, in the region that was asked most."""

    @property
    def total(self) -> int:
        """Of all kinds, in all regions."""
        return sum(self.by_kind.values())

    @property
    def paced_seconds(self) -> float:
        """What they take where each region takes 15 a second, all regions side by side."""
        return self.busiest_region / CALLS_A_SECOND


@dataclass(frozen=True, slots=True)
class Measured:
    """A run of the command, and what it asked AWS for."""

    size: Size
    calls: Calls
    run: Run


@dataclass(frozen=True, slots=True)
class ScaleFigures:
    """All that was measured."""

    unchanged: Measured
    """With everything published already."""
    released: Measured
    """With a new scikit-learn."""
    naive: Calls
    """Of a planner that looks at every version, in one region, at the size of ``unchanged``."""
    by_layers: tuple[Measured, ...]
    by_versions: tuple[Measured, ...]
    by_regions: tuple[Measured, ...]

    @property
    def ratio(self) -> float:
        """Calls in a region to the naive planner's."""
        return self.unchanged.calls.busiest_region / self.naive.busiest_region

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "ratio": self.ratio}


def sum_calls(counts: Mapping[str, Counter[str]]) -> Calls:
    """Add up what regions counted."""
    kinds = sorted({kind for counted in counts.values() for kind in counted})
    of_lambda = [
        sum(calls for kind, calls in counted.items() if kind not in _NOT_OF_LAMBDA)
        for counted in counts.values()
    ]
    by_kind = {kind: sum(counted[kind] for counted in counts.values()) for kind in kinds}
    return Calls(by_kind, max(of_lambda, default=0))


def markdown(figures: ScaleFigures, machine: str) -> str:
    """The tables, with the machine and the date behind them."""
    tables = [
        _table(
            _WHAT, _row("nothing to do", figures.unchanged), _row("a release", figures.released)
        ),
        _kinds(figures),
        _naive(figures),
        *map(_growth, (figures.by_layers, figures.by_versions, figures.by_regions)),
        machine,
    ]
    return "\n\n".join(tables) + "\n"


_WHAT = (
    *("run", "layers", "regions", "versions each", "calls", "calls a region"),
    *("seconds at 15 a second", "seconds here", "peak memory, MB"),
)


def _row(name: str, measured: Measured) -> tuple[str, ...]:
    size, calls, run = measured.size, measured.calls, measured.run
    counts = (size.regions, size.versions, calls.total, calls.busiest_region)
    return (
        *(name, str(size), *(f"{count:,}" for count in counts)),
        f"{calls.paced_seconds:.1f}",
        f"{run.seconds:.1f}",
        f"{run.peak_bytes / 1e6:.0f}",
    )


def _kinds(figures: ScaleFigures) -> str:
    both = figures.unchanged.calls.by_kind, figures.released.calls.by_kind
    kinds = sorted({kind for calls in both for kind in calls})
    rows = [(kind, *(f"{calls.get(kind, 0):,}" for calls in both)) for kind in kinds]
    return _table(("call", "nothing to do", "a release"), *rows)


def _naive(figures: ScaleFigures) -> str:
    size, ours, theirs = figures.unchanged.size, figures.unchanged.calls, figures.naive
    return (
        f"To look at every version of every layer takes {theirs.busiest_region:,} calls a region "
        f"({theirs.paced_seconds:.0f} s at 15 a second), counted in one region in the same run; "
        f"the plan takes {ours.busiest_region:,} ({ours.paced_seconds:.1f} s): "
        f"{figures.ratio:.3f} of it, with {size.versions} versions each."
    )


def _growth(measured: Sequence[Measured]) -> str:
    return _table(_WHAT, *(_row("nothing to do", each) for each in measured))


def _table(header: Sequence[str], *rows: Sequence[str]) -> str:
    line = ["---", *("---:" for _ in header[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, line, *rows))
