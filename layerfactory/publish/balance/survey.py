"""Asks every region which versions it has, looks at those that decide, and makes the plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from layerfactory.errors import AwsError
from layerfactory.publish.balance.plan import plan_balance, unseen
from layerfactory.publish.balance.values import BalancePlan, Held, Shelf
from layerfactory.publish.identity import claimed_sha256, code_sha256
from layerfactory.publish.regionwise import side_by_side
from layerfactory.publish.storage import Demand

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from threading import Event

    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.session import Aws

Look = tuple["Region", str, int]
"""A version: its region, layer and number."""


def survey_balance(
    aws: Aws,
    layer_names: Iterable[str],
    regions: Sequence[Region],
    *,
    targets: Sequence[Region],
    jobs: int = 16,
) -> BalancePlan:
    """Find out what makes the numbers of these layers equal.

    Args:
        aws: the account.
        layer_names: of the layers.
        regions: who is asked what the versions are.
        targets: those of them that shall be made equal.
        jobs: how many regions are asked at once.
    """
    plan = _Survey(aws, tuple(sorted(set(layer_names))), jobs).make(regions)
    plan = plan.for_regions(targets)
    taking = plan.bytes_by_region()

    def ask(region: Region, _stop: Event) -> Demand:
        try:
            return Demand(region, taking[region], aws.layers(region).storage())
        except AwsError as error:
            return Demand(region, taking[region], None, error.message)

    return replace(plan, demands=tuple(side_by_side(ask, list(taking), jobs, aws.stop)))


class _Survey:
    """One survey: what is known until now, and which regions failed on the way."""

    def __init__(self, aws: Aws, layer_names: tuple[str, ...], jobs: int) -> None:
        self._aws = aws
        self._names = layer_names
        self._jobs = jobs
        self._shelves: dict[tuple[str, Region], Shelf] = {}
        self._failed: dict[Region, AwsError] = {}

    def make(self, regions: Sequence[Region]) -> BalancePlan:
        for shelves in side_by_side(self._list, regions, self._jobs, self._aws.stop):
            self._shelves |= {(shelf.layer_name, shelf.region): shelf for shelf in shelves}
        # To look at versions may tell more: a region that fails, a mark that lies.
        while wanted := unseen(self._shelves.values()):
            self._look_at(wanted)
        plan = plan_balance(self._shelves.values())
        return replace(plan, unreachable=tuple(sorted(self._failed.items())))

    def _list(self, region: Region, stop: Event) -> list[Shelf]:
        try:
            there = self._aws.layers(region).list_layers()
            return [
                Shelf(name, region, self._held(region, name) if name in there else ())
                for name in self._names
                if not stop.is_set()
            ]
        except AwsError as error:
            self._failed[region] = error
            return []

    def _held(self, region: Region, layer_name: str) -> tuple[Held, ...]:
        listed = self._aws.layers(region).list_versions(layer_name)
        held = [Held(each.version, _claimed(each.description)) for each in listed]
        return tuple(sorted(held, key=lambda each: each.version))

    def _look_at(self, wanted: Iterable[Look]) -> None:
        by_region: dict[Region, list[Look]] = defaultdict(list)
        for look in sorted(wanted):
            by_region[look[0]].append(look)
        looks = list(by_region.values())
        looked = side_by_side(self._look, looks, self._jobs, self._aws.stop)
        for region, seen in zip(by_region, looked, strict=True):
            if region in self._failed:
                self._shelves = {
                    key: shelf for key, shelf in self._shelves.items() if key[1] != region
                }
            for name, held in seen:
                shelf = self._shelves[name, region]
                versions = tuple(
                    held if each.version == held.version else each for each in shelf.held
                )
                self._shelves[name, region] = replace(shelf, held=versions)

    def _look(self, looks: Sequence[Look], stop: Event) -> list[tuple[str, Held]]:
        region = looks[0][0]
        seen: list[tuple[str, Held]] = []
        for _, name, version in looks:
            if stop.is_set():
                break
            try:
                remote = self._aws.layers(region).read(name, version)
            except AwsError as error:
                self._failed[region] = error
                return []
            # What a description claims counts only where it is true.
            true = _claimed(remote.description) == remote.code_sha256
            code = remote.code_sha256 if true else ""
            seen.append((name, Held(version, code, remote.public, remote.zipped_bytes)))
        return seen


def _claimed(description: str) -> str:
    """The sha256 in base64 that a description claims; empty where it claims none."""
    return code_sha256(claimed_sha256(description))
