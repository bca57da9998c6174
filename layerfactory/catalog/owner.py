"""Whose layers are listed, and whose credentials answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.catalog.read import ARN
from layerfactory.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from layerfactory.catalog.collect import Answers
    from layerfactory.catalog.row import Row


def account_of(row: Row) -> str:
    """The number of the account that has the layer."""
    found = ARN.fullmatch(row.arn)
    return found["account"] if found else ""


def only_of_owner(answers: Answers, rows: Iterable[Row], regions: Collection[str]) -> Answers:
    """The answers; those of regions where nobody knows who asked only if an ARN tells it.

    To other credentials than the owner's, all layers that are listed seem to be gone. So where
    these answers confirm no layer of the account whose layers are listed, they count for none.

    Args:
        answers: of regions, some of them in one partition whose account is unknown.
        rows: the catalogue when the regions were asked.
        regions: those of that partition.
    """
    owners = {account_of(row) for row in rows if row.region in regions}
    doubtful = [each for each in answers.regions if each.region in regions]
    found = {account_of(row) for each in doubtful for row in each.rows}
    if not owners or found == owners:
        return answers
    told = ", ".join(sorted(owners))
    return replace(
        answers,
        regions=tuple(
            replace(each, rows=(), unlisted=(), error=each.error or _doubt(each.region, told))
            if each.region in regions
            else each
            for each in answers.regions
        ),
    )


def _doubt(region: str, owner: str) -> CredentialsError:
    return CredentialsError(
        f"{region}: STS did not tell whose the credentials are, and no layer of account {owner}, "
        "which the index lists, was found with them",
        "Type it again when STS answers.",
    )
