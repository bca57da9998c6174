"""What pages say of the index and of regions, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.catalog.owner import account_of
from layerfactory.data.regions import regions
from layerfactory.publish.embedded import ACCOUNT as EMBEDDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.catalog.row import Row

REHEARSAL = (
    "This is a rehearsal: these layers were published to an AWS that is embedded in layerfactory. "
    "Their ARNs work nowhere."
)


def notice(rows: Sequence[Row], *, rehearsal: bool) -> str:
    """What to warn of on every page: that nothing of it is real.

    Args:
        rows: the index.
        rehearsal: a person says so. Of the embedded AWS's account it is known.
    """
    made_up = rehearsal or any(account_of(row) == EMBEDDED for row in rows)
    return REHEARSAL if rows and made_up else ""


def dated(rows: Sequence[Row]) -> str:
    """Of when the index is, as far as it tells."""
    days = [row.published for row in rows if row.published]
    if not days:
        return "No layer is published yet." if not rows else "When its layers came is not known."
    stale = [row.stale_since for row in rows if row.stale_since]
    told = f" Some regions have not answered since {min(stale)}." if stale else ""
    return f"The newest layer was published on {max(days)}.{told}"


def region_title(region: str) -> str:
    """A region with what AWS calls it, where that is known: ``us-west-2 · US West (Oregon)``."""
    known = regions().get(region)
    return f"{region} · {known.title}" if known else region


def megabytes(count: int) -> str:
    """Bytes in MB, a million each, with one decimal."""
    return f"{count / 1_000_000:.1f}"
