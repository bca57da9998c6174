"""Says what a layer holds: its packages, their licences and sizes, as the manifest has them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from layerfactory.build.archive import member_size
from layerfactory.build.layer import PackagedWheel, RuleUse
from layerfactory.build.licenses import combine, library_licenses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from layerfactory.build.archive import Member
    from layerfactory.build.locks.lock import LockedWheel
    from layerfactory.build.parts.part import Part


def describe_package(
    part: Part, wheel: LockedWheel, members: Mapping[str, Member]
) -> PackagedWheel:
    """Book each byte of a layer to its distribution.

    Args:
        part: what the wheel gave.
        wheel: as it was locked.
        members: all members of the zip by name, as they were compressed in the end.
    """
    mine = [members[member.name] for member in part.members]
    return PackagedWheel(
        name=part.name,
        version=part.version,
        wheel=wheel.filename,
        sha256=wheel.sha256,
        license=part.license,
        bytes=sum(member.size for member in mine),
        zipped_bytes=sum(map(member_size, mine)),
        rules=part.rules,
    )


def sum_rules(packages: Iterable[PackagedWheel]) -> tuple[RuleUse, ...]:
    """What each rule took from all of them; sorted by rule."""
    files: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for package in packages:
        for use in package.rules:
            files[use.rule] += use.files
            sizes[use.rule] += use.bytes
    return tuple(RuleUse(rule, files[rule], sizes[rule]) for rule in sorted(files))


def layer_license(packages: Sequence[PackagedWheel], files: Iterable[str]) -> str:
    """The SPDX expression over the distributions and the shared libraries they bring."""
    return combine([*(package.license for package in packages), *library_licenses(files)])
