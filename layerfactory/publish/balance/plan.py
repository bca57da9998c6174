"""Decides what makes the numbers of layers equal in all regions. Nothing here asks or acts.

AWS gives each number once, and counts up. So a region can only be brought on, by publishing there
what others have, in their order, beginning behind what it holds already.

Two runs that publish one zip at the same moment leave a double: a second version of one content. It
is copied only where something else comes after it, since no number can be skipped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import TYPE_CHECKING

from layerfactory.publish.balance.values import (
    BalancePlan,
    Copy,
    Double,
    Gap,
    Grant,
    Held,
    Refusal,
    Shelf,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layerfactory.data.regions import Region


@dataclass(frozen=True, slots=True)
class History:
    """What the versions of one layer are, as far as regions agree about it."""

    shelves: tuple[Shelf, ...]
    """One a region, sorted."""
    line: dict[int, tuple[Region, Held]]
    """Each number with what it holds and a region that has it."""
    firsts: dict[str, int]
    """Each content with the number that counts: the lowest that holds it."""
    refused: dict[Region, str]
    """Regions that cannot be made equal, each with its reason."""

    @property
    def last(self) -> int:
        """The highest number that holds something new; 0 where there is none."""
        return max(self.firsts.values(), default=0)

    def lagging(self) -> Iterator[tuple[Shelf, range]]:
        """The regions that can be made equal, each with the numbers that it lacks."""
        for shelf in self.shelves:
            if shelf.region not in self.refused:
                yield shelf, range(shelf.newest + 1, self.last + 1)

    def to_grant(self, shelf: Shelf) -> Iterator[Held]:
        """What a kill may have left private: the newest version, and what a double comes after."""
        before = (number for number in self.firsts.values() if number <= shelf.newest)
        numbers = {shelf.newest, max(before, default=0)}
        return (each for each in shelf.held if each.version in numbers)


def plan_balance(shelves: Iterable[Shelf]) -> BalancePlan:
    """What is to be done for each layer in each region.

    Args:
        shelves: every layer in every region, also where the region has nothing of it.
    """
    histories = settle(shelves)
    steps = [step for history in histories for step in _steps(history)]
    steps.sort(key=lambda step: (step.layer_name, step.version, step.region))
    return BalancePlan(
        shelves=tuple(shelf for history in histories for shelf in history.shelves),
        steps=tuple(steps),
        refusals=tuple(refusal for history in histories for refusal in _refusals(history)),
        gaps=tuple(gap for history in histories for gap in _gaps(history)),
        doubles=tuple(double for history in histories for double in _doubles(history)),
    )


def unseen(shelves: Iterable[Shelf]) -> frozenset[tuple[Region, str, int]]:
    """Versions that must be looked at before a plan can count: region, layer and number.

    Lists tell numbers and marks. Whether a version is public, how large it is, and whether its mark
    is true, is asked one by one: of each region's newest, of its twin, and of what it lacks; of a
    double, of what it doubles as well.
    """
    wanted: set[tuple[Region, str, int]] = set()
    for history in settle(shelves):
        for shelf, lacking in history.lagging():
            newest = [(shelf.region, each) for each in history.to_grant(shelf)]
            twin = [history.line[each.version] for _, each in newest]
            due = [history.line[number] for number in lacking]
            wanted.update(
                (region, shelf.layer_name, held.version)
                for region, held in (*newest, *twin, *due)
                if held.public is None
            )
    return frozenset(wanted)


def settle(shelves: Iterable[Shelf]) -> list[History]:
    """Find out, for each layer, what its versions are, and which regions stand against it.

    Under each number the content counts that most regions hold; of two that equally many hold, the
    one of the region with the highest number.
    """
    ordered = sorted(shelves, key=lambda shelf: (shelf.layer_name, shelf.region))
    return [
        _settle_layer(tuple(layer))
        for _, layer in groupby(ordered, key=lambda shelf: shelf.layer_name)
    ]


def _settle_layer(layer: tuple[Shelf, ...]) -> History:
    refused = {shelf.region: reason for shelf in layer if (reason := _foreign(shelf))}
    ranked = sorted((shelf for shelf in layer if shelf.region not in refused), key=_rank)
    for number in sorted({each.version for shelf in ranked for each in shelf.held}):
        sides = _sides(ranked, number)
        if len(sides) > 1 and _weight(sides[0]) == _weight(sides[1]):
            reason = f"{sides[0][0].region} and {sides[1][0].region} differ in :{number}"
            reason += ", and nothing tells who is right"
            return History(layer, {}, {}, {shelf.region: reason for shelf in layer})
        for shelf in chain.from_iterable(sides[1:]):
            refused[shelf.region] = f"{sides[0][0].region} has another content under :{number}"
        # Who was wrong once has no say in what follows.
        ranked = [shelf for shelf in ranked if shelf.region not in refused]
    line = _line(ranked)
    history = History(layer, line, _firsts(line), refused)
    missing = {
        shelf.region: reason
        for shelf, lacking in history.lagging()
        if (reason := _missing(line, lacking))
    }
    return replace(history, refused=refused | missing)


def _rank(shelf: Shelf) -> tuple[int, int, Region]:
    """Whom to ask first: the highest number, then the fewest gaps."""
    return -shelf.newest, -len(shelf.held), shelf.region


def _sides(ranked: Sequence[Shelf], number: int) -> list[list[Shelf]]:
    """The regions that hold one content under a number, the weightiest first."""
    sides: dict[str, list[Shelf]] = {}
    for shelf in ranked:
        for each in shelf.held:
            if each.version == number:
                sides.setdefault(each.code_sha256, []).append(shelf)
    return sorted(sides.values(), key=_weight, reverse=True)


def _weight(side: Sequence[Shelf]) -> tuple[int, int]:
    return len(side), max(shelf.newest for shelf in side)


def _line(ranked: Iterable[Shelf]) -> dict[int, tuple[Region, Held]]:
    """Each number with who is asked for it; that it is public anywhere counts.

    A kill may have left it private in one of the regions that lead, and not in the other. So where
    one says that it is private, the next is asked whom nobody has asked yet.
    """
    line: dict[int, tuple[Region, Held]] = {}
    for shelf in ranked:
        for each in shelf.held:
            _, known = line.get(each.version, (None, None))
            if known is None or _openness(each) > _openness(known):
                line[each.version] = shelf.region, each
    return line


def _openness(held: Held) -> int:
    return {False: 0, None: 1, True: 2}[held.public]


def _firsts(line: dict[int, tuple[Region, Held]]) -> dict[str, int]:
    firsts: dict[str, int] = {}
    for number in sorted(line):
        firsts.setdefault(line[number][1].code_sha256, number)
    return firsts


def _foreign(shelf: Shelf) -> str:
    number = next((each.version for each in shelf.held if not each.code_sha256), 0)
    return f"{shelf.region}:{number} is not layerfactory's, or was altered" if number else ""


def _missing(line: dict[int, tuple[Region, Held]], lacking: range) -> str:
    gone = next((number for number in lacking if number not in line), 0)
    return f"no region has :{gone} any more, and no number can be skipped" if gone else ""


def _steps(history: History) -> Iterator[Step]:
    for shelf, lacking in history.lagging():
        for each in history.to_grant(shelf):
            source, twin = history.line[each.version]
            if twin.public and each.public is False:
                name = shelf.layer_name
                yield Grant(name, shelf.region, each.version, source, twin.code_sha256)
        for number in lacking:
            yield _copy(history, shelf, number, lacking[-1])


def _copy(history: History, shelf: Shelf, number: int, last: int) -> Copy:
    source, original = history.line[number]
    first = history.firsts[original.code_sha256]
    reason = f"holds what :{first} holds; :{last} follows, and no number can be skipped"
    return Copy(
        layer_name=shelf.layer_name,
        region=shelf.region,
        version=number,
        source=source,
        code_sha256=original.code_sha256,
        public=bool(original.public),
        zipped_bytes=original.zipped_bytes,
        reason=reason if first < number else "",
    )


def _refusals(history: History) -> Iterator[Refusal]:
    for shelf in history.shelves:
        if reason := history.refused.get(shelf.region):
            beside = (each.newest for each in history.shelves if each.region != shelf.region)
            others = max(history.line, default=0) or max(beside, default=0)
            yield Refusal(shelf.layer_name, shelf.region, reason, others)


def _gaps(history: History) -> Iterator[Gap]:
    """Numbers below a region's newest that it has lost, and that another one has."""
    numbers = sorted({each.version for shelf in history.shelves for each in shelf.held})
    for shelf in history.shelves:
        held = {each.version for each in shelf.held}
        for number in numbers:
            if number < shelf.newest and number not in held:
                yield Gap(shelf.layer_name, shelf.region, number)


def _doubles(history: History) -> Iterator[Double]:
    """What comes last in a region, is nothing new, and stands not in all that can be equal."""
    agreed = [shelf for shelf, _ in history.lagging()]
    fewest = min((shelf.newest for shelf in agreed), default=0)
    for shelf in agreed:
        for each in shelf.held:
            if each.version > max(history.last, fewest):
                first = history.firsts[each.code_sha256]
                yield Double(shelf.layer_name, shelf.region, each.version, first)
