"""The verbs that tell and keep how large layers are: size and record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layerfactory.cli import options as o
from layerfactory.cli.common import read_choice
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console
from layerfactory.sizes.measure import Measure


@ends_well
def size(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    treemap: Annotated[
        Path | None,
        typer.Option(
            "--treemap", metavar="FILE", help="Draw one cell into an SVG file, in place of tables."
        ),
    ] = None,
    by: Annotated[
        Measure, typer.Option("--by", help="What the areas of the treemap stand for.")
    ] = Measure.ZIPPED,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    as_json: o.AsJson = False,
) -> None:
    """Show where the bytes of built layers are: of one by package and rule, of several by cell.

    Example: layerfactory size --only 'py3.13-sklearn1.9.1-x86_64' --treemap size.svg
    """
    from layerfactory.cli import sizing
    from layerfactory.cli.session import open_session

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, output, o.JOBS)
    found = sizing.measure_layers(session)
    if treemap is not None:
        sizing.draw(session, found, treemap, by)
    else:
        sizing.show(console, found)
    console.json(sizing.to_json(found))


@ends_well
def record(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="A folder for the records, in place of records/."),
    ] = None,
    taken: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="DIR",
            help="Take the records that another machine made with --to, in place of making them.",
        ),
    ] = None,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
    result: o.Result = None,
) -> None:
    """Keep sizes and proofs of verified layers in records/, which later builds are held against.

    Without a selection, also which cells cannot exist, and why; that asks the package index. With
    --from neither layers nor the index are asked.

    Example: layerfactory record --only 'py3.13-*'
    """
    from layerfactory.cli import recording
    from layerfactory.cli.session import open_session
    from layerfactory.matrix.select import Selection

    console = Console(as_json=as_json, result=result)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, output, o.JOBS)
    if taken is None:
        done = recording.record_layers(session, to, dry_run=dry_run)
    else:
        done = recording.take_records(session, taken, to, dry_run=dry_run)
    recording.show(console, done, dry_run=dry_run)
    changed: bool | None = None
    if chosen.selection == Selection() and taken is None:
        changed = recording.record_unsupported(session, dry_run=dry_run)
    if not dry_run:
        recording.show_next(console, done, unsupported_changed=bool(changed))
    console.json(recording.to_json(done, unsupported_changed=changed))
    for each in done:
        if each.error is not None:
            console.fail(each.error, str(each.cell))
    if failed := [each.error for each in done if each.error is not None]:
        raise typer.Exit(failed[0].exit_code)
