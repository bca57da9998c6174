"""Counts what publishing asks of AWS at scale, and how that grows.

    python benchmarks/publish_scale.py [--layers 240] [--regions 34] [--versions 5] [--json FILE]

Runs the command line against a simulator of Lambda's API that has AWS's pages: with nothing to do,
with a new scikit-learn, and with other numbers of layers, of versions and of regions. A planner
that looks at every version is counted beside it. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

import boto3
from machine import this_machine
from made_up_layers import write_layer, write_matrix
from running import watch
from scale_aws import SimulatedAws
from scale_figures import Measured, ScaleFigures, Size, markdown, sum_calls

from layerfactory.build.files import write_json
from layerfactory.data.regions import region_groups
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import LayerFactoryError, PublishError
from layerfactory.matrix.cell import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from running import Run
    from scale_figures import Calls

ROOT = Path(__file__).resolve().parents[1]
_PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
_NEWEST = "2.0.0"
_FIRST_REGION = "us-east-1"
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": "simulated"}


def main(arguments: list[str] | None = None) -> int:
    """Measure, show and keep; return the exit code."""
    options = _parser().parse_args(arguments)
    machine = this_machine(ROOT)
    size = Size(options.layers, options.regions, options.versions)
    try:
        with TemporaryDirectory(prefix="layerfactory-scale-") as folder, SimulatedAws() as aws:
            figures = _Bench(aws, Path(folder), size.layers).measure(size)
        if options.json:
            write_json(options.json, {"machine": asdict(machine), "figures": figures.to_json()})
    except LayerFactoryError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(markdown(figures, str(machine)), end="")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/publish_scale.py",
        description="Count what publishing many layers to many regions asks of AWS.",
        epilog="Only loopback is spoken to. It takes a few minutes.",
    )
    most = len(region_groups()["all"])
    for name, value, what in (
        ("--layers", 240, "published already"),
        ("--regions", most, "where they are"),
        ("--versions", 5, "of each layer"),
    ):
        parser.add_argument(
            name, type=int, default=value, metavar="N", help=f"{what} (%(default)s)"
        )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all that was measured")
    return parser


def cells(layers: int) -> list[Cell]:
    """As many cells, and for each Python and architecture one more of a newer scikit-learn."""
    kinds = [(python, architecture) for python in _PYTHONS for architecture in Architecture]
    made = [
        Cell(python, f"1.{n // len(kinds)}.0", architecture)
        for n in range(layers)
        for python, architecture in [kinds[n % len(kinds)]]
    ]
    return [*made, *(Cell(python, _NEWEST, architecture) for python, architecture in kinds)]


class _Bench:
    """Layers on disk and a simulated AWS that has them.

    Args:
        aws: the simulator.
        folder: an empty one.
        layers: at most.
    """

    def __init__(self, aws: SimulatedAws, folder: Path, layers: int) -> None:
        self._aws = aws
        self._folder = folder
        self._cells = cells(layers)
        self._layers = layers
        plans = write_matrix(folder, self._cells, [_FIRST_REGION])
        for plan in plans:
            write_layer(folder / "dist", plan, plan.cell.identifier.encode())

    def measure(self, size: Size) -> ScaleFigures:
        """All runs, one after the other."""
        self._publish(self._cells, [_FIRST_REGION])
        unchanged = self._unchanged(size)
        naive = self._look_at_everything(size)
        return ScaleFigures(
            unchanged=unchanged,
            released=self._released(size),
            naive=naive,
            by_layers=(
                *(self._unchanged(replace(size, layers=size.layers // n)) for n in (4, 2)),
                unchanged,
            ),
            by_versions=(
                self._unchanged(replace(size, versions=1)),
                unchanged,
                self._unchanged(replace(size, versions=4 * size.versions)),
            ),
            by_regions=(
                *(self._unchanged(replace(size, regions=size.regions // n)) for n in (4, 2)),
                unchanged,
            ),
        )

    def _unchanged(self, size: Size) -> Measured:
        """A run that finds everything published."""
        return self._measure(size, self._cells[: size.layers])

    def _released(self, size: Size) -> Measured:
        """A run that finds a new scikit-learn to publish."""
        new = self._cells[self._layers :]
        return self._measure(replace(size, new=len(new)), [*self._cells[: size.layers], *new])

    def _measure(self, size: Size, chosen: Sequence[Cell]) -> Measured:
        print(f"{size} layers, {size.regions} regions, {size.versions} versions", file=sys.stderr)
        regions = _regions(size)
        names = [cell.layer_name for cell in self._cells[: size.layers]]
        self._aws.spread(_FIRST_REGION, regions, names, size.versions)
        run = self._publish(chosen, regions)
        calls = sum_calls(self._aws.counts())
        made = calls.by_kind.get("PublishLayerVersion", 0)
        if made != size.new * size.regions:
            raise PublishError(f"{made} versions were published, not {size.new * size.regions}")
        return Measured(size, calls, run)

    def _publish(self, chosen: Sequence[Cell], regions: Sequence[str]) -> Run:
        """Run the command line on a matrix of the chosen cells."""
        place = self._folder / f"{len(chosen)}"
        if not place.exists():
            place.mkdir()
            (place / "locks").symlink_to(self._folder / "locks")
            write_matrix(place, chosen, [_FIRST_REGION])
        command = [sys.executable, "-m", "layerfactory", "publish", "--json"]
        command += ["--matrix", "matrix.yaml", "--output", str(self._folder / "dist")]
        command += [word for region in regions for word in ("--region", region)]
        return watch(command, self._environment(), place)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        own = {"PYTHONPATH": str(ROOT), "LAYERFACTORY_CACHE_DIR": str(self._folder / "cache")}
        return {**kept, **_CREDENTIALS, **own, "AWS_ENDPOINT_URL": self._aws.url}

    def _look_at_everything(self, size: Size) -> Calls:
        """What a planner asks that knows no better, in one region."""
        print("every version of every layer, in one region", file=sys.stderr)
        names = [cell.layer_name for cell in self._cells[: size.layers]]
        self._aws.spread(_FIRST_REGION, [_FIRST_REGION], names, size.versions)
        client = boto3.client(
            "lambda",
            region_name=_FIRST_REGION,
            endpoint_url=self._aws.url,
            aws_access_key_id=_CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )
        for name in names:
            for page in client.get_paginator("list_layer_versions").paginate(LayerName=name):
                for version in page["LayerVersions"]:
                    number = version["Version"]
                    client.get_layer_version(LayerName=name, VersionNumber=number)
                    client.get_layer_version_policy(LayerName=name, VersionNumber=number)
        return sum_calls(self._aws.counts())


def _regions(size: Size) -> list[str]:
    """As many of aws's regions, those first that every account has."""
    ordered = sorted(region_groups()["all"], key=lambda region: region.opt_in)
    return sorted(region.name for region in ordered[: size.regions])


if __name__ == "__main__":
    sys.exit(main())
