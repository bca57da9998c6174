"""The verbs that make layers here: plan, lock, build and verify."""

from __future__ import annotations

from typing import Annotated

import typer

from layerfactory.cli import options as o
from layerfactory.cli.common import finish, read_choice, show_cells
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console


@ends_well
def plan(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Every Python x release x architecture: which can exist, or why not."
        ),
    ] = False,
    as_json: o.AsJson = False,
) -> None:
    """Say what each cell is and what is still to be done for it; touch nothing.

    With --all, also what the matrix has not, and what cannot exist with the reason.

    Example: layerfactory plan --only 'py3.12-*'
    """
    from layerfactory.cli import planning, stages
    from layerfactory.cli.foreseeing import foresee
    from layerfactory.cli.session import open_session
    from layerfactory.cli.views import document

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    if everything:
        from layerfactory.cli.surveying import run_survey

        run_survey(console, matrix, chosen)
        return
    session = open_session(console, matrix, chosen, output, o.JOBS)
    outcomes = stages.run_stages(session, foresee, quiet=True)
    planning.show_plan(console, outcomes)
    console.json(document("plan", cells=[planning.to_json(outcome) for outcome in outcomes]))
    finish(console, outcomes)


@ends_well
def lock(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    upgrade: Annotated[bool, typer.Option("--upgrade", help="Make existing locks anew.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say whether locks and matrix agree, without a network.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete the locks of no cell of the matrix as well.")
    ] = False,
    matrix: o.MatrixFile = o.MATRIX,
    jobs: o.Jobs = o.JOBS,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
) -> None:
    """Resolve cells to exact wheels with hashes, as of their scikit-learn's days, into locks/.

    --check holds locks against the matrix and each other: a wheel has one hash wherever it stands.
    A hash that stands in one lock only is held against the index when the wheel is fetched.

    Example: layerfactory lock --python 3.7 --scikit-learn 0.23.0
    """
    from layerfactory.cli import locking, stages, views
    from layerfactory.cli.session import Overrides, open_session

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, o.OUTPUT, jobs, Overrides(force=upgrade))
    if check:
        locking.run_check(session, chosen, upgrade=upgrade, prune=prune)
        return
    pruned = locking.prune(session, chosen, dry_run=dry_run) if prune else ()
    stage = locking.relock if upgrade else stages.lock
    outcomes = stages.run_stages(session, locking.foresee_lock if dry_run else stage, quiet=dry_run)
    show_cells(console, locking.COLUMNS, locking.row, outcomes)
    cells = [locking.to_json(outcome) for outcome in outcomes]
    console.json(views.document("lock", cells=cells, pruned=[path.name for path in pruned]))
    finish(console, outcomes)


@ends_well
def build(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    builder: o.Builder = None,
    image: o.Image = None,
    bytecode: o.BytecodePolicy = None,
    force: o.Force = False,
    no_cache: o.NoCache = False,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    jobs: o.Jobs = o.JOBS,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
    result: o.Result = None,
) -> None:
    """Build the layers: a zip and a manifest for each cell. What is up to date is left alone.

    Example: layerfactory build --python 3.7 --scikit-learn 0.23.0
    """
    from layerfactory.cli import stages, views
    from layerfactory.cli.foreseeing import foresee
    from layerfactory.cli.session import Overrides, open_session

    console = Console(as_json=as_json, result=result)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    overrides = Overrides(builder, image, bytecode, force, no_cache)
    session = open_session(console, matrix, chosen, output, jobs, overrides)
    steps = (foresee,) if dry_run else (stages.lock, stages.build)
    outcomes = stages.run_stages(session, *steps, quiet=dry_run)
    show_cells(console, views.BUILD_COLUMNS, views.build_row, outcomes)
    cells = [views.outcome_json(outcome) for outcome in outcomes]
    console.json(views.document("build", cells=cells))
    finish(console, outcomes)


@ends_well
def verify(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    builder: o.Builder = None,
    image: o.Image = None,
    allow_unprobed: o.AllowUnprobed = False,
    force: o.VerifyAgain = False,
    upstream_tests: o.UpstreamTests = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    jobs: o.Jobs = o.JOBS,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
    result: o.Result = None,
) -> None:
    """Prove built layers: sizes, every ELF file, contents, and each estimator in the real Python.

    With --upstream-tests, the packages' own tests must also end as before trimming.

    Example: layerfactory verify --only 'py3.12-*'
    """
    from layerfactory.cli import stages, views
    from layerfactory.cli.session import Overrides, open_session
    from layerfactory.cli.upstream import show_upstream, upstream_stages
    from layerfactory.cli.verifying import show_findings, verifying

    console = Console(as_json=as_json, result=result)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    overrides = Overrides(builder, image, force=force)
    session = open_session(console, matrix, chosen, output, jobs, overrides)
    prove = verifying(allow_unprobed=allow_unprobed)
    test = upstream_stages(upstream_tests, allow_unprobed=allow_unprobed)
    steps = (stages.known, stages.load) if dry_run else (stages.known, stages.load, prove, *test)
    outcomes = stages.run_stages(session, *steps, quiet=dry_run)
    show_cells(console, views.VERIFY_COLUMNS, views.verify_row, outcomes)
    show_findings(console, outcomes)
    show_upstream(console, outcomes)
    cells = [views.outcome_json(outcome) for outcome in outcomes]
    console.json(views.document("verify", cells=cells))
    finish(console, outcomes)
