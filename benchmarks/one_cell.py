"""Measures a cell against the recipe of 2020, in one run on one machine.

    python benchmarks/one_cell.py [--cell IDENTIFIER ...] [--runs N] [--json FILE] [--markdown]

Both start with empty caches each time. Aims are printed beside what was measured and never fail
the run: machines differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import recipe_2020
from figures import HEADINGS, CellFigures, failures, markdown, rows
from machine import Machine, this_machine
from measure import Bench, measure

from layerfactory.build.files import write_json
from layerfactory.errors import LayerFactoryError
from layerfactory.matrix.cell import Cell

ROOT = Path(__file__).resolve().parent.parent
CELLS = ("py3.13-sklearn1.9.1-x86_64", "py3.7-sklearn0.23.1-x86_64")
RUNS = 3
IMPORT_RUNS = 7


def main(arguments: list[str] | None = None) -> int:
    """Measure, show and keep; return the exit code."""
    options = _parser().parse_args(arguments)
    machine = this_machine(ROOT)
    try:
        recipe_2020.require_tools()
        figures = [_measure(name, options.runs) for name in options.cell or CELLS]
        if options.json:
            cells = [each.to_json() for each in figures]
            write_json(options.json, {"machine": asdict(machine), "cells": cells})
    except LayerFactoryError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    if options.markdown:
        print(markdown(figures, str(machine)), end="")
    else:
        _show(figures, machine)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/one_cell.py",
        description="Build cells by layerfactory and by the recipe of 2020, and import from both.",
        epilog="A run of both cells takes some five minutes. Quiet the machine before.",
    )
    shown = " and ".join(CELLS)
    parser.add_argument("--cell", action="append", metavar="IDENTIFIER", help=f"default: {shown}")
    parser.add_argument("--runs", type=_positive, default=RUNS, help="builds of each (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all that was measured")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _measure(name: str, runs: int) -> CellFigures:
    began = time.monotonic()

    def progress(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", file=sys.stderr)

    with tempfile.TemporaryDirectory(prefix="layerfactory-benchmark-") as work:
        bench = Bench(ROOT, Path(work), runs, IMPORT_RUNS, progress)
        return measure(Cell.parse(name), bench)


def _show(every: list[CellFigures], machine: Machine) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120)
    for figures in every:
        table = Table(title=figures.cell, title_justify="left", box=box.SIMPLE_HEAD)
        for index, heading in enumerate(HEADINGS):
            table.add_column(heading, justify="right" if 0 < index < 5 else "left")
        for row in rows(figures):
            table.add_row(*row)
        console.print(table)
        for text in failures(figures):
            console.print(text, markup=False, soft_wrap=True)
    console.print(f"\n{machine}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
