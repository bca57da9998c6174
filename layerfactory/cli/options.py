"""The options that several verbs share, each said once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.model import BuilderChoice, Bytecode


def read_architecture(text: str) -> Architecture:
    """An architecture, or the arguments are refused with what may have been meant."""
    from layerfactory.matrix.select import architecture_fault

    name = text.lstrip("=")
    if fault := architecture_fault(name):
        raise typer.BadParameter(fault)
    return Architecture(name)


ARCHITECTURES = "|".join(Architecture)

Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="GLOB",
        help="Cells whose identifier matches, such as 'py3.12-*'. Repeatable; one value may hold "
        "several, with spaces between.",
    ),
]
Python = Annotated[
    list[str] | None,
    typer.Option("--python", metavar="X.Y", help="Repeatable."),
]
ScikitLearn = Annotated[
    list[str] | None,
    typer.Option(
        "--scikit-learn",
        metavar="VERSION",
        help="An exact release: 1.9 is 1.9.0. Repeatable. With --python, a cell that the matrix "
        "lacks is made for the occasion.",
    ),
]
Arch = Annotated[
    list[Architecture] | None,
    typer.Option(
        "--architecture", parser=read_architecture, metavar=ARCHITECTURES, help="Repeatable."
    ),
]
Extras = Annotated[
    list[str] | None,
    typer.Option(
        "--extras",
        metavar="NAME[,NAME]",
        help="The variant with these, such as pandas; none is the one without. Repeatable. "
        "By default every variant that the matrix has.",
    ),
]
MatrixFile = Annotated[
    Path,
    typer.Option("--matrix", help="The matrix; locks/ lies beside it."),
]
Output = Annotated[
    Path,
    typer.Option("--output", "-o", help="Folder of the built layers."),
]
CatalogFile = Annotated[
    Path | None,
    typer.Option(
        "--catalog",
        help="The index; layers.json lies beside it. By default layers.csv beside the matrix, or "
        "in the output folder when AWS is not the real one.",
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        show_default="as many as cores",
        help="How much is done side by side.",
    ),
]
Builder = Annotated[
    BuilderChoice | None,
    typer.Option("--builder", help="In place of the matrix's."),
]
Image = Annotated[
    str | None,
    typer.Option("--image", help="Build image, in place of the runtime's."),
]
BytecodePolicy = Annotated[
    Bytecode | None,
    typer.Option("--bytecode", help="In place of the matrix's."),
]
Force = Annotated[bool, typer.Option("--force", help="Build again what is up to date.")]
VerifyAgain = Annotated[
    bool, typer.Option("--force", help="Verify again what passed, and has not changed since.")
]
NoCache = Annotated[
    bool,
    typer.Option("--no-cache", help="Make each wheel's part anew, and keep none of them."),
]
AllowUnprobed = Annotated[
    bool,
    typer.Option("--allow-unprobed", help="Let pass what no interpreter at hand could run."),
]
Verdicts = Annotated[
    Path | None,
    typer.Option(
        "--verdicts",
        metavar="DIR",
        help="Take the verdicts of `verify` from there, and none that lies beside a zip.",
    ),
]
UpstreamTests = Annotated[
    str | None,
    typer.Option(
        "--upstream-tests",
        metavar="quick|full",
        help="Also run this selection of scikit-learn's, numpy's and scipy's own tests on the "
        "layer and on an untrimmed install. quick takes minutes a cell.",
    ),
]
RegionNames = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="NAME",
        help="A region or a group such as us, eu, default. Repeatable; one value may hold several, "
        "with spaces between. By default the matrix's. It counts where AWS is asked; the other "
        "verbs check its spelling.",
    ),
]
Profile = Annotated[
    list[str] | None,
    typer.Option(
        "--profile",
        metavar="[PARTITION=]NAME",
        help="Of the AWS configuration: for all partitions, or for one such as aws-cn. Repeatable.",
    ),
]
Private = Annotated[
    bool,
    typer.Option(
        "--private",
        help="For your own account only; takes back what was granted to everybody of these "
        "zips. Older builds keep theirs.",
    ),
]
Supersede = Annotated[
    bool,
    typer.Option(
        "--supersede",
        help="Publish after a newest version that layerfactory did not publish.",
    ),
]
Bucket = Annotated[
    str | None,
    typer.Option(
        "--bucket",
        metavar="TEMPLATE",
        help="Of the bucket for zips over 50 MiB; may hold {account} and {region}.",
    ),
]
Local = Annotated[
    bool,
    typer.Option(
        "--local", help="An embedded AWS for the length of the command: no account, nothing real."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be done, and stop.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")]
Result = Annotated[
    Path | None,
    typer.Option("--result", help="A file that gets what --json prints, whatever is shown."),
]

MATRIX = Path("matrix.yaml")
OUTPUT = Path("dist")
CATALOG = Path("layers.csv")
CATALOG_JSON = Path("layers.json")
SITE = Path("build/site")
BENCHMARKS = Path("docs/benchmarks")
RECORDS = Path("records")
JOBS = os.cpu_count() or 1
