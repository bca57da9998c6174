"""Publishes under faults and kills, seed by seed, and checks that nothing is lost or doubled.

    python benchmarks/publish_chaos.py [--seeds 200] [--first N] [--jobs 2] [--json FILE]

Between the command line and moto stands a proxy that throttles, fails, cuts, delays and refuses,
and a killer ends the command with SIGKILL. Each seed runs commands so, then without faults, when
they must say done, and then looks into moto. Prints Markdown; exit code 1 where a promise broke.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from chaos_figures import SeedFigures, markdown, total
from chaos_plan import REGIONS, draw
from chaos_seed import Game
from chaos_workshop import CELLS
from chaos_world import World
from machine import this_machine

from layerfactory.build.files import write_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Play the seeds, show and keep the figures; return the exit code."""
    options = _parser().parse_args(arguments)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # threads do not outlive a fork
    machine = this_machine(ROOT)
    began = time.monotonic()
    seeds = range(options.first, options.first + options.seeds)
    with tempfile.TemporaryDirectory(prefix="layerfactory-chaos-") as folder:
        figures = list(_play_all(seeds, options.jobs, Path(folder)))
    campaign, seconds = total(figures), time.monotonic() - began
    if options.json:
        each = [one.to_json() for one in sorted(figures, key=lambda one: one.seed)]
        value = {"machine": asdict(machine), "campaign": campaign.to_json(), "seeds": each}
        write_json(options.json, value)
    print(markdown(campaign, len(CELLS), len(REGIONS), seconds, str(machine)), end="")
    return 1 if campaign.broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/publish_chaos.py",
        description="Publish under faults and kills, and check that nothing is lost or doubled.",
        epilog="A seed takes some seconds, most of them waiting. Only loopback is spoken to.",
    )
    parser.add_argument(
        "--seeds", type=int, default=200, metavar="N", help="how many (%(default)s)"
    )
    parser.add_argument("--first", type=int, default=1, metavar="N", help="the first (%(default)s)")
    parser.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="seeds side by side (%(default)s)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all figures")
    return parser


def _play_all(seeds: Sequence[int], jobs: int, folder: Path) -> Iterator[SeedFigures]:
    """Every seed, each worker with a world of its own; in the order in which they are done."""
    workers = min(jobs, len(seeds))
    with ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _open_world, (folder,)
    ) as pool:
        for done in as_completed([pool.submit(_play, seed) for seed in seeds]):
            figures = done.result()
            _tell(figures)
            yield figures


_worlds: list[World] = []
"""The one of this worker."""


def _open_world(folder: Path) -> None:
    own = Path(tempfile.mkdtemp(dir=folder))
    _worlds.append(World(own).__enter__())


def _play(seed: int) -> SeedFigures:
    return Game(_worlds[0], draw(seed)).play()


def _tell(figures: SeedFigures) -> None:
    more = f"; and {len(figures.broken) - 3} more" if len(figures.broken) > 3 else ""
    said = "; ".join(figures.broken[:3]) + more or "holds"
    print(
        f"seed {figures.seed}: {figures.runs} runs, {figures.kills.total()} killed, "
        f"{figures.faults.total()} faults, {figures.seconds:.1f} s: {said}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    sys.exit(main())
