"""What happens in a seed: which commands run, what the weather is like, when they are killed. Pure.

A seed always draws the same. What strikes a call depends on the seed, on the call and on how often
it was made, and not on which region's thread came first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

from fault_proxy import Cut, Delay, Kill, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from fault_proxy import Call, Does

REGIONS = ("af-south-1", "ap-south-1", "eu-west-1", "us-east-1", "us-west-2")
OPT_IN = "af-south-1"
READ_SECONDS = 1.0
"""How long the client waits for an answer while faults are about."""


class Verb(StrEnum):
    """A command of the campaign."""

    PUBLISH = "publish"
    INDEX = "index"
    RELEASE = "release"


class Death(StrEnum):
    """How a region is gone."""

    SILENT = "connections cut"
    BROKEN = "503 for good"
    NOT_ENABLED = "not enabled"


@dataclass(frozen=True, slots=True)
class Dead:
    """A region that is gone from some run on, for good."""

    region: str
    how: Death
    since: int
    """The number of the first run that finds it so; the first run is 0."""


@dataclass(frozen=True, slots=True)
class AtCall:
    """Killed at a call, counted from the start of the run."""

    pattern: str
    """Either any call of a region, or every publishing one."""
    region: str
    nth: int
    when: Kill


@dataclass(frozen=True, slots=True)
class AtTime:
    """Killed some seconds after it began."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """One command while faults are about."""

    verb: Verb
    severity: float
    """What the chances of all faults are multiplied by."""
    aim: AtCall | AtTime | None
    """When it is killed; None where it comes to its end."""
    rival: float | None = None
    """Seconds after which the same command begins once more, beside it; None where it does not."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that a seed decides."""

    seed: int
    runs: tuple[Run, ...]
    dead: Dead | None
    large: bool
    """One layer is over the limit of a direct upload."""
    history: tuple[str, ...]
    """Regions that have an older build of every cell."""
    page_length: int

    def dead_at(self, run: int) -> Dead | None:
        """The region that is gone in a run, if there is one."""
        return self.dead if self.dead is not None and run >= self.dead.since else None


@dataclass(frozen=True, slots=True)
class Strike:
    """One kind of fault, and how often it comes."""

    kind: str
    chance: float
    of_writes: float
    """The chance where the call changes something in AWS."""
    make: Callable[[Random], Does]


def _throttle(dice: Random) -> Refusal:
    headers = (("Retry-After", "1"),) if dice.random() < 1 / 3 else ()
    return Refusal(429, "TooManyRequestsException", headers=headers)


def _delay(when: Cut) -> Callable[[Random], Delay]:
    return lambda dice: Delay(round(READ_SECONDS + dice.uniform(0.1, 0.6), 3), when)


STRIKES = (
    Strike("throttled", 0.04, 0.06, _throttle),
    Strike("500", 0.01, 0.03, lambda _: Refusal(500, "ServiceException")),
    Strike("503", 0.01, 0.03, lambda _: Refusal(503, "ServiceUnavailableException")),
    Strike("cut before", 0.02, 0.05, lambda _: Cut.BEFORE),
    Strike("cut after", 0.02, 0.08, lambda _: Cut.AFTER),
    Strike("late before", 0.002, 0.03, _delay(Cut.BEFORE)),
    Strike("late after", 0.002, 0.02, _delay(Cut.AFTER)),
    Strike("access denied", 0.003, 0.006, lambda _: Refusal(403, "AccessDeniedException")),
)
_DEATHS: dict[Death, Does] = {
    Death.SILENT: Cut.BEFORE,
    Death.BROKEN: Refusal(503, "ServiceUnavailableException"),
    Death.NOT_ENABLED: Refusal(403, "UnrecognizedClientException"),
}


def draw(seed: int) -> Scenario:
    """What a seed decides; always the same."""
    dice = Random(f"scenario {seed}")
    runs = tuple(_draw_run(dice) for _ in range(dice.randint(1, 4)))
    dead = _draw_dead(dice, len(runs)) if dice.random() < 0.25 else None
    old = dice.sample(REGIONS, dice.randint(1, len(REGIONS))) if dice.random() < 0.3 else []
    return Scenario(
        seed=seed,
        runs=runs,
        dead=dead,
        large=dice.random() < 0.25,
        history=tuple(sorted(old)),
        page_length=dice.choice((2, 4, 50)),
    )


def _draw_run(dice: Random) -> Run:
    (verb,) = dice.choices((Verb.PUBLISH, Verb.RELEASE, Verb.INDEX), (5, 3, 2))
    severity = dice.choice((0.0, 0.5, 1.0, 2.0))
    aim = _draw_aim(dice) if dice.random() < 0.75 else None
    rival = round(dice.uniform(0.0, 1.0), 3) if dice.random() < 0.2 else None
    return Run(verb, severity, aim, rival)


def _draw_aim(dice: Random) -> AtCall | AtTime:
    when = dice.choice(tuple(Kill))
    kind = dice.random()
    if kind < 0.4:
        return AtCall("", dice.choice(REGIONS), dice.randint(1, 20), when)
    if kind < 0.8:
        return AtCall("lambda POST ", "", dice.randint(1, 30), when)
    return AtTime(round(dice.uniform(0.05, 2.0), 3))


def _draw_dead(dice: Random, runs: int) -> Dead:
    region, how = dice.choice(REGIONS), dice.choice((Death.SILENT, Death.BROKEN))
    if region == OPT_IN and dice.random() < 0.7:
        how = Death.NOT_ENABLED
    return Dead(region, how, since=0 if dice.random() < 0.7 else dice.randint(1, runs))


class Weather:
    """Decides what happens to each call of one run; a proxy asks it, with its lock held.

    Args:
        seed: of the scenario.
        severity: what the chances are multiplied by.
        dead: a region that is gone.
        aim: the call that the run is killed at.
    """

    def __init__(
        self, seed: int, severity: float, dead: Dead | None = None, aim: AtCall | None = None
    ) -> None:
        self._seed = seed
        self._severity = severity
        self._dead = dead
        self._aim = aim
        self._aimed_at = 0

    def __call__(self, call: Call, nth: int) -> Does | None:
        """What happens to a call that is made for the ``nth`` time."""
        if self._is_aimed_at(call):
            return self._aim.when if self._aim else None
        if self._dead is not None and call.region == self._dead.region:
            return _DEATHS[self._dead.how]
        return strike(self._seed, str(call), call.region, nth, self._severity)

    def _is_aimed_at(self, call: Call) -> bool:
        aim = self._aim
        if aim is None or not str(call).startswith(aim.pattern):
            return False
        if aim.region not in {"", call.region}:
            return False
        self._aimed_at += 1
        return self._aimed_at == aim.nth


def strike(seed: int, call: str, region: str, nth: int, severity: float) -> Does | None:
    """The fault that a seed has for the ``nth`` time that a call is made, if any."""
    dice = Random(f"{seed} {region} {call} {nth}")
    writes = call.split()[1] != "GET"
    left = dice.random()
    for each in STRIKES:
        left -= severity * (each.of_writes if writes else each.chance)
        if left < 0:
            return each.make(dice)
    return None
