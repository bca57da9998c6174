"""Writes docs/matrix.md out of the records: what is proven, how large it is, what cannot exist."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from matrix_overview import (
    EMULATED,
    PROVEN,
    STATIC,
    emulators,
    end_words,
    overview,
    summary,
)

from layerfactory.data.runtimes import Architecture, limits, runtimes
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.runs import draw_together
from layerfactory.verify.findings import ProbeState
from layerfactory.verify.records.files import Unsupported, read_records, read_unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from layerfactory.data.runtimes import Runtime
    from layerfactory.verify.records.record import Record

DEPENDENCIES = ("numpy", "scipy", "joblib", "threadpoolctl")
LARGEST_PACKAGES = 3
OPENBLAS = "openblas"
TO_LINE = "to 50 MiB, MB"
LINE_MB = limits().direct_upload_bytes / 1e6

HEAD = """\
<!-- Written by scripts/write_docs.py out of records/: `layerfactory record`, then `make docs`. -->

# The matrix: what is proven
"""
MEANING = f"""\
* **{PROVEN} Proven**: the layer's own zip was unpacked read-only, and every estimator was fitted
  and asked in the Python of its function, beside an untrimmed install of the same lock; the same
  ones worked, with the same results.
* **{EMULATED} Proven under an emulator**: the same, on an emulated processor.
* **{STATIC} Static only**: each file, library, symbol version, size and licence was checked, but no
  Python of that kind was at hand to run it.

None of this ran in real AWS. Proofs ran on Debian with CPython of the same minor version, those for
arm64 under an emulator where the sign says so; the glibc of each runtime was checked by symbol
versions, not by running it.

Sizes are in MB, millions of bytes. Lambda takes zips of up to 50 MiB directly: 50 MiB is
{LINE_MB:.2f} MB. "To 50 MiB" is how much a zip is over that; -1.00 is a megabyte of room.

`layerfactory size` shows where the bytes of a layer are: [one of them, drawn](size-treemap.svg).
"""


def matrix_page(folder: Path) -> str:
    """The page as Markdown.

    Args:
        folder: of the records.

    Raises:
        VerifyError: a record cannot be read.
    """
    records, unsupported = read_records(folder), read_unsupported(folder)
    parts = [
        HEAD,
        *summary(records, unsupported),
        MEANING,
        *overview(records, unsupported),
        "## Cells\n",
        *_tables(records),
        *_over(records),
        *_impossible(records, unsupported),
    ]
    return "\n".join(part.rstrip() + "\n" if part.endswith("\n") else part for part in parts) + "\n"


def _tables(records: Sequence[Record]) -> Iterator[str]:
    for python, of in groupby(records, key=lambda record: record.cell.python):
        group = list(of)
        runtime = runtimes()[python]
        words = ", ".join(
            filter(None, (runtime.os, f"glibc {_glibc(runtime)}", end_words(records, python)))
        )
        yield f"### {runtime.name}\n\n{words}.\n"
        extras = sorted({name for record in group for name in record.cell.extras})
        names = (*DEPENDENCIES, *extras)
        heads = ("scikit-learn", "architecture", *names, "zip MB", "unzipped MB", TO_LINE)
        yield f"| {' | '.join((*heads, 'probe', 'run by', 'date'))} |"
        yield "|---|---|" + "---|" * len(names) + "---:|---:|---:|---|---|---|"
        # The newest release first; of one the default variant first.
        for release, cells in groupby(reversed(group), key=lambda r: r.cell.scikit_learn):
            rows = sorted(cells, key=_order)
            yield from (_row(release, record, names) for record in rows)
        yield ""


def _order(record: Record) -> tuple[tuple[str, ...], int]:
    return record.cell.extras, list(Architecture).index(record.cell.architecture)


def _row(release: str, record: Record, names: Iterable[str]) -> str:
    packages = (record.package(name) for name in names)
    cells = (
        " + ".join((release, *record.cell.extras)),
        str(record.cell.architecture),
        *(package.version if package else "" for package in packages),
        _mb(record.zipped_bytes),
        _mb(record.unzipped_bytes),
        _against_line(record.zipped_bytes),
        *_probe(record),
        record.date.isoformat(),
    )
    return f"| {' | '.join(cells)} |"


def _probe(record: Record) -> tuple[str, str]:
    probe = record.probe
    if probe.state is not ProbeState.PASSED:
        return "static only", ""
    alike = ", as untrimmed" if probe.passed == probe.baseline_passed else ""
    by = ", ".join((probe.interpreter, *emulators(record)))
    return f"{probe.passed} of {probe.estimators}{alike}", by


def _against_line(zipped: int) -> str:
    over = zipped - limits().direct_upload_bytes
    return f"**{over / 1e6:+.2f}**" if over > 0 else f"{over / 1e6:+.2f}"


def _over(records: Sequence[Record]) -> Iterator[str]:
    line = limits().direct_upload_bytes
    over = [record for record in records if record.zipped_bytes > line]
    if not over:
        return
    single = [record for record in over if record.zipped_bytes - _second_openblas(record) <= line]
    yield (
        "## What is over 50 MiB, and what it would take\n\n"
        f"{len(over)} layers are over, the farthest by "
        f"{max(record.zipped_bytes - line for record in over) / 1e6:.1f} MB. "
        "The wheels of numpy and scipy\nbring one OpenBLAS each. "
        f"With one for both, {len(single)} of these layers would be under; that takes other\n"
        "builds of numpy or scipy than the published wheels, of which these layers are made.\n"
    )
    heads = ("cell", TO_LINE, "most of the zip", "OpenBLAS, MB", f"with one OpenBLAS {TO_LINE}")
    yield f"| {' | '.join(heads)} |"
    yield "|---|---:|---|---|---:|"
    yield from map(_over_row, over)
    yield ""


def _over_row(record: Record) -> str:
    packages = sorted(record.packages, key=lambda p: (-p.zipped_bytes, p.name))[:LARGEST_PACKAGES]
    most = ", ".join(f"{package.name} {_mb(package.zipped_bytes)}" for package in packages)
    copies = " + ".join(map(_mb, _openblas(record))) or "none"
    spared = _second_openblas(record)
    single = _against_line(record.zipped_bytes - spared) if spared else ""
    over = _against_line(record.zipped_bytes)
    return f"| {record.cell} | {over} | {most} | {copies} | {single} |"


def _openblas(record: Record) -> list[int]:
    """What each copy adds to the zip, the largest first."""
    return [file.zipped_bytes for file in record.largest if OPENBLAS in file.path.lower()]


def _second_openblas(record: Record) -> int:
    """What one copy fewer would save; nothing where there is one or none."""
    return sum(_openblas(record)[1:])


def _impossible(records: Sequence[Record], unsupported: Unsupported) -> Iterator[str]:
    if not unsupported.cells:
        return
    yield "## What cannot exist, and why\n"
    # What can exist counts as well: it parts the runs.
    causes = {entry.cell: entry.cause for entry in unsupported.cells}
    releases = {cell.scikit_learn for cell in (*causes, *(record.cell for record in records))}
    product = (
        Cell(python, release, architecture)
        for python in runtimes()
        for release in releases
        for architecture in Architecture
    )
    runs = draw_together((cell, causes.get(cell, "")) for cell in product)
    for python, of in groupby(filter(lambda run: run.key, runs), key=lambda run: run.python):
        yield f"**{runtimes()[python].name}**\n"
        for run in of:
            names = " and ".join(a for a in Architecture if a in run.architectures)
            yield f"* {run.span}, {names}: {run.key}{_beside(runtimes()[python], run.key)}"
        yield ""
    yield from _left_out(unsupported)


def _beside(runtime: Runtime, cause: str) -> str:
    """What the runtime has of what is asked for."""
    return f"; the runtime has {_glibc(runtime)} ({runtime.os})" if "glibc" in cause else ""


def _glibc(runtime: Runtime) -> str:
    return ".".join(map(str, runtime.glibc))


def _left_out(unsupported: Unsupported) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for release in unsupported.left_out:
        reasons.setdefault(release.reason, []).append(release.version)
    for reason, versions in reasons.items():
        yield f"No layers are made of {', '.join(versions)} ({reason}).\n"


def _mb(count: int) -> str:
    return f"{count / 1e6:.1f}"
