"""The verbs that give layers to others: publish, index, release, rehearse and arn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layerfactory.cli import options as o
from layerfactory.cli.common import finish, read_choice, show_cells, tell_unsupported
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import CatalogError, MatrixError
from layerfactory.matrix.extras import NO_EXTRAS


@ends_well
def publish(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    private: o.Private = False,
    supersede: o.Supersede = False,
    allow_unprobed: o.AllowUnprobed = False,
    local: o.Local = False,
    profile: o.Profile = None,
    bucket: o.Bucket = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    jobs: o.Jobs = o.JOBS,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
) -> None:
    """Publish verified layers to AWS regions, for everybody; what is there already is left alone.

    Example: layerfactory publish --region us-west-2 --dry-run
    """
    from layerfactory.cli import publishing, stages
    from layerfactory.cli.releasing import Destination, end_release, release_layers, show_release
    from layerfactory.cli.session import open_session
    from layerfactory.publish.plan import Terms

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, output, jobs)
    terms = Terms(session.matrix.public and not private, supersede, session.named)
    to = Destination(session.regions, terms, allow_unprobed, catalog=None)
    loaded = stages.run_stages(session, stages.known, stages.load, quiet=True)
    tell_unsupported(console, loaded)
    with publishing.open_aws(
        console, publishing.AwsChoice(local, profile, bucket), to.regions
    ) as aws:
        done = release_layers(session, aws, loaded, to, dry_run=dry_run)
    show_release(session, done, to)
    console.json(done.to_json("publish"))
    end_release(console, done, "publish")


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
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
) -> None:
    """Rebuild layers.csv from what AWS has: read back, known by its hash, and public.

    Example: layerfactory index --region us
    """
    from layerfactory.cli import closing, publishing
    from layerfactory.cli.session import open_session
    from layerfactory.cli.views import document, row_json

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, output, jobs)
    choice = publishing.AwsChoice(local, profile)
    with publishing.open_aws(console, choice, session.regions) as aws:
        path = publishing.catalog_path(session, aws, catalog)
        found = publishing.make_index(
            session, aws, session.regions, path, from_nothing=local, dry_run=dry_run
        )
    publishing.show_index(console, found, path)
    rows = [row_json(row) for row in found.rows]
    console.json(document("index", path=str(path), layers=rows, notes=found.notes))
    finish(console, (), closing.failure((), found))


@ends_well
def release(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    private: o.Private = False,
    supersede: o.Supersede = False,
    allow_unprobed: o.AllowUnprobed = False,
    builder: o.Builder = None,
    image: o.Image = None,
    bytecode: o.BytecodePolicy = None,
    force: o.Force = False,
    no_cache: o.NoCache = False,
    local: o.Local = False,
    profile: o.Profile = None,
    bucket: o.Bucket = None,
    catalog: o.CatalogFile = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    jobs: o.Jobs = o.JOBS,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
) -> None:
    """Do all of it: lock, build, verify, publish, index. Run it again after a failure.

    A dry run says what would be built, and plans the publishing of what is built already.

    Example: layerfactory release --only 'py3.13-*' --local --region us-west-2
    """
    from layerfactory.cli import publishing, stages, views
    from layerfactory.cli.foreseeing import foresee
    from layerfactory.cli.releasing import Destination, end_release, release_layers, show_release
    from layerfactory.cli.session import Overrides, open_session
    from layerfactory.cli.verifying import show_findings, verifying
    from layerfactory.publish.plan import Terms

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    overrides = Overrides(builder, image, bytecode, force, no_cache)
    session = open_session(console, matrix, chosen, output, jobs, overrides)
    choice = publishing.AwsChoice(local, profile, bucket)
    terms = Terms(session.matrix.public and not private, supersede, session.named)
    prove = verifying(allow_unprobed=allow_unprobed)
    steps = (foresee,) if dry_run else (stages.lock, stages.build, prove)
    with publishing.open_aws(console, choice, session.regions) as aws:
        path = publishing.catalog_path(session, aws, catalog)
        to = Destination(session.regions, terms, allow_unprobed, path, embedded=local)
        proven = stages.run_stages(session, *steps, quiet=dry_run)
        show_cells(console, views.BUILD_COLUMNS, views.build_row, proven)
        show_findings(console, proven)
        done = release_layers(session, aws, proven, to, dry_run=dry_run)
    show_release(session, done, to)
    console.json(done.to_json("release"))
    end_release(console, done, "release")


@ends_well
def rehearse(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    builder: o.Builder = None,
    image: o.Image = None,
    force: o.Force = False,
    no_cache: o.NoCache = False,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    jobs: o.Jobs = o.JOBS,
    as_json: o.AsJson = False,
) -> None:
    """Do the main job on an embedded AWS: nothing real is asked or changed.

    Without a selection, the newest cell of the newest three Pythons on this machine. Each layer is
    published to two regions and used in a function, which predicts where Docker runs.

    Example: layerfactory rehearse --only 'py3.12-*'
    """
    from dataclasses import replace

    from layerfactory.cli import closing, publishing, rehearsing
    from layerfactory.cli.session import Overrides, open_session
    from layerfactory.matrix.select import Selection

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras)
    overrides = Overrides(builder, image, force=force, no_cache=no_cache)
    session = open_session(console, matrix, chosen, output, jobs, overrides)
    named = chosen.selection != Selection()
    choose = rehearsing.of_this_machine if named else rehearsing.newest_at_hand
    session = replace(session, plans=choose(session))
    choice = publishing.AwsChoice(local=True)
    with publishing.open_aws(console, choice, session.regions) as aws:
        done = rehearsing.rehearse_cells(session, aws)
    rehearsing.show(session, done)
    console.json(rehearsing.to_json(done))
    failed = closing.failure(done.release.results, done.release.index) or done.failure()
    finish(console, done.release.outcomes, failed)


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
    catalog: Annotated[Path, typer.Option("--catalog", help="The index to look into.")] = o.CATALOG,
    as_json: o.AsJson = False,
) -> None:
    """Print the ARN of one layer out of layers.csv.

    Example: layerfactory arn --python 3.12 --scikit-learn 1.9 --region us-west-2
    """
    from layerfactory.catalog.find import find_arn
    from layerfactory.catalog.read import read_rows
    from layerfactory.cli.views import document, row_json
    from layerfactory.matrix.extras import read_variant, variant_fault

    console = Console(as_json=as_json)
    wanted = extras.lstrip("=")
    if fault := variant_fault(wanted):
        raise MatrixError(f"--extras {extras}: {fault}")
    if not catalog.exists():
        raise CatalogError(
            f"{catalog}: there is no such file",
            "Name the index with --catalog; a rehearsal's is dist/layers.csv.",
        )
    row = find_arn(
        read_rows(catalog),
        python=python.lstrip("="),
        scikit_learn=scikit_learn.lstrip("="),
        region=region,
        extras=read_variant(wanted),
        architecture=architecture,
        source=str(catalog),
    )
    console.say(row.arn)
    console.json(document("arn", **row_json(row)))
