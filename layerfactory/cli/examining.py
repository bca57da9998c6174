"""The verb `doctor`: whether all is there that hosting one's own layers takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from layerfactory.cli import options as o
from layerfactory.cli.common import read_choice
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layerfactory.cli.session import Session
    from layerfactory.doctor.check import Check

_UNWELL = 9
"""The exit code where something has to be mended."""


@ends_well
def doctor(
    region: o.RegionNames = None,
    profile: o.Profile = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    as_json: o.AsJson = False,
) -> None:
    """Look at all that hosting layers takes, and say what to do; nothing is changed.

    Docker and images, Pythons, disk, package index, the repository on GitHub and its settings,
    credentials, clock, regions, room and role. Ends with 0 where all is well or only warned of, and
    with 9 where something has to be mended.

    Example: layerfactory doctor --region us
    """
    from layerfactory.cli.session import open_session
    from layerfactory.cli.views import document
    from layerfactory.doctor.check import Level

    console = Console(as_json=as_json)
    session = open_session(
        console, matrix, read_choice(None, None, None, None, None, region), output, o.JOBS
    )
    found: list[Check] = []
    for check in _checks(session, profile, output):
        found.append(check)
        console.say(f"{check.level:4}  {check.name}: {check.saw}")
        if check.remedy:
            console.say(f"      -> {check.remedy}")
    worst = {check.level for check in found}
    console.json(
        document(
            "doctor",
            well=Level.FAIL not in worst,
            checks=[
                {"name": c.name, "level": str(c.level), "saw": c.saw, "remedy": c.remedy}
                for c in found
            ],
        )
    )
    if Level.FAIL in worst:
        raise typer.Exit(_UNWELL)


def _checks(session: Session, profiles: list[str] | None, output: Path) -> Iterator[Check]:
    from layerfactory.doctor.probes import look_at_aws, look_here
    from layerfactory.publish.aws.calls import RetryPolicy
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.aws.settings import AwsSettings, read_profiles

    profile, others = read_profiles(profiles or ())
    aws = Aws(AwsSettings(profile=profile, profiles=others), RetryPolicy(attempts=2))
    yield from look_here(session.matrix, session.index, output)
    yield from look_at_aws(aws, session.regions, session.named)
