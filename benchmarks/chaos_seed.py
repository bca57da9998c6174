"""Plays one seed: commands under faults, then in fair weather, then the checks."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING

import chaos_checks as checks
from chaos_figures import SeedFigures
from chaos_log import deeds, doubles, faults, looks
from chaos_plan import REGIONS, AtCall, Verb

from layerfactory.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chaos_checks import Having, Place
    from chaos_log import Deed, Double
    from chaos_plan import Dead, Run, Scenario
    from chaos_world import Done, World

_PARTIAL = PublishError.exit_code
_STATES = {"published", "granted", "skipped"}
"""What a result says of a layer that is there."""

_IN_TWO_STEPS = (Verb.PUBLISH, Verb.INDEX)
_AT_ONCE = (Verb.RELEASE,)


class Game:
    """One seed in a world.

    Args:
        world: where it is played; nobody else may use it meanwhile.
        scenario: what the seed decides.
    """

    def __init__(self, world: World, scenario: Scenario) -> None:
        self._world = world
        self._scenario = scenario
        self._dead = scenario.dead
        self._live = tuple(
            name for name in REGIONS if scenario.dead is None or name != scenario.dead.region
        )
        self._runs = 0
        self._beside = 0
        self._buried: int | None = None
        self._kills: Counter[str] = Counter()
        self._broken: list[str] = []

    def play(self) -> SeedFigures:
        """All of it."""
        began = time.monotonic()
        scenario = self._scenario
        self._world.begin(page_length=scenario.page_length, large=scenario.large)
        if scenario.history:
            self._calm(_IN_TWO_STEPS, None, scenario.history, "old")
        for number, run in enumerate(scenario.runs):
            self._bury(scenario.dead_at(number))
            self._run(run, scenario.dead_at(number))
        self._world.proxy.settle()
        self._bury(self._dead)
        self._calm(self._last_verbs, self._dead)
        lost = self._look(self._world.having())
        self._stand_still()
        return self._figures(lost, time.monotonic() - began)

    def _bury(self, dead: Dead | None) -> None:
        """Remember from which call on a region is gone."""
        if dead is not None and self._buried is None:
            self._buried = len(self._world.proxy.exchanges)

    def _run(self, run: Run, dead: Dead | None) -> None:
        """A command under faults; what it says must be true, and so must the index be."""
        for done in self._world.run(run, self._scenario, dead):
            self._runs += 1
            self._kills[_aimed(run)] += done.killed
            self._hold(done, run)
        self._beside += run.rival is not None

    def _hold(self, done: Done, run: Run) -> None:
        has, rows = self._world.having(), self._world.listed()
        self._note(checks.untrue([*rows, *self._world.entries()], has), done)
        self._note(checks.twice(rows), done)
        if done.killed and not done.hung:
            return
        self._note(_misbehaved(done), done)
        self._note(self._false_claims(done, has), done)
        if done.code == 0 and run.verb is not Verb.INDEX:
            self._note(checks.missing(has, self._wanted(REGIONS)), done)

    def _calm(
        self,
        verbs: Sequence[Verb],
        dead: Dead | None,
        regions: Sequence[str] = REGIONS,
        build: str = "new",
    ) -> None:
        """Commands without faults: they must do all that is left, and say so."""
        for verb in verbs:
            done = self._world.run_calmly(verb, dead, regions, build)
            self._runs += 1
            self._note(_misbehaved(done), done)
            wanted = 0 if dead is None else _PARTIAL
            if done.code != wanted:
                self._note([f"ends with {done.code} instead of {wanted}"], done)
            if build == "new":
                self._note(self._false_claims(done, self._world.having()), done)

    @property
    def _last_verbs(self) -> tuple[Verb, ...]:
        return _IN_TWO_STEPS if self._scenario.seed % 2 else _AT_ONCE

    @property
    def _other_verbs(self) -> tuple[Verb, ...]:
        return _AT_ONCE if self._scenario.seed % 2 else _IN_TWO_STEPS

    def _look(self, has: Having) -> int:
        """Hold AWS and the index against what should be; return how many versions are lost."""
        wanted, rows = self._wanted(self._live), self._world.listed()
        missing = checks.missing(has, wanted)
        gone = checks.gone(has, self._deeds())
        ours = [*self._world.workshop.new.values(), *self._world.workshop.old.values()]
        self._broken += [*missing, *gone, *checks.foreign(has, ours)]
        self._broken += [*checks.untrue(rows, has), *checks.twice(rows)]
        self._broken += checks.misindexed(rows, wanted)
        self._broken += checks.public_twice(has, wanted)
        self._broken += checks.apart(rows, self._world.entries())
        self._broken += checks.mismarked(rows, self._dead.region if self._dead else "")
        self._broken += [str(double) for double in self._doubles() if double.avoidable]
        return len(missing) + len(gone)

    def _stand_still(self) -> None:
        """Once more there must be nothing to do, and the index must stay as it is."""
        before, first = self._world.catalog.read_bytes(), len(self._world.proxy.exchanges)
        self._calm(self._other_verbs, self._dead)
        calls = [exchange.call for exchange in self._world.proxy.exchanges[first:]]
        writes = [call for call in calls if call.service == "lambda" and call.method != "GET"]
        writes = [call for call in writes if call.region in self._live]
        if writes:
            self._broken.append(f"where nothing is left to do it calls {writes[0]}")
        if self._world.catalog.read_bytes() != before:
            self._broken.append("layers.csv changes although nothing did")

    def _false_claims(self, done: Done, has: Having) -> list[str]:
        """Results that tell of a version which AWS has not so."""
        if not done.out.startswith("{"):
            return []
        return [
            f"says {result['state']} of {result['arn']}, which is not there so"
            for result in json.loads(done.out).get("results", [])
            if result["state"] in _STATES and not self._is_there(result["arn"], has)
        ]

    def _is_there(self, arn: str, has: Having) -> bool:
        region, layer, version = [arn.split(":")[place] for place in (3, 6, 7)]
        wanted = int(version), self._world.workshop.new[layer], True
        found = has[region, layer]
        return wanted in {(seen.version, seen.code_sha256, seen.public) for seen in found}

    def _wanted(self, regions: Iterable[str]) -> dict[Place, str]:
        new = self._world.workshop.new
        return {(region, layer): new[layer] for region in regions for layer in new}

    def _note(self, faults_found: Iterable[str], done: Done) -> None:
        self._broken += [f"after {done.verb} (run {self._runs}): {fault}" for fault in faults_found]

    def _deeds(self) -> tuple[Deed, ...]:
        return deeds(self._world.proxy.exchanges)

    def _doubles(self) -> tuple[Double, ...]:
        return doubles(self._deeds(), looks(self._world.proxy.exchanges))

    def _faults(self) -> Counter[str]:
        exchanges, gone = self._world.proxy.exchanges, self._dead.region if self._dead else ""
        first = len(exchanges) if self._buried is None else self._buried
        return faults(exchanges[:first]) + faults(exchanges[first:], gone)

    def _figures(self, lost: int, seconds: float) -> SeedFigures:
        made, again = self._deeds(), self._doubles()
        unheard = [deed for deed in made if not deed.answered]
        listed = {(row.region, row.version, row.place[1]) for row in self._world.listed()}
        taken = [deed for deed in unheard if (deed.region, deed.version, deed.layer) in listed]
        return SeedFigures(
            seed=self._scenario.seed,
            runs=self._runs,
            beside=self._beside,
            calls=len(self._world.proxy.exchanges),
            faults=self._faults(),
            kills=+self._kills,
            published=len(made),
            unanswered=len(unheard),
            adopted=len(taken),
            doubled=len(again),
            avoidable=sum(double.avoidable for double in again),
            lost=lost,
            dead=str(self._dead.how) if self._dead else "",
            broken=tuple(self._broken),
            seconds=seconds,
        )


def _misbehaved(done: Done) -> list[str]:
    """How a command ended that may not end so, whatever AWS does."""
    if done.hung:
        return ["hangs"]
    if "Traceback" in done.err:
        return [f"fails with a traceback: {done.err.splitlines()[-1]}"]
    if done.code not in {0, _PARTIAL}:
        return [f"ends with {done.code}: {done.err.splitlines()[-1:]}"]
    return []


def _aimed(run: Run) -> str:
    if not isinstance(run.aim, AtCall):
        return "at some time"
    what = "a write" if run.aim.pattern else "a call"
    return f"{what}, {run.aim.when.name.lower()}"
