"""Times the rehearsal of the workflow of the layers, and adds up a run of the whole matrix.

    python benchmarks/workflow_rehearsal.py [--jobs 1 2 4] [--machines 20 200] [--json FILE]

The rehearsal is a first run of a few cells to two regions of an embedded AWS: every step of
layers.yml, job by job in fresh clones. On paper is the whole matrix in all regions, out of the
records' bytes and the rates in layerfactory/data/jobs.yaml. Prints Markdown.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from machine import this_machine
from workflow_figures import (
    OnPaper,
    Rehearsed,
    on_paper,
    paper_table,
    rehearsed_table,
    where_it_ends,
)
from workflow_world import rehearsal

from layerfactory.build.files import write_json
from layerfactory.data.regions import region_groups
from layerfactory.errors import LayerFactoryError
from layerfactory.jobs.costs import Costs
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.load import load_matrix
from layerfactory.verify.records.files import read_records

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
# Quick to build, and one job each.
CELLS = tuple(Cell("3.7", release) for release in ("0.22", "0.23.0", "0.23.1", "0.23.2"))
_CURVE = (1, 5, 10, 20, 40, 60, 80, 100, 150, 200, 256)


def main(arguments: list[str] | None = None) -> int:
    """Measure, add up, show and keep; return the exit code."""
    options = _parser().parse_args(arguments)
    machine = this_machine(ROOT)
    try:
        rehearsed = [_rehearse(count) for count in options.jobs]
        curve = _whole_matrix(sorted({*_CURVE, *options.machines}))
        if options.json:
            figures = {
                "rehearsed": [asdict(run) for run in rehearsed],
                "on_paper": [row.to_json() for row in curve.values()],
            }
            write_json(options.json, {"machine": asdict(machine), "figures": figures})
    except LayerFactoryError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    if rehearsed:
        print(f"{rehearsed_table(rehearsed)}\n\nMachine: {machine}\n")
    print(paper_table([curve[count] for count in options.machines]))
    print(f"\n{where_it_ends(list(curve.values()))}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/workflow_rehearsal.py",
        description="Time the rehearsal of the workflow, and add up a run of the whole matrix.",
        epilog="It takes some minutes, and wheels from the package index.",
    )
    parser.add_argument("--jobs", type=int, nargs="*", default=[1, 2, 4], metavar="N")
    parser.add_argument("--machines", type=int, nargs="+", default=[20, 200], metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all of it")
    return parser


def _rehearse(side_by_side: int) -> Rehearsed:
    """A first run, in a world that has seen nothing."""
    with (
        TemporaryDirectory(prefix="layerfactory-workflow-") as folder,
        rehearsal(Path(folder, "world"), CELLS, side_by_side=side_by_side, JOB_SECONDS="1") as it,
    ):
        run = it.workflow.run("push")
        if run.result != "success":
            raise LayerFactoryError(f"the rehearsal failed:\n{run.log[-4000:]}")
    every = [job for some in run.jobs.values() for job in some]
    stages = {name: sum(job.seconds for job in some) for name, some in run.jobs.items()}
    return Rehearsed(side_by_side, len(every), run.seconds, stages)


def _whole_matrix(machines: Iterable[int]) -> dict[int, OnPaper]:
    """A run of everything, with each of these numbers of machines."""
    cells = [plan.cell for plan in load_matrix(ROOT / "matrix.yaml").cells]
    regions = [region.name for region in region_groups()["all"]]
    costs = Costs.of(read_records(ROOT / "records"))
    return {count: on_paper(cells, regions, costs, count) for count in machines}


if __name__ == "__main__":
    sys.exit(main())
