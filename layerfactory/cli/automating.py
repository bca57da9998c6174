"""The verbs that a CI run has beside those of the desk: jobs, report and propose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layerfactory.cli import options as o
from layerfactory.cli.common import read_choice
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console
from layerfactory.jobs.plan import WORTH_A_JOB


@ends_well
def jobs(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    runners: Annotated[
        int,
        typer.Option("--runners", min=1, max=256, help="Jobs of a kind that run side by side."),
    ] = 20,
    job_seconds: Annotated[
        int,
        typer.Option("--job-seconds", min=1, help="Of work that is worth a job of its own."),
    ] = WORTH_A_JOB,
    force: Annotated[
        bool, typer.Option("--force", help="Make everything again, whatever is published.")
    ] = False,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample",
            help="Only the newest of the cells for each architecture: enough to try a change with.",
        ),
    ] = False,
    github_output: Annotated[
        bool,
        typer.Option(
            "--github-output",
            help="Give later jobs of GitHub Actions the matrices `build` and `publish`, "
            "`work`: whether there is any, and `index`: whether it is to be made anew.",
        ),
    ] = False,
    local: o.Local = False,
    profile: o.Profile = None,
    catalog: o.CatalogFile = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    as_json: o.AsJson = False,
    result: o.Result = None,
) -> None:
    """Split what regions lack into jobs that machines do side by side; touch nothing.

    A region lacks a layer where its newest version is made of another lock or bytecode policy, or
    is private still. What is public and not in the index, or stale there, is to be listed; it is
    made again where nobody knows what is in it. Regions that do not answer are told, and left to
    the next run.

    Example: layerfactory jobs --region us --runners 4
    """
    from layerfactory.cli import indexing, jobbing, publishing
    from layerfactory.cli.session import Choice, open_session
    from layerfactory.jobs.plan import Machines
    from layerfactory.matrix.select import Selection

    console = Console(as_json=as_json, result=result)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, output, o.JOBS)
    if sample:
        session = jobbing.sampled(session)
    if github_output:
        console.step_outputs({})  # first: asking every region for no one would be a waste
    choice = publishing.AwsChoice(local, profile)
    with publishing.open_aws(console, choice, session.regions) as aws:
        index = indexing.catalog_path(session, aws, catalog)
        whole = chosen == Choice(Selection()) and not sample
        machines = Machines(runners, job_seconds)
        planned = jobbing.plan(session, aws, index, whole=whole, anew=force, machines=machines)
    if github_output:
        console.step_outputs(planned.outputs())
    jobbing.show(console, planned)
    console.json(planned.to_json())
    jobbing.show_faults(console, planned)


@ends_well
def report(
    results: Annotated[
        Path, typer.Argument(help="The folder of the files that --result wrote.", show_default=True)
    ] = Path("results"),
    issue: Annotated[
        bool,
        typer.Option(
            "--issue",
            help="Keep one issue on the tracker of the repository: opened, brought up to date or "
            "closed with `gh`.",
        ),
    ] = False,
    job: Annotated[
        list[str] | None,
        typer.Option(
            "--job",
            metavar="NAME=RESULT",
            help="How a job of the run ended, in GitHub's words: success, failure, cancelled or "
            "skipped; repeatable.",
        ),
    ] = None,
    as_json: o.AsJson = False,
    result: o.Result = None,
) -> None:
    """Gather what jobs said into one page: what was done, what failed, why, and what comes next.

    It fails where anything did, where a job that was planned left no result, and where one ended
    ill that says nothing of it.

    Example: layerfactory report results
    """
    from layerfactory.cli import reporting

    console = Console(as_json=as_json, result=result)
    found = reporting.read(results, job or ())
    reporting.show(console, found)  # first: the tracker may refuse
    told = reporting.keep_issue(found) if issue else None
    if told is not None:
        console.say(f"issue: {told}")
    console.json(reporting.to_json(found, told))
    reporting.end(console, found)


@ends_well
def propose(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders that may have changed.")],
    title: Annotated[str, typer.Option("--title", help="Of the commit, and of the pull request.")],
    body: Annotated[
        Path | None,
        typer.Option("--body", help="A file with the text of the pull request, in Markdown."),
    ] = None,
    branch: Annotated[
        str, typer.Option("--branch", help="Of the pull request; there is one at a time.")
    ] = "layerfactory/layers",
    direct: Annotated[
        bool, typer.Option("--direct", help="Push to the branch itself, without a pull request.")
    ] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Only fetch what the open pull request has changed of these paths, to go on from "
            "there.",
        ),
    ] = False,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
    result: o.Result = None,
) -> None:
    """Commit what has changed and open a pull request for it, or bring the open one up to date.

    It speaks to GitHub with `gh`. Where nothing has changed, nothing happens. The branch of the
    pull request is written anew, unless people have committed there.

    Example: layerfactory propose layers.csv layers.json --title 'List new layers'
    """
    from layerfactory.cli import proposing

    console = Console(as_json=as_json, result=result)
    wish = proposing.Wish(tuple(paths), title, body, branch, direct=direct, dry_run=dry_run)
    done = proposing.resume(console, wish) if resume else proposing.propose(console, wish)
    proposing.show(console, done)
    console.json(done.to_json())
