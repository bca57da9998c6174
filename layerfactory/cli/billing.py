"""The verb `sbom`: what is inside the built layers, for those who look at supply chains."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layerfactory.cli import options as o
from layerfactory.cli.common import read_choice
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console


@ends_well
def sbom(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    verdicts: o.Verdicts = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="A folder for it all, in place of the zips'."),
    ] = None,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
    result: o.Result = None,
) -> None:
    """Write what is inside the built layers: an SBOM each, THIRD_PARTY_NOTICES.txt, SHA256SUMS.

    The SBOM is CycloneDX and lies beside its zip. Notices and sums are of the chosen cells that are
    built, and with --verdicts only of those that `publish` would take. A layer at fault stops no
    other. The same layers give the same bytes.

    Example: layerfactory sbom --only 'py3.12-*'
    """
    from layerfactory.cli import bills
    from layerfactory.cli.session import open_session

    console = Console(as_json=as_json, result=result)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, output, o.JOBS)
    done = bills.find(session, verdicts)
    folder = to or output
    changed = bills.write(folder, done, dry_run=dry_run)
    bills.show(console, done, changed, dry_run=dry_run)
    console.json(bills.to_json(folder, done, changed))
    for each in done:
        if each.error is not None:
            console.fail(each.error, str(each.cell))
    if failed := [each.error for each in done if each.error is not None]:
        raise typer.Exit(failed[0].exit_code)
