"""What `report` tells of a run: a page for people, and one issue while something is wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layerfactory.cli.common import finish
from layerfactory.cli.foretold import without_region
from layerfactory.cli.views import counted, document
from layerfactory.console import Column
from layerfactory.errors import MatrixError, PublishError
from layerfactory.jobs.github import GitHub
from layerfactory.jobs.markdown import plain
from layerfactory.jobs.results import End, read_run
from layerfactory.jobs.tracker import Wish, keep_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.console import Console
    from layerfactory.jobs.results import Run, Trouble
    from layerfactory.jobs.tracker import Done

TITLE = "Not every layer could be made and published"
_NEXT = (
    "The next run makes and publishes just what is missing, and closes this issue when all is well."
)
_COLUMNS = (Column("what"), Column("stage"), Column("why", whole=True))
_MANY = 50
"""Rows of a table; an issue has room for 65,536 characters."""
_LONG = 500
"""Characters of a cell in such a row."""


def read(folder: Path, jobs: Sequence[str]) -> Run:
    """The results of a run, and how its jobs ended: ``NAME=RESULT``.

    Raises:
        BuildError: there was no such run.
        MatrixError: that is no result of a job.
    """
    return read_run(folder, dict(map(_end, jobs)))


def _end(words: str) -> tuple[str, End]:
    name, _, result = words.partition("=")
    if not name or result not in set(End):
        choice = ", ".join(f"{name or 'NAME'}={end}" for end in End)
        raise MatrixError(f"--job {words}: says not how a job ended", f"Say one of {choice}.")
    return name, End(result)


def keep_issue(run: Run) -> Done:
    """Bring the one issue up to date; raises TrackerError."""
    body = f"{markdown(run)}\n{_NEXT}\n" if run.troubles else ""
    good_news = f"All is well again.{_link()}"
    return keep_one(GitHub(Path.cwd()), Wish(TITLE, body, run.whole, good_news))


def show(console: Console, run: Run) -> None:
    """The page, here and where GitHub shows it."""
    rows = [(each.where, each.stage, _why(each)) for each in run.troubles]
    if rows:
        console.table("Failed", _COLUMNS, rows)
    console.say(_words(run))
    console.step_summary(f"## layerfactory\n\n{markdown(run)}")


def to_json(run: Run, told: Done | None) -> dict[str, Any]:
    """What ``--json`` prints."""
    return document(
        "report",
        planned=run.planned,
        whole=run.whole,
        cells=run.cells,
        regions=run.regions,
        states=dict(run.states),
        listed=run.listed,
        troubles=[
            {"stage": each.stage, "where": each.where, "why": each.why, "remedy": each.remedy}
            for each in run.troubles
        ],
        issue=str(told) if told is not None else None,
    )


def end(console: Console, run: Run) -> None:
    """Fail where anything did."""
    if run.troubles:
        error = PublishError(
            f"{counted(len(run.troubles), 'failure')}: see the table",
            "Mend what does not pass by itself; the next run does what is missing.",
        )
        finish(console, (), error)


def markdown(run: Run) -> str:
    """What was done, then a table of what failed, why, and what comes next."""
    lines = [f"{_words(run)}.{_link()}", ""]
    if run.troubles:
        lines += ["| what | stage | why | remedy |", "| --- | --- | --- | --- |"]
        lines += [_row(each) for each in run.troubles[:_MANY]]
        if len(run.troubles) > _MANY:
            lines += ["", f"And {len(run.troubles) - _MANY} more: see the run's log."]
    return "\n".join(lines).rstrip() + "\n"


def _row(each: Trouble) -> str:
    cells: Sequence[str] = (each.where, each.stage, _why(each), each.remedy)
    return f"| {' | '.join(_short(plain(cell)) for cell in cells)} |"


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def _why(each: Trouble) -> str:
    """Why it failed, without the place that stands beside it."""
    place = each.where.rpartition(" ")[2]
    return without_region(each.why, place)


def _words(run: Run) -> str:
    """What was done, in a line."""
    if not run.planned:
        parts = ["Nobody knows what was to be made"]
    elif run.cells:
        parts = [f"{counted(run.cells, 'layer')} to make for {counted(run.regions, 'region')}"]
    else:
        parts = ["Nothing was to be made"]
    parts += [f"{plain(state)} {count}" for state, count in run.states.items()]
    parts += [f"{counted(run.listed, 'layer')} in the index"] if run.listed is not None else []
    parts += [f"{counted(len(run.troubles), 'thing')} failed"] if run.troubles else []
    return ", ".join(parts)


def _link() -> str:
    """To the run, where GitHub runs it."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, number = (os.environ.get(name, "") for name in names)
    if not (server and repository and number):
        return ""
    return f" [See the run]({server}/{repository}/actions/runs/{number})."
