"""Does a layer hold all that trimming leaves of its lock's wheels, and nothing from elsewhere?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.build.bytecode import plan_bytecode
from layerfactory.build.layer import ROOT
from layerfactory.build.licenses import is_license_text
from layerfactory.build.trim import plan_trim
from layerfactory.matrix.model import Bytecode
from layerfactory.verify.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layerfactory.verify.unzipped import Unzipped

NAMED = 20
"""So many are named for themselves; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What may lie in a layer, as paths below ``python/``."""

    required: tuple[tuple[str, ...], ...]
    """Of each of these, one must be there."""
    allowed: frozenset[str]


def plan_inventory(untrimmed: Iterable[str], policy: Bytecode, python: str) -> Inventory:
    """Plan as a build does.

    Args:
        untrimmed: the files of the untrimmed install.
        policy: what of bytecode and sources is shipped.
        python: the minor version that the layer is for.
    """
    kept = plan_trim(untrimmed).kept
    plan = plan_bytecode(kept, policy, python)
    targets = {step.source: step.target for step in plan.steps}
    # A source that does not compile stays without bytecode; the bytecode check tells which those
    # are. Where sources stay, it asks for their bytecode too.
    required = tuple(
        (targets[name], name) if name in targets and not plan.sources_stay else (name,)
        for name in kept
    )
    return Inventory(required, frozenset(kept) | frozenset(targets.values()))


def check_inventory(
    unzipped: Unzipped, untrimmed: Iterable[str], policy: str, python: str
) -> Iterator[Finding]:
    """Members that are missing, and members that come from no wheel.

    Args:
        unzipped: what the zip holds.
        untrimmed: the files of the untrimmed install.
        policy: the manifest's ``bytecode``.
        python: the minor version that the layer is for.
    """
    if policy not in list(Bytecode):
        return  # the bytecode check tells
    inventory = plan_inventory(untrimmed, Bytecode(policy), python)
    found = {member.filename.removeprefix(ROOT) for member in unzipped.files}
    missing = [
        either[0]
        for either in inventory.required
        # Licence texts have a check of their own.
        if found.isdisjoint(either) and not is_license_text(either[0])
    ]
    yield from _grouped(missing, "is in the wheels of the lock, and is missing")
    yield from _grouped(sorted(found - inventory.allowed), "comes from no wheel of the lock")


def _grouped(names: Sequence[str], message: str) -> Iterator[Finding]:
    for name in names[:NAMED]:
        yield Finding("contents", ROOT + name, message)
    more = len(names) - NAMED
    if more > 0:
        yield Finding("contents", f"{more} more files", message)
