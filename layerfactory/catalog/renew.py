"""The catalogue as it becomes, out of what it was and what the regions answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from layerfactory.catalog.arrange import arrange
from layerfactory.errors import RegionNotEnabledError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from layerfactory.catalog.collect import Answers
    from layerfactory.catalog.retirement import Retirements
    from layerfactory.catalog.row import Row
    from layerfactory.errors import AwsError

_NAMED = 3
"""So many of the rows that are listed no more are told by name, in each region."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The catalogue as it should be, and what a maintainer should know of it."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    """What is not listed, or not any more, each with its reason."""
    unanswered: tuple[tuple[str, AwsError], ...]
    """Regions that could not be asked; their rows are stale."""
    not_enabled: tuple[str, ...] = ()
    """Regions that the account has not enabled, and that nobody asked for by name."""


def renew(
    rows: Sequence[Row],
    answers: Answers,
    *,
    today: date,
    retired: Retirements,
    named: Collection[str] = (),
    listed: Collection[str] | None = None,
) -> Collected:
    """The rows after an answer.

    Where a region answered, a row of what was asked for is there only if AWS confirmed it. Where it
    did not, the row stays, stale since the first such day. All others stay as they are: also what
    another run has listed since the regions were asked, as the answers may be older than that.

    Args:
        rows: the catalogue until now.
        answers: what was asked for, and what the regions said.
        today: in UTC.
        retired: what is.
        named: regions that were asked for by name, and not through a group.
        listed: ARNs of the catalogue when the regions were asked; by default those of ``rows``.
    """
    judged = {row.arn for row in rows} if listed is None else set(listed)
    errors = {each.region: each.error for each in answers.regions}
    confirmed = [row for each in answers.regions for row in each.rows]
    asked = [
        row
        for row in rows
        if row.region in errors and row.cell in answers.cells and row.arn in judged
    ]
    reached = {row.arn for row in asked}
    kept = [row for row in rows if row.arn not in reached]
    stale = [
        replace(row, stale_since=row.stale_since or today) for row in asked if errors[row.region]
    ]
    there = arrange([*kept, *stale, *confirmed], retired)
    answered = [row for row in asked if not errors[row.region]]
    failed = [(region, error) for region, error in errors.items() if error is not None]
    off = {region for region, error in failed if isinstance(error, RegionNotEnabledError)}
    passed_over = off - set(named)
    return Collected(
        rows=there,
        notes=(*_refused(answers, answered), *_gone(answered, there, answers)),
        unanswered=tuple(each for each in failed if each[0] not in passed_over),
        not_enabled=tuple(sorted(passed_over)),
    )


def _refused(answers: Answers, before: Iterable[Row]) -> Iterator[str]:
    """Notes on versions that are there, and may not be listed or not any more."""
    listed = {row.arn for row in before}
    for answer in answers.regions:
        for each in answer.unlisted:
            what = "taken out of the index" if each.arn in listed else "not listed"
            yield f"{each.arn} is {what}: {each.why}"


def _gone(before: Iterable[Row], after: Iterable[Row], answers: Answers) -> Iterator[str]:
    """Notes on cells that a region's answer takes out of the catalogue, and does not tell why."""
    told = {each.arn for answer in answers.regions for each in answer.unlisted}
    there = {(row.region, row.cell) for row in after}
    lost = {(row.region, row.cell): row.arn for row in before}
    gone = sorted((key, arn) for key, arn in lost.items() if key not in there and arn not in told)
    for region, group in groupby(gone, key=lambda each: each[0][0]):
        arns = [arn for _, arn in group]
        more = f" and {len(arns) - _NAMED} more" if len(arns) > _NAMED else ""
        yield (
            f"{region}: AWS confirms no more, so the index lists no more: "
            f"{', '.join(arns[:_NAMED])}{more}"
        )
