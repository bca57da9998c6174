"""The tables of docs/how-a-layer-is-made.md, out of the record of the layer that it follows."""

from __future__ import annotations

import json
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from marks import fill

from layerfactory.build.trim import trim_rules
from layerfactory.console import megabytes
from layerfactory.matrix.cell import Cell
from layerfactory.verify.records.files import read_record

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.verify.records.record import Record

CELL = Cell.parse("py3.13-sklearn1.9.1-x86_64")
PAGE = "docs/how-a-layer-is-made.md"
_OWN = {
    "sources": "Python loads the bytecode, and what is not compiled is never read.",
    "elf-dead-bytes": "The loader maps segments and reads nothing else.",
}


def with_tables(page: str, records: Path, measured: Path) -> str:
    """The page with each table between its marks.

    Args:
        page: as it was.
        records: the folder of what was proven.
        measured: what `benchmarks/one_cell.py` left.
    """
    record = read_record(records, CELL)
    if record is None:
        raise SystemExit(f"{PAGE}: there is no record of {CELL} in {records}")
    tables = {"rules": _rules(record), "packages": _packages(record), "imports": _imports(measured)}
    return fill(page, tables, PAGE)


def _rules(record: Record) -> str:
    taken: Counter[str] = Counter()
    for package in record.packages:
        taken.update(package.rules)
    why = {rule.id: rule.why for rule in trim_rules()} | _OWN
    added = record.unzipped_bytes - record.untrimmed_bytes + taken.total()
    lines = ["| rule | MB | why it may go |", "|---|---:|---|"]
    lines += [f"| the wheels, unpacked | {megabytes(record.untrimmed_bytes)} | |"]
    lines += [f"| `{rule}` | -{megabytes(count)} | {why[rule]} |" for rule, count in _large(taken)]
    lines += [f"| bytecode | +{megabytes(added)} | Compiled by the layer's own Python. |"]
    lines += [f"| **the layer, unpacked** | **{megabytes(record.unzipped_bytes)}** | |"]
    lines += [f"| **the zip** | **{megabytes(record.zipped_bytes)}** | |"]
    return "\n".join(lines) + "\n"


def _imports(measured: Path) -> str:
    found = json.loads(measured.read_text(encoding="utf-8"))
    lines = ["| layer | with its bytecode, s | without, s |", "|---|---:|---:|"]
    for cell in found["cells"]:
        both = [median(cell[side]["seconds"]) for side in ("layer_import", "bare_import")]
        lines.append(f"| `{cell['cell']}` | {both[0]:.2f} | {both[1]:.2f} |")
    machine = found["machine"]
    where = f"{machine['date']}, {machine['processor']}, {machine['cores']} cores"
    return "\n".join(lines) + f"\n\nMedians; {where}, {machine['system']}.\n"


def _large(taken: Counter[str]) -> list[tuple[str, int]]:
    """What shows in a table of tenths of a megabyte."""
    return [(rule, count) for rule, count in taken.most_common() if float(megabytes(count))]


def _packages(record: Record) -> str:
    lines = ["| package | version | in the zip, MB | unpacked, MB |", "|---|---|---:|---:|"]
    for package in sorted(record.packages, key=lambda each: -each.zipped_bytes):
        sizes = megabytes(package.zipped_bytes), megabytes(package.unzipped_bytes)
        lines.append(f"| {package.name} | {package.version} | {' | '.join(sizes)} |")
    return "\n".join(lines) + "\n"
