"""The verbs for what is published: index, retire and arn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layerfactory.cli import options as o
from layerfactory.cli.common import finish, read_choice
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import CatalogError, MatrixError
from layerfactory.matrix.extras import NO_EXTRAS


@ends_well
def index(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    local: o.Local = False,
    profile: o.Profile = None,
    catalog: o.CatalogFile = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    jobs: o.Jobs = o.JOBS,
    site: Annotated[
        Path | None,
        typer.Option("--site", metavar="DIR", help="Write the site there as well."),
    ] = None,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
    result: o.Result = None,
) -> None:
    """Rebuild layers.csv and layers.json from what AWS has: read back, known by its hash, public.

    Without a selection: the matrix's cells, all that the index lists already, and those with a
    layer in the output folder. A region that does not answer keeps its rows, marked as stale.

    Example: layerfactory index --region us
    """
    from layerfactory.cli import closing, indexing, publishing, siting
    from layerfactory.cli.session import Choice, open_session
    from layerfactory.matrix.select import Selection

    console = Console(as_json=as_json, result=result)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    whole = Choice(Selection(), chosen.regions)
    session = open_session(console, matrix, whole, output, jobs)
    choice = publishing.AwsChoice(local, profile)
    with publishing.open_aws(console, choice, session.regions) as aws:
        to = indexing.Index(
            path=indexing.catalog_path(session, aws, catalog),
            selection=chosen.selection,
            regions=session.regions,
            whole=not chosen.regions,
            from_nothing=local,
        )
        found = indexing.make_index(session, aws, to, dry_run=dry_run)
        is_real = all(map(aws.is_real, session.regions))
    indexing.show_index(console, found, to.path)
    if site is not None and not dry_run:
        made = siting.write_rows(found.rows, site, o.BENCHMARKS, o.RECORDS, rehearsal=not is_real)
        siting.show_site(console, made, site)
    if dry_run:
        console.say("nothing was written")
    console.json(indexing.index_json(found, to.path))
    finish(console, (), closing.failure((), found))


@ends_well
def retire(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    sha256: Annotated[
        str,
        typer.Option(
            "--sha256",
            metavar="HEX",
            help="Only the zip with this hash, and not the cell; its first 8 digits will do.",
        ),
    ] = "",
    successor: Annotated[
        str,
        typer.Option(
            "--successor",
            metavar="CELL",
            help="What to take in its place: of the same architecture, with the same extras or "
            "more. For a zip it is its own cell, where none is named.",
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="One line for those who use it.")
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
    catalog: o.CatalogFile = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
) -> None:
    """Mark layers as retired, in retired.yaml and in the index. They stay published, and listed.

    retired.yaml lies beside matrix.yaml; that of any other index than the one there, beside it.

    Example: layerfactory retire --only 'py3.7-*' --reason 'Lambda deprecates Python 3.7'
    """
    from layerfactory.cli import retiring

    console = Console(as_json=as_json)
    selection = read_choice(only, python, scikit_learn, architecture, extras).selection
    wish = retiring.Wish(selection, sha256.lower(), successor, reason, undo)
    place = retiring.Place(matrix, catalog, output)
    planned = retiring.retire(place, wish, dry_run=dry_run)
    retiring.show(console, planned, dry_run=dry_run)
    console.json(retiring.to_json(planned, dry_run=dry_run))


@ends_well
def arn(
    python: Annotated[str, typer.Option("--python", metavar="X.Y", help="Of your function.")],
    region: Annotated[str, typer.Option("--region", help="Of your function.")],
    scikit_learn: Annotated[
        str,
        typer.Option(
            "--scikit-learn",
            metavar="VERSION",
            help="What pickled the model; 1.5 finds the newest 1.5.x, nothing the newest of all.",
        ),
    ] = "",
    architecture: Annotated[
        Architecture,
        typer.Option(
            "--architecture",
            parser=o.read_architecture,
            metavar=o.ARCHITECTURES,
            help="Of your function.",
        ),
    ] = Architecture.X86_64,
    extras: Annotated[
        str,
        typer.Option("--extras", metavar="NAME[,NAME]", help="What it carries, such as pandas."),
    ] = NO_EXTRAS,
    catalog: Annotated[
        Path,
        typer.Option("--catalog", help="The index to look into: a layers.csv or a layers.json."),
    ] = o.CATALOG,
    as_json: o.AsJson = False,
) -> None:
    """Print the ARN of one layer out of layers.csv; of a retired one only where there is no other.

    Example: layerfactory arn --python 3.12 --scikit-learn 1.9 --region us-west-2
    """
    from layerfactory.catalog.files import read_rows
    from layerfactory.catalog.find import find_arn, warnings
    from layerfactory.cli.places import other_index
    from layerfactory.cli.views import document, row_json
    from layerfactory.matrix.extras import read_variant, variant_fault

    console = Console(as_json=as_json)
    wanted = extras.lstrip("=")
    if fault := variant_fault(wanted):
        raise MatrixError(f"--extras {extras}: {fault}")
    if catalog.parts[:1] in {("http:",), ("https:",)}:
        raise CatalogError(
            "--catalog takes a file, and not an address",
            "Download it first, with curl or the like.",
        )
    hint = other_index(catalog, o.OUTPUT)
    if not catalog.exists():
        raise CatalogError(
            f"{catalog}: there is no such file",
            hint or "Name the index with --catalog; a rehearsal's is dist/layers.csv.",
        )
    try:
        row = find_arn(
            read_rows(catalog),
            python=python.lstrip("="),
            scikit_learn=scikit_learn.lstrip("="),
            region=region,
            extras=read_variant(wanted),
            architecture=architecture,
            source=str(catalog),
        )
    except CatalogError as error:
        raise CatalogError(error.message, f"{error.remedy} {hint}".strip()) from None
    for warning in warnings(row):
        console.warn(warning)
    console.say(row.arn)
    console.json(document("arn", **row_json(row)))
