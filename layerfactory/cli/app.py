"""The command line: its name, its help, and its verbs.

Only what ``--help`` needs is imported at the top of the verbs' modules.
"""

from __future__ import annotations

from typing import Annotated

import typer

from layerfactory import __version__
from layerfactory.cli import (
    automating,
    balancing,
    billing,
    caching,
    examining,
    giving,
    listing,
    making,
    measuring,
    showing,
    watching,
)

app = typer.Typer(
    name="layerfactory",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its help takes twice the time of ours
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Build, prove and publish AWS Lambda layers with scikit-learn.",
    epilog="Exit codes: 0 done, 2 matrix or arguments, 3 lock, 4 build, 5 verify, 6 publish, "
    "7 catalogue, 8 tracker, 9 doctor, 130 interrupted, 1 a bug.",
)


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Say the version, and stop.")] = False,
) -> None:
    """Build, prove and publish AWS Lambda layers with scikit-learn."""
    if version:
        typer.echo(f"layerfactory {__version__}")
        raise typer.Exit


app.command(short_help="Show each cell and what is to be done for it.")(making.plan)
app.command(short_help="Pin each cell to exact wheels.")(making.lock)
app.command(short_help="Build the layers.")(making.build)
app.command(short_help="Prove the built layers.")(making.verify)
app.command(short_help="Show where the bytes of layers are.")(measuring.size)
app.command(short_help="Keep sizes and proofs of verified layers.")(measuring.record)
app.command(short_help="Write SBOMs, notices and sums.")(billing.sbom)
app.command(short_help="Publish verified layers.")(giving.publish)
app.command(short_help="Lock, build, verify, publish and index.")(giving.release)
app.command(short_help="Do all of it on an embedded AWS.")(giving.rehearse)
app.command(short_help="Make version numbers equal in all regions.")(balancing.balance)
app.command(short_help="Rebuild layers.csv and layers.json from AWS.")(listing.index)
app.command(short_help="Mark layers as retired.")(listing.retire)
app.command(short_help="Print the ARN of a layer.")(listing.arn)
app.command(short_help="Write the site to find layers with.")(showing.site)
app.command(short_help="Add to the matrix what came out since.")(watching.watch)
app.command(short_help="Look at what hosting layers takes.")(examining.doctor)
app.command(short_help="Show or prune the cache of wheels' parts.")(caching.cache)
app.command(short_help="Split what regions lack into jobs for a CI.")(automating.jobs)
app.command(short_help="Gather what the jobs of a CI did.")(automating.report)
app.command(short_help="Commit or propose what has changed.")(automating.propose)
