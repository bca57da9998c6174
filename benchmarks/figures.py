"""What was measured of a cell, and what it says: ratios, aims, tables. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from layerfactory.data.runtimes import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS_AIM = 0.2
"""Of the recipe's seconds, at most."""
IMPORT_AIM = 1 / 3
"""Of the seconds that the same tree takes without bytecode, at most."""
HEADINGS = ("figure", "layerfactory", "2020 recipe", "no bytecode", "ratio", "aim", "")
_NOTHING = "-"
_YES = {True: "yes", False: "no"}
_MET = {True: "met", False: "not met"}


@dataclass(frozen=True, slots=True)
class Build:
    """One way to build a cell: what each run took, and what came of it."""

    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    """Of all processes together: hardly moved by what else the machine does."""
    zipped_bytes: int
    unzipped_bytes: int

    @property
    def fits_direct_upload(self) -> bool:
        """Whether the zip may be sent without S3."""
        return self.zipped_bytes <= limits().direct_upload_bytes


@dataclass(frozen=True, slots=True)
class Import:
    """How long ``import sklearn.ensemble`` takes from a tree, once for each process."""

    seconds: tuple[float, ...]
    error: str = ""
    """The last line of what Python said; empty where it imports."""


@dataclass(frozen=True, slots=True)
class CellFigures:
    """All that was measured of one cell."""

    cell: str
    interpreter: str
    """The full version of the Python that imports."""
    layer: Build
    recipe: Build
    layer_import: Import
    bare_import: Import
    """Of an install of the same lock, untrimmed and without bytecode."""
    recipe_import: Import

    @property
    def seconds_ratio(self) -> float:
        """Our seconds to the recipe's, by their medians."""
        return median(self.layer.seconds) / median(self.recipe.seconds)

    @property
    def import_ratio(self) -> float | None:
        """The layer's seconds to those without bytecode; None where one does not import."""
        if self.layer_import.error or self.bare_import.error:
            return None
        return median(self.layer_import.seconds) / median(self.bare_import.seconds)

    def aims(self) -> dict[str, bool]:
        """Which aims are met."""
        ratio = self.import_ratio
        return {
            "seconds": self.seconds_ratio <= SECONDS_AIM,
            "direct_upload": self.layer.fits_direct_upload,
            "import_seconds": ratio is not None and ratio <= IMPORT_AIM,
            "imports": not self.layer_import.error,
        }

    def to_json(self) -> dict[str, Any]:
        """Plain values: what was measured, and what follows from it."""
        from dataclasses import asdict

        ratios = {"seconds": self.seconds_ratio, "import_seconds": self.import_ratio}
        return {**asdict(self), "ratios": ratios, "aims": self.aims()}


def rows(figures: CellFigures) -> tuple[tuple[str, ...], ...]:
    """A row for each figure, in the columns of ``HEADINGS``."""
    ours, theirs, aims = figures.layer, figures.recipe, figures.aims()
    cpu = median(ours.cpu_seconds) / median(theirs.cpu_seconds)
    built = (_spread(ours.seconds), _spread(theirs.seconds), _NOTHING)
    worked = (_spread(ours.cpu_seconds), _spread(theirs.cpu_seconds), _NOTHING)
    fits = (_YES[ours.fits_direct_upload], _YES[theirs.fits_direct_upload], _NOTHING)
    imports = (figures.layer_import, figures.recipe_import, figures.bare_import)
    import_aim = (_ratio(figures.import_ratio), "a third", _MET[aims["import_seconds"]])
    return (
        ("build, s", *built, _ratio(figures.seconds_ratio), "a fifth", _MET[aims["seconds"]]),
        ("of all cores, CPU s", *worked, _ratio(cpu), "", ""),
        ("zipped, MB", *_sizes(ours.zipped_bytes, theirs.zipped_bytes), "", ""),
        ("unzipped, MB", *_sizes(ours.unzipped_bytes, theirs.unzipped_bytes), "", ""),
        ("direct upload", *fits, "", "under 50 MiB", _MET[aims["direct_upload"]]),
        ("import, s", *(_spread(of.seconds) for of in imports), *import_aim),
        ("imports", *(_YES[not of.error] for of in imports), "", "yes", _MET[aims["imports"]]),
    )


def failures(figures: CellFigures) -> tuple[str, ...]:
    """What Python said where a tree does not import."""
    named = {
        "layerfactory": figures.layer_import,
        "2020 recipe": figures.recipe_import,
        "no bytecode": figures.bare_import,
    }
    return tuple(f"{name}: {of.error}" for name, of in named.items() if of.error)


def markdown(every: Sequence[CellFigures], machine: str) -> str:
    """The tables as Markdown, with the machine and the date behind them."""
    blocks = []
    for figures in every:
        lines = [_line(HEADINGS), _line(["---"] + ["---:"] * 4 + ["---"] * 2)]
        lines += map(_line, rows(figures))
        said = [f"\n{_escaped(text)}" for text in failures(figures)]
        blocks.append(
            "\n".join([f"**{figures.cell}** (Python {figures.interpreter})\n", *lines, *said])
        )
    return "\n\n".join([*blocks, machine]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _sizes(ours: int, theirs: int) -> tuple[str, str, str, str]:
    return f"{ours / 1e6:.1f}", f"{theirs / 1e6:.1f}", _NOTHING, _ratio(ours / theirs)


def _spread(values: Sequence[float]) -> str:
    """Median and range, such as ``7.1 (6.9-7.4)``."""
    if not values:
        return _NOTHING
    digits = 2 if max(values) < 10 else 1
    low, middle, high = (f"{f(values):.{digits}f}" for f in (min, median, max))
    return f"{middle} ({low}-{high})"


def _ratio(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.2f}"
