"""Writes docs/matrix.md out of the records: what is proven, how large it is, what cannot exist."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.data.runtimes import Architecture, limits, runtimes
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.runs import draw_together
from layerfactory.verify.findings import ProbeState
from layerfactory.verify.records.files import Unsupported, read_records, read_unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from layerfactory.verify.records.record import Record

PROVEN, STATIC, IMPOSSIBLE, UNKNOWN = "●", "◐", "·", "?"
DEPENDENCIES = ("numpy", "scipy", "joblib", "threadpoolctl")
LARGEST_PACKAGES = 3
OPENBLAS = "openblas"

HEAD = """\
<!-- Written by scripts/write_docs.py out of records/: `layerfactory record`, then `make docs`. -->

# The matrix: what is proven
"""
MEANING = f"""\
* **{PROVEN} Proven**: the layer's own zip was unpacked read-only, and every estimator was fitted
  and asked in the Python of its function, beside an untrimmed install of the same lock; the same
  ones worked, with the same results.
* **{STATIC} Static only**: each file, library, symbol version, size and licence was checked, but no
  Python of that kind was at hand to run it.

None of this ran in real AWS. Proofs ran on Debian with CPython of the same minor version, those for
arm64 under an emulator where the table says so; the glibc of each runtime was checked by symbol
versions, not by running it. Sizes are in millions of bytes.

`layerfactory size` shows where the bytes of a layer are: [one of them, drawn](size-treemap.svg).
"""
GRID = f"""\
## Overview

In each place x86_64 stands first, then arm64.
{PROVEN} proven, {STATIC} static only, {IMPOSSIBLE} cannot exist, {UNKNOWN} not recorded yet.
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
        *_summary(records, unsupported),
        MEANING,
        GRID,
        *_grid(records, unsupported),
        *_runtimes(records),
        "## Cells\n",
        *_tables(records),
        *_over(records),
        *_impossible(records, unsupported),
    ]
    return "\n".join(part.rstrip() + "\n" if part.endswith("\n") else part for part in parts) + "\n"


def _summary(records: Sequence[Record], unsupported: Unsupported) -> Iterator[str]:
    states = Counter(map(_mark, records))
    line = limits().direct_upload_bytes
    plain = [record for record in records if not record.cell.extras]
    fitting = sum(record.zipped_bytes <= line for record in plain)
    yield (
        f"{len(records)} layers are recorded: "
        f"{states[PROVEN]} proven, {states[STATIC]} static only. "
        f"{len(unsupported.cells)} combinations cannot exist.\n"
        f"{fitting} of the {len(plain)} default variants fit a direct upload (50 MiB of zip); "
        "S3 takes the others.\n"
    )


def _mark(record: Record) -> str:
    return PROVEN if record.probe.state is ProbeState.PASSED else STATIC


def _grid(records: Sequence[Record], unsupported: Unsupported) -> Iterator[str]:
    marks = {entry.cell: IMPOSSIBLE for entry in unsupported.cells}
    marks |= {record.cell: _mark(record) for record in records}
    pythons = list(runtimes())
    ended = _ended(records)
    heads = (f"{python} †" if python in ended else python for python in pythons)
    yield f"| scikit-learn | {' | '.join(heads)} |"
    yield "|---|" + ":-:|" * len(pythons)
    releases = {cell.scikit_learn for cell in marks}
    for release in sorted(releases, key=Version, reverse=True):
        places = ("".join(_places(marks, python, release)) for python in pythons)
        yield f"| {release} | {' | '.join(places)} |"
    yield ""


def _places(marks: dict[Cell, str], python: str, release: str) -> Iterator[str]:
    for architecture in Architecture:
        yield marks.get(Cell(python, release, architecture), UNKNOWN)


def _ended(records: Sequence[Record]) -> set[str]:
    """Pythons that Lambda had given up by the newest proof: a page must not change by itself."""
    newest = max((record.date for record in records), default=None)
    return {
        python
        for python, runtime in runtimes().items()
        if newest and runtime.deprecated and runtime.deprecated <= newest
    }


def _runtimes(records: Sequence[Record]) -> Iterator[str]:
    ended = _ended(records)
    dates = {python: runtime.deprecated for python, runtime in runtimes().items()}
    gone = ", ".join(f"{python} on {dates[python]}" for python in dates if python in ended)
    later = ", ".join(
        f"{python} on {date}" for python, date in dates.items() if date and python not in ended
    )
    if gone:
        yield f"† Lambda deprecated this Python: {gone}.\n"
    if later:
        yield f"Lambda will deprecate {later}.\n"
    if variants := sorted({record.cell.extras for record in records} - {()}):
        names = ", ".join(" and ".join(extras) for extras in variants)
        yield f"The grid has the default variant; those with {names} stand in the tables.\n"


def _tables(records: Sequence[Record]) -> Iterator[str]:
    for python, of in groupby(records, key=lambda record: record.cell.python):
        group = list(of)
        runtime = runtimes()[python]
        end = f", deprecated {runtime.deprecated}" if runtime.deprecated else ""
        glibc = ".".join(map(str, runtime.glibc))
        yield f"### {runtime.name}\n\n{runtime.os}, glibc {glibc}{end}.\n"
        extras = sorted({name for record in group for name in record.cell.extras})
        names = (*DEPENDENCIES, *extras)
        heads = ("scikit-learn", "architecture", *names, "zip MB", "unzipped MB", "50 MiB")
        yield f"| {' | '.join((*heads, 'probe', 'run by', 'date'))} |"
        yield "|---|---|" + "---|" * len(names) + "---:|---:|---|---|---|---|"
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
    emulators = [word for word in probe.isolation if word.startswith("qemu")]
    by = ", ".join((probe.interpreter, *emulators))
    return f"{probe.passed} of {probe.estimators}{alike}", by


def _against_line(zipped: int) -> str:
    over = zipped - limits().direct_upload_bytes
    return f"**{over / 1e6:.2f} over**" if over > 0 else f"{-over / 1e6:.2f} under"


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
    yield "| cell | MB over | most of the zip | OpenBLAS, MB | with one OpenBLAS |"
    yield "|---|---:|---|---|---|"
    yield from map(_over_row, over)
    yield ""


def _over_row(record: Record) -> str:
    line = limits().direct_upload_bytes
    packages = sorted(record.packages, key=lambda p: (-p.zipped_bytes, p.name))[:LARGEST_PACKAGES]
    most = ", ".join(f"{package.name} {_mb(package.zipped_bytes)}" for package in packages)
    copies = " + ".join(map(_mb, _openblas(record))) or "none"
    spared = _second_openblas(record)
    single = _against_line(record.zipped_bytes - spared) if spared else ""
    over = (record.zipped_bytes - line) / 1e6
    return f"| {record.cell} | {over:.2f} | {most} | {copies} | {single} |"


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
            yield f"* {run.span}, {' and '.join(run.architectures)}: {run.key}"
        yield ""
    yield from _left_out(unsupported)


def _left_out(unsupported: Unsupported) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for release in unsupported.left_out:
        reasons.setdefault(release.reason, []).append(release.version)
    for reason, versions in reasons.items():
        yield f"No layers are made of {', '.join(versions)} ({reason}).\n"


def _mb(count: int) -> str:
    return f"{count / 1e6:.1f}"
