"""The overview of docs/matrix.md: a sign for each cell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.data.runtimes import Architecture, limits, runtimes
from layerfactory.matrix.cell import Cell
from layerfactory.verify.findings import ProbeState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layerfactory.verify.records.files import Unsupported
    from layerfactory.verify.records.record import Record

PROVEN, EMULATED, STATIC, IMPOSSIBLE, UNKNOWN = "●", "◆", "◐", "·", "?"

GRID = f"""\
## Overview

**Each place is a pair: x86_64 left, arm64 right** (x/a). So `{PROVEN}{STATIC}` is proven for
x86_64, and static only for arm64.

{PROVEN} proven, {EMULATED} proven under an emulator, {STATIC} static only,
{IMPOSSIBLE} cannot exist, {UNKNOWN} not recorded yet.
"""


def emulators(record: Record) -> list[str]:
    """What stood in for a processor of the cell's kind; nothing where none had to."""
    return [word for word in record.probe.isolation if word.startswith("qemu")]


def overview(records: Sequence[Record], unsupported: Unsupported) -> Iterator[str]:
    """The grid of default variants, the ends of runtimes, and the other variants."""
    marks = {entry.cell: IMPOSSIBLE for entry in unsupported.cells}
    marks |= {record.cell: _mark(record) for record in records}
    ended = _ended(records)
    yield GRID
    yield from _grid(marks, ended)
    yield from _runtimes(ended)
    yield from _variants(marks)


def summary(records: Sequence[Record], unsupported: Unsupported) -> Iterator[str]:
    """How many there are of each kind."""
    states = Counter(map(_mark, records))
    line = limits().direct_upload_bytes
    plain = [record for record in records if not record.cell.extras]
    fitting = sum(record.zipped_bytes <= line for record in plain)
    under = f" ({states[EMULATED]} of them under an emulator)" if states[EMULATED] else ""
    yield (
        f"{len(records)} layers are recorded: "
        f"{states[PROVEN] + states[EMULATED]} proven{under}, {states[STATIC]} static only. "
        f"{len(unsupported.cells)} combinations cannot exist.\n"
        f"{fitting} of the {len(plain)} default variants fit a direct upload (50 MiB of zip); "
        "S3 takes the others.\n"
    )


def end_words(records: Sequence[Record], python: str) -> str:
    """How long Lambda keeps a runtime, as of the newest proof: ``until 2029-06-30``."""
    end = runtimes()[python].deprecated
    return f"{'deprecated' if python in _ended(records) else 'until'} {end}" if end else ""


def _mark(record: Record) -> str:
    if record.probe.state is not ProbeState.PASSED:
        return STATIC
    return EMULATED if emulators(record) else PROVEN


def _grid(marks: dict[Cell, str], ended: set[str]) -> Iterator[str]:
    pythons = list(runtimes())
    heads = (f"{python}{' †' if python in ended else ''} x/a" for python in pythons)
    yield f"| scikit-learn | {' | '.join(heads)} |"
    yield "|---|" + ":-:|" * len(pythons)
    releases = {cell.scikit_learn for cell in marks}
    for release in sorted(releases, key=Version, reverse=True):
        places = ("".join(_pair(marks, python, release)) for python in pythons)
        yield f"| {release} | {' | '.join(places)} |"
    yield ""


def _pair(marks: dict[Cell, str], python: str, release: str) -> Iterator[str]:
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


def _runtimes(ended: set[str]) -> Iterator[str]:
    dates = {python: runtime.deprecated for python, runtime in runtimes().items()}
    gone = ", ".join(f"{python} on {dates[python]}" for python in dates if python in ended)
    later = ", ".join(
        f"{python} on {date}" for python, date in dates.items() if date and python not in ended
    )
    if gone:
        yield f"† Lambda deprecated this Python: {gone}.\n"
    if later:
        yield f"Lambda will deprecate {later}.\n"


def _variants(marks: dict[Cell, str]) -> Iterator[str]:
    """What has no place in the grid; the newest first."""
    places = {(cell.python, cell.scikit_learn, cell.extras) for cell in marks if cell.extras}
    if not places:
        return
    yield "The grid has the default variants. Those with extras:\n"
    yield f"| variant | Python | {' | '.join(Architecture)} |"
    yield "|---|---|" + ":-:|" * len(Architecture)
    newest = sorted(places, key=lambda p: (Version(p[0]), Version(p[1]), p[2]), reverse=True)
    for python, release, extras in newest:
        signs = (marks.get(Cell(python, release, a, extras), "") for a in Architecture)
        yield f"| {' + '.join((release, *extras))} | {python} | {' | '.join(signs)} |"
    yield ""
