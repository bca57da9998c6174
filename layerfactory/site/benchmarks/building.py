"""What the benchmark page says of building layers and of their sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.data.runtimes import Architecture, limits, runtimes
from layerfactory.site.benchmarks.content import Bar, Picture, Section, Table, figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerfactory.site.benchmarks.content import Part
    from layerfactory.site.benchmarks.forms import CellFigures, ManyCells, OneCell
    from layerfactory.site.benchmarks.read import Results
    from layerfactory.verify.records.record import Record


def sizes(results: Results) -> Section:
    """How large layers are: of each Python, the one with the newest scikit-learn."""
    newest = _newest(results.records)
    return Section(
        "sizes",
        "How large a layer is",
        "Of each Python the layer with the newest scikit-learn, on x86_64, as it was proven: the "
        "zip, beside what Lambda takes as a direct upload (the line), and what it unpacks to, "
        "beside the wheels untrimmed (the paler bar).",
        pictures=(
            Picture(
                "zipped",
                "Zip, MB",
                tuple(Bar(_name(of), "ours", figure(*_of(of, "zipped"), "MB")) for of in newest),
                limits().direct_upload_bytes / 1e6,
            ),
            Picture(
                "unzipped",
                "Unpacked, MB; untrimmed behind it",
                tuple(
                    Bar(
                        _name(of),
                        "ours",
                        figure(*_of(of, "unzipped"), "MB"),
                        figure(*_of(of, "untrimmed"), "MB"),
                    )
                    for of in newest
                ),
            ),
        )
        if newest
        else (),
        tables=(
            Table(
                "Megabytes, a million bytes each.",
                ("Layer", "Zip", "Unpacked", "Untrimmed"),
                tuple(
                    (
                        _name(of),
                        *(
                            figure(*_of(of, kind), "MB")
                            for kind in ("zipped", "unzipped", "untrimmed")
                        ),
                    )
                    for of in newest
                ),
            ),
        )
        if newest
        else (),
        missing="" if newest else "layerfactory record",
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


def _of(record: Record, kind: str) -> tuple[str, int]:
    name = f"{kind}_bytes"
    return f"records/{record.cell.identifier}.json#/{name}", getattr(record, name)


def one_cell(found: OneCell | None) -> Section:
    """One layer beside the recipe of 2020."""
    section = Section(
        "one-layer",
        "One layer, beside the recipe of 2020",
        "The same cell built from scratch by layerfactory and by the shell recipe that this "
        "project began with; and how long scikit-learn takes to import from the layer, with its "
        "bytecode and without.",
        missing="" if found else "make benchmark",
    )
    if not found:
        return section
    return Section(
        section.id,
        section.title,
        section.words,
        str(found.machine),
        tuple(
            picture
            for i, of in enumerate(found.cells)
            for picture in _cell_pictures(f"one_cell.json#/cells/{i}", of)
        ),
        tuple(
            Table(
                f"{of.cell}: medians, with the range.",
                ("", "layerfactory", "Recipe of 2020", "Ratio"),
                tuple(_cell_rows(f"one_cell.json#/cells/{i}", of)),
            )
            for i, of in enumerate(found.cells)
        ),
    )


def _cell_pictures(place: str, of: CellFigures) -> Iterator[Picture]:
    yield Picture(
        f"build-{of.cell}",
        f"{of.cell}: build, seconds",
        (
            Bar("layerfactory", "ours", figure(f"{place}/layer/seconds", of.layer.seconds, "s")),
            Bar(
                "Recipe of 2020",
                "theirs",
                figure(f"{place}/recipe/seconds", of.recipe.seconds, "s"),
            ),
        ),
    )
    ours, bare = of.layer_import, of.bare_import
    yield Picture(
        f"import-{of.cell}",
        f"{of.cell}: import, seconds",
        (
            Bar("The layer", "ours", figure(f"{place}/layer_import/seconds", ours.seconds, "s")),
            Bar(
                "Without bytecode",
                "theirs",
                figure(f"{place}/bare_import/seconds", bare.seconds, "s"),
            ),
        ),
    )


def _cell_rows(place: str, of: CellFigures) -> Iterator[tuple[Part, ...]]:
    for label, name, unit in (
        ("Build, s", "seconds", "s"),
        ("Of all cores, CPU s", "cpu_seconds", "s"),
        ("Zip, MB", "zipped_bytes", "MB"),
        ("Unpacked, MB", "unzipped_bytes", "MB"),
    ):
        ratio = figure(f"{place}/ratios/{name}", of.ratios[name], "x") if name in of.ratios else ""
        yield (
            label,
            *(
                figure(f"{place}/{who}/{name}", getattr(getattr(of, who), name), unit)
                for who in ("layer", "recipe")
            ),
            ratio,
        )
    ours = figure(f"{place}/layer_import/seconds", of.layer_import.seconds, "s")
    theirs = of.recipe_import
    told = (
        "does not import"
        if theirs.error
        else figure(f"{place}/recipe_import/seconds", theirs.seconds, "s")
    )
    yield "Import, s", ours, told, ""


def many_cells(id_: str, title: str, file: str, found: ManyCells | None) -> Section:
    """Many layers in one run."""
    words = (
        "From empty caches, from a warm cache to an empty folder, and with nothing changed; the "
        "recipe of 2020 builds one layer after the other."
    )
    if not found:
        return Section(id_, title, words, missing="make benchmark-many")
    of, place = found.figures, f"{file}#/figures"
    runs = {
        "From empty caches": ("cold", of.cold),
        "From a warm cache": ("warm", of.warm),
        "Nothing changed": ("unchanged", of.unchanged),
        "Release, nothing changed": ("released", of.released),
    }
    known = {label: (name, run) for label, (name, run) in runs.items() if run}
    cells, wheels = (figure(f"{place}/{name}", getattr(of, name), "count") for name in _COUNTS)
    return Section(
        id_,
        f"{title}: {cells.text} cells",
        words,
        str(found.machine),
        (
            Picture(
                f"{id_}-seconds",
                "Seconds",
                tuple(
                    Bar(label, "ours", figure(f"{place}/{name}/seconds", run.seconds, "s"))
                    for label, (name, run) in known.items()
                ),
            ),
        ),
        (
            Table(
                "A run of the whole.",
                ("Run", "Seconds", "CPU seconds", "Peak memory, MB"),
                tuple(
                    (
                        label,
                        figure(f"{place}/{name}/seconds", run.seconds, "s"),
                        figure(f"{place}/{name}/cpu_seconds", run.cpu_seconds, "s"),
                        figure(f"{place}/{name}/peak_bytes", run.peak_bytes, "MB"),
                    )
                    for label, (name, run) in known.items()
                ),
            ),
            Table(
                "What was built.",
                ("", "How many"),
                (
                    ("Cells", cells),
                    ("Distinct wheels", wheels),
                    (
                        "Recipe of 2020, seconds for a cell",
                        figure(f"{place}/recipe_seconds", of.recipe_seconds, "s"),
                    ),
                ),
            ),
        ),
    )


_COUNTS = ("cells", "wheels")
