"""What was measured of the handlers, and what it says: ratios, aims, tables. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

OURS, THEIRS = "scikit-learn-lambda", "2020"
PACKAGE, S3 = "package", "S3"
COLD_AIM = 1 / 3
"""Of the other's seconds, at most."""
WARM_AIM = 1.0
MANY_ROWS_AIM = 0.5
OWN_AIM = 0.0001
"""Seconds for a request of one row, beyond ``predict``."""
MANY_ROWS = 10_000
_MET = {True: "met", False: "not met", None: ""}
_HEADINGS = ("model", "from", "", "2020", "scikit-learn-lambda", "ratio", "aim", "")


@dataclass(frozen=True, slots=True)
class Series:
    """What one handler took for one model from one place, in seconds."""

    handler: str
    units: int
    """Of each of the three hidden layers."""
    model_bytes: int
    source: str
    cold: tuple[float, ...]
    """From the event to the whole answer, with the start of the runtime."""
    warm: tuple[float, ...]
    peak_bytes: int
    """Of the runtime's process, when it had answered once."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What else was measured, for each handler where it names one; seconds."""

    many_rows: dict[str, tuple[float, ...]]
    """MANY_ROWS with probabilities, in a function that is warm."""
    own: dict[str, float]
    """Of the processor, for one row beyond ``predict``, in a process without emulator."""
    handler_import: tuple[float, ...]
    """Of scikit_learn_lambda, when numpy is imported already."""
    bare_cold: tuple[float, ...]
    """Of a function that only imports what the model needs: nothing can be quicker."""
    bare_peak_bytes: int


@dataclass(frozen=True, slots=True)
class HandlerFigures:
    """All of it."""

    cell: str
    place: str
    """Where the functions ran, and with what."""
    series: tuple[Series, ...]
    beside: Beside

    def pairs(self) -> Iterable[tuple[Series, Series]]:
        """The other's and ours, for each model and source in the order that they were measured."""
        ours = {(of.units, of.source): of for of in self.series if of.handler == OURS}
        for of in self.series:
            if of.handler == THEIRS:
                yield of, ours[of.units, of.source]

    def aims(self) -> dict[str, bool]:
        """Which are met."""
        pairs = tuple(self.pairs())
        many = self.beside.many_rows
        return {
            "cold": all(ratio(a.cold, b.cold) <= COLD_AIM for a, b in pairs),
            "warm": all(ratio(a.warm, b.warm) <= WARM_AIM for a, b in pairs),
            "many_rows": ratio(many[THEIRS], many[OURS]) <= MANY_ROWS_AIM,
            "own": self.beside.own[OURS] <= OWN_AIM,
        }

    def to_json(self) -> dict[str, Any]:
        """Plain values: what was measured, and which aims are met."""
        return {**asdict(self), "aims": self.aims()}


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    """Ours to theirs, by their medians."""
    return median(ours) / median(theirs)


def markdown(figures: HandlerFigures, machine: str) -> str:
    """Both tables as Markdown, with the machine and the date behind them."""
    rules = ["---"] * 3 + ["---:"] * 3 + ["---"] * 2
    lines = [_line(_HEADINGS), _line(rules), *map(_line, _rows(figures))]
    beside = [_line(("figure", "2020", "scikit-learn-lambda", "aim", "")), _line(["---"] * 5)]
    beside += map(_line, _beside_rows(figures))
    said = f"{figures.cell}, {figures.place}. Medians, with the range."
    return "\n".join([said, "", *lines, "", *beside, "", machine, ""])


def _rows(figures: HandlerFigures) -> Iterable[tuple[str, ...]]:
    for theirs, ours in figures.pairs():
        model = f"{ours.units}, {ours.model_bytes / 1e6:.2f} MB"
        cold, warm = ratio(theirs.cold, ours.cold), ratio(theirs.warm, ours.warm)
        both = (_spread(theirs.cold, seconds), _spread(ours.cold, seconds))
        aim = ("a third", _MET[cold <= COLD_AIM])
        yield (model, ours.source, "cold, s", *both, f"{cold:.2f}", *aim)
        both = (_spread(theirs.warm, milliseconds), _spread(ours.warm, milliseconds))
        yield ("", "", "warm, ms", *both, f"{warm:.2f}", "no slower", _MET[warm <= WARM_AIM])


def _beside_rows(figures: HandlerFigures) -> Iterable[tuple[str, ...]]:
    of, aims = figures.beside, figures.aims()
    many = (_spread(of.many_rows[name], milliseconds) for name in (THEIRS, OURS))
    title = f"{MANY_ROWS:,} rows with probabilities, ms"
    yield (title, *many, "half", _MET[aims["many_rows"]])
    own = (f"{of.own[name] * 1000:.3f}" for name in (THEIRS, OURS))
    yield ("own time for one row, CPU ms", *own, "0.1", _MET[aims["own"]])
    smallest = min(figures.pairs(), key=lambda pair: pair[0].units)
    peaks = (f"{each.peak_bytes / 1e6:.0f}" for each in smallest)
    yield ("memory at the first answer, smallest model, MB", *peaks, "", "")
    yield (
        "import of the handler alone, numpy being there, ms",
        "-",
        _spread(of.handler_import, milliseconds),
        "",
        "",
    )
    bare = _spread(of.bare_cold, seconds)
    yield ("a function that only imports the model's modules: cold, s", "-", bare, "", "")
    yield ("the same: memory, MB", "-", f"{of.bare_peak_bytes / 1e6:.0f}", "", "")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def seconds(value: float) -> str:
    """With two digits behind the point."""
    return f"{value:.2f}"


def milliseconds(value: float) -> str:
    """As much of it as means something."""
    value *= 1000
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _spread(values: Sequence[float], words: Callable[[float], str]) -> str:
    low, middle, high = (words(f(values)) for f in (min, median, max))
    return f"{middle} ({low}-{high})" if len(values) > 1 else middle
