"""The verbs that give layers to others: publish, release and rehearse."""

from __future__ import annotations

from layerfactory.cli import options as o
from layerfactory.cli.common import finish, read_choice, show_cells, tell_unsupported
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console


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
    verdicts: o.Verdicts = None,
    local: o.Local = False,
    profile: o.Profile = None,
    bucket: o.Bucket = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    jobs: o.Jobs = o.JOBS,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
    result: o.Result = None,
) -> None:
    """Publish verified layers to AWS regions, for everybody; what is there already is left alone.

    Example: layerfactory publish --region us-west-2 --dry-run
    """
    from layerfactory.cli import indexing, publishing, stages
    from layerfactory.cli.gating import Gate
    from layerfactory.cli.releasing import (
        Destination,
        end_release,
        listed_versions,
        release_layers,
        show_release,
    )
    from layerfactory.cli.session import open_session
    from layerfactory.publish.plan import Terms

    console = Console(as_json=as_json, result=result)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, output, jobs)
    terms = Terms(session.matrix.public and not private, private, supersede, session.named)
    gate = Gate(allow_unprobed, verdicts)
    to = Destination(session.regions, terms, gate, index=None)
    loaded = stages.run_stages(session, stages.known, stages.load, quiet=True)
    tell_unsupported(console, loaded)
    with publishing.open_aws(
        console, publishing.AwsChoice(local, profile, bucket), to.regions
    ) as aws:
        done = release_layers(session, aws, loaded, to, dry_run=dry_run)
        listed = listed_versions(indexing.catalog_path(session, aws, None))
    show_release(session, done)
    console.json(done.to_json("publish"))
    end_release(console, done, "publish", rehearsed=local, listed=listed)


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
    from layerfactory.cli import indexing, publishing, stages, views
    from layerfactory.cli.foreseeing import foresee
    from layerfactory.cli.gating import Gate
    from layerfactory.cli.releasing import Destination, end_release, release_layers, show_release
    from layerfactory.cli.session import Overrides, open_session
    from layerfactory.cli.verifying import show_findings, verifying
    from layerfactory.publish.plan import Terms

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    overrides = Overrides(builder, image, bytecode, force, no_cache)
    session = open_session(console, matrix, chosen, output, jobs, overrides)
    choice = publishing.AwsChoice(local, profile, bucket)
    terms = Terms(session.matrix.public and not private, private, supersede, session.named)
    prove = verifying(allow_unprobed=allow_unprobed)
    steps = (foresee,) if dry_run else (stages.lock, stages.build, prove)
    with publishing.open_aws(console, choice, session.regions) as aws:
        index = indexing.Index(
            path=indexing.catalog_path(session, aws, catalog),
            selection=chosen.selection,
            regions=session.regions,
            whole=not chosen.regions,
            from_nothing=local,
        )
        to = Destination(session.regions, terms, Gate(allow_unprobed), index)
        proven = stages.run_stages(session, *steps, quiet=dry_run)
        show_cells(console, views.BUILD_COLUMNS, views.build_row, proven)
        show_findings(console, proven)
        done = release_layers(session, aws, proven, to, dry_run=dry_run)
    show_release(session, done)
    console.json(done.to_json("release"))
    end_release(console, done, "release", rehearsed=local)


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

    from layerfactory.cli import publishing, rehearsing
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
    *_, failed = (done.failure(), *done.release.failures())
    finish(console, done.release.outcomes, failed)
