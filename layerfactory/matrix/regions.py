"""Turns names of regions and groups into regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.data.regions import Region, region_groups, regions
from layerfactory.errors import MatrixError
from layerfactory.matrix.closest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def region_fault(name: str, own_groups: Iterable[str] = ()) -> str:
    """What is wrong with the name of a region or group; empty when nothing is."""
    known = (*regions(), *region_groups(), *own_groups)
    if name in known:
        return ""
    clause = suggest(name, known)
    return f"there is no region or group {name!r}" + (f"; {clause}" if clause else "")


def resolve_regions(
    names: Iterable[str], own_groups: Mapping[str, Iterable[str]]
) -> tuple[Region, ...]:
    """The regions that the names stand for, sorted, each once.

    Args:
        names: regions, built-in groups and groups of one's own.
        own_groups: the matrix's groups; their members are regions and built-in groups.

    Raises:
        MatrixError: a name is none of these; all such names are told at once.
    """
    wanted = tuple(names)
    members = tuple(member for name in wanted for member in own_groups.get(name, (name,)))
    faults = [fault for name in wanted if (fault := region_fault(name, own_groups))]
    faults += [fault for name in members if name not in wanted and (fault := region_fault(name))]
    if faults:
        raise MatrixError(
            "\n".join(dict.fromkeys(faults)),
            "Name regions such as us-west-2, or groups such as default, all or eu.",
        )
    found = {region for name in members for region in _members(name)}
    return tuple(sorted(found))


def named_regions(names: Iterable[str]) -> frozenset[str]:
    """Those that are named themselves, and not through a group that holds them."""
    return frozenset(name for name in names if name in regions())


def _members(name: str) -> tuple[Region, ...]:
    return region_groups()[name] if name in region_groups() else (regions()[name],)
