"""The verb for what people look at: site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layerfactory.cli import options as o
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console


@ends_well
def site(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the site.")] = o.SITE,
    catalog: Annotated[
        Path, typer.Option("--from", help="The index: a layers.json or a layers.csv.")
    ] = o.CATALOG_JSON,
    benchmarks: Annotated[
        Path, typer.Option("--benchmarks", help="Folder of the benchmarks' results.")
    ] = o.BENCHMARKS,
    records: Annotated[
        Path, typer.Option("--records", help="Folder of what was proven, for the sizes.")
    ] = o.RECORDS,
    rehearsal: Annotated[
        bool,
        typer.Option(
            "--rehearsal",
            help="Mark every layer as one of a rehearsal; those of an embedded AWS always are.",
        ),
    ] = False,
    as_json: o.AsJson = False,
) -> None:
    """Write the site on which people find their layer: for GitHub Pages, or to open from disk.

    Example: layerfactory site --from dist/layers.json --output build/site
    """
    from layerfactory.cli import siting

    console = Console(as_json=as_json)
    made = siting.make_site(catalog, output, benchmarks, records, rehearsal=rehearsal)
    siting.show_site(console, made, output)
    console.json(siting.to_json(made, output))
