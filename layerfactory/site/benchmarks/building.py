"""What the benchmark page says of building layers and of their sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.data.runtimes import Architecture, limits, runtimes
from layerfactory.site.benchmarks.content import (
    Bar,
    Picture,
    Section,
    Table,
    figure,
    figure_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layerfactory.site.benchmarks.content import Figure, Part
    from layerfactory.site.benchmarks.forms import CellFigures, ManyCells, ManyFigures, OneCell
    from layerfactory.site.benchmarks.read import Results
    from layerfactory.verify.records.record import Record


def sizes(results: Results) -> Section:
    """How large layers are: of each Python, the one with the newest scikit-learn."""
    section = Section(
        "sizes",
        "How large a layer is",
        "Of each Python the layer with the newest scikit-learn, on x86_64, as it was proven: the "
        "zip, beside what Lambda takes as a direct upload (the line), and what it unpacks to, "
        "beside the wheels untrimmed (the paler bar).",
    )
    newest = _newest(results.records)
    if not newest:
        return replace(section, missing="layerfactory record")
    table = Table(
        "Megabytes, a million bytes each.",
        ("Layer", "Zip", "Unpacked", "Untrimmed"),
        tuple(
            (_name(of), *(_size(of, kind) for kind in ("zipped", "unzipped", "untrimmed")))
            for of in newest
        ),
    )
    return replace(section, pictures=_size_pictures(newest), tables=(table,))


def _size_pictures(newest: Sequence[Record]) -> tuple[Picture, ...]:
    zipped = (Bar(_name(of), "ours", _size(of, "zipped")) for of in newest)
    unzipped = (
        Bar(_name(of), "ours", _size(of, "unzipped"), _size(of, "untrimmed")) for of in newest
    )
    return (
        Picture("zipped", "Zip, MB", tuple(zipped), limits().direct_upload_bytes / 1e6),
        Picture("unzipped", "Unpacked, MB; untrimmed behind it", tuple(unzipped)),
    )


def _newest(records: tuple[Record, ...]) -> list[Record]:
    """By Python, in its order."""
    plain = [
        of for of in records if of.cell.architecture is Architecture.X86_64 and not of.cell.extras
    ]
    plain.sort(key=lambda of: Version(of.cell.scikit_learn))
    by_python = {of.cell.python: of for of in plain}
    return [by_python[python] for python in runtimes() if python in by_python]


def _name(of: Record) -> str:
    return f"Python {of.cell.python}, scikit-learn {of.cell.scikit_learn}"


def _size(of: Record, kind: str) -> Figure:
    return figure_at(f"records/{of.cell.identifier}.json#", of, f"{kind}_bytes", "MB")


def one_cell(found: OneCell | None) -> Section:
    """One layer beside the recipe of 2020."""
    section = Section(
        "one-layer",
        "One layer, beside the recipe of 2020",
        "The same cell built from scratch by layerfactory and by the shell recipe that this "
        "project began with; and how long scikit-learn takes to import from the layer, with its "
        "bytecode and without.",
    )
    if not found:
        return replace(section, missing="make benchmark")
    cells = {f"one_cell.json#/cells/{i}": of for i, of in enumerate(found.cells)}
    return replace(
        section,
        machine=str(found.machine),
        pictures=tuple(each for place, of in cells.items() for each in _cell_pictures(place, of)),
        tables=tuple(_cell_table(place, of) for place, of in cells.items()),
    )


def _cell_pictures(place: str, of: CellFigures) -> Iterator[Picture]:
    yield Picture(
        f"build-{of.cell}",
        f"{of.cell}: build, seconds",
        (
            Bar("layerfactory", "ours", figure_at(place, of, "layer/seconds", "s")),
            Bar("Recipe of 2020", "theirs", figure_at(place, of, "recipe/seconds", "s")),
        ),
    )
    yield Picture(
        f"import-{of.cell}",
        f"{of.cell}: import, seconds",
        (
            Bar("The layer", "ours", figure_at(place, of, "layer_import/seconds", "s")),
            Bar("Without bytecode", "theirs", figure_at(place, of, "bare_import/seconds", "s")),
        ),
    )


def _cell_table(place: str, of: CellFigures) -> Table:
    caption = f"{of.cell}: medians, with the range."
    head = ("", "layerfactory", "Recipe of 2020", "Ratio")
    return Table(caption, head, tuple(_cell_rows(place, of)))


def _cell_rows(place: str, of: CellFigures) -> Iterator[tuple[Part, ...]]:
    for label, name, unit in (
        ("Build, s", "seconds", "s"),
        ("Of all cores, CPU s", "cpu_seconds", "s"),
        ("Zip, MB", "zipped_bytes", "MB"),
        ("Unpacked, MB", "unzipped_bytes", "MB"),
    ):
        both = (figure_at(place, of, f"{who}/{name}", unit) for who in ("layer", "recipe"))
        ratio = figure(f"{place}/ratios/{name}", of.ratios[name], "x") if name in of.ratios else ""
        yield (label, *both, ratio)
    imports = figure_at(place, of, "layer_import/seconds", "s")
    if of.recipe_import.error:
        yield "Import, s", imports, "does not import", ""
    else:
        yield "Import, s", imports, figure_at(place, of, "recipe_import/seconds", "s"), ""


def many_cells(id_: str, title: str, file: str, found: ManyCells | None) -> Section:
    """Many layers in one run."""
    section = Section(
        id_,
        title,
        "From empty caches, from a warm cache to an empty folder, and with nothing changed; the "
        "recipe of 2020 builds one layer after the other.",
    )
    if not found:
        return replace(section, missing="make benchmark-many")
    of, place = found.figures, f"{file}#/figures"
    runs = {
        "From empty caches": "cold",
        "From a warm cache": "warm",
        "Nothing changed": "unchanged",
        **({"Release, nothing changed": "released"} if of.released else {}),
    }
    seconds = (
        Bar(label, "ours", figure_at(place, of, f"{run}/seconds", "s"))
        for label, run in runs.items()
    )
    return replace(
        section,
        title=f"{title}: {of.cells:,} cells",
        machine=str(found.machine),
        pictures=(Picture(f"{id_}-seconds", "Seconds", tuple(seconds)),),
        tables=(_run_table(place, of, runs), _built_table(place, of)),
    )


def _run_table(place: str, of: ManyFigures, runs: Mapping[str, str]) -> Table:
    return Table(
        "A run of the whole.",
        ("Run", "Seconds", "CPU seconds", "Peak memory, MB"),
        tuple(
            (
                label,
                figure_at(place, of, f"{run}/seconds", "s"),
                figure_at(place, of, f"{run}/cpu_seconds", "s"),
                figure_at(place, of, f"{run}/peak_bytes", "MB"),
            )
            for label, run in runs.items()
        ),
    )


def _built_table(place: str, of: ManyFigures) -> Table:
    return Table(
        "What was built.",
        ("", "How many"),
        (
            ("Cells", figure_at(place, of, "cells", "count")),
            ("Distinct wheels", figure_at(place, of, "wheels", "count")),
            ("Recipe of 2020, seconds for a cell", figure_at(place, of, "recipe_seconds", "s")),
        ),
    )
