"""Measures the handler against one that does as that of 2020 did, in one run on one machine.

    python benchmarks/handler_latency.py [--quick] [--json FILE] [--plots FOLDER]

The table of 2020: a perceptron with three hidden layers of 100 to 900 units, cold and warm, from
the package and from S3, in Lambda's own runtime client under the Runtime Interface Emulator, in a
container with the memory and the processor that Lambda gives. Prints Markdown. Aims never fail the
run: machines differ.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import recipe_2020
from handler_bench import Bench, measure
from handler_figures import markdown, milliseconds, seconds
from handler_plot import draw
from machine import this_machine

from layerfactory.build.files import write_json, write_text
from layerfactory.build.processes import run
from layerfactory.data.regions import regions
from layerfactory.errors import BuildError, LayerFactoryError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.embedded import embedded_aws
from layerfactory.rehearsal.function_image import base_image

if TYPE_CHECKING:
    from handler_figures import HandlerFigures

ROOT = Path(__file__).resolve().parent.parent
CELL = "py3.13-sklearn1.9.1-x86_64"
SIZES = (100, 250, 500, 750, 900)
COLD_RUNS, WARM_RUNS = 3, 15
QUICK_SIZES, QUICK_COLD_RUNS, QUICK_WARM_RUNS = (100,), 1, 3


def main(arguments: list[str] | None = None) -> int:
    """Measure, show and keep; return the exit code."""
    options = _parser().parse_args(arguments)
    machine = this_machine(ROOT)
    try:
        recipe_2020.require_tools()
        figures = _measure(Cell.parse(options.cell), quick=options.quick, runs=options.runs)
        if options.json:
            write_json(options.json, {"machine": asdict(machine), **figures.to_json()})
        if options.plots:
            _plot(figures, options.plots)
    except LayerFactoryError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(markdown(figures, f"Machine: {machine}"), end="")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/handler_latency.py",
        description="Cold and warm latency of the handler, beside one in the manner of 2020.",
        epilog="Takes some fifteen minutes; with --quick two. Needs Docker. Quiet the machine.",
    )
    parser.add_argument("--cell", default=CELL, metavar="IDENTIFIER", help="default: %(default)s")
    parser.add_argument("--quick", action="store_true", help="the smallest model alone, once")
    parser.add_argument(
        "--runs", type=int, default=COLD_RUNS, metavar="N", help="cold starts of each (%(default)s)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all that was measured")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="write the plots there")
    return parser


def _measure(cell: Cell, *, quick: bool, runs: int) -> HandlerFigures:
    began = time.monotonic()

    def progress(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", file=sys.stderr)

    image = base_image(cell).name
    with (
        tempfile.TemporaryDirectory(prefix="layerfactory-benchmark-") as folder,
        embedded_aws() as aws,
    ):
        work = Path(folder)
        layer = _build_layer(cell, work)
        progress("built the layer")
        bench = Bench(
            cell,
            image,
            work,
            aws,
            QUICK_SIZES if quick else SIZES,
            QUICK_COLD_RUNS if quick else runs,
            QUICK_WARM_RUNS if quick else WARM_RUNS,
            progress,
            Aws(aws).client("s3", regions()["us-east-1"]),
        )
        return measure(bench, layer)


def _build_layer(cell: Cell, work: Path) -> Path:
    verb = [sys.executable, "-m", "layerfactory", "build", "--builder", "wheels"]
    where = ["--matrix", str(ROOT / "matrix.yaml"), "--output", str(work / "dist")]
    done = run([*verb, *where, "--only", cell.identifier], cwd=ROOT, env=dict(os.environ))
    if done.returncode != 0:
        raise BuildError(f"{cell}: layerfactory does not build it:\n{done.tail}")
    return work / "dist" / f"{cell.identifier}.zip"


def _plot(figures: HandlerFigures, folder: Path) -> None:
    cold = draw(figures, "Cold start, s", lambda of: of.cold, seconds)
    warm = draw(figures, "Warm latency, ms", lambda of: of.warm, milliseconds)
    write_text(folder / "handler_cold.svg", cold)
    write_text(folder / "handler_warm.svg", warm)


if __name__ == "__main__":
    sys.exit(main())
