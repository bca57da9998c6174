"""How a run that published ends: what happened, what failed and why, and what to type next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.cli.foretold import count_words, without_region
from layerfactory.cli.typed import ACCOUNT, CELLS, PLACES, command_line, in_earnest, other_verb
from layerfactory.console import Column
from layerfactory.errors import (
    AccessDeniedError,
    AlteredLayerError,
    CredentialsError,
    PublishError,
    RegionNotEnabledError,
    StorageFullError,
)
from layerfactory.jobs.markdown import plain
from layerfactory.publish.decide import fault
from layerfactory.publish.plan import NotEnabled, Skip
from layerfactory.publish.result import PublishResult, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.catalog.renew import Collected
    from layerfactory.console import Console
    from layerfactory.errors import LayerFactoryError
    from layerfactory.publish.plan import Plan

_TOLD = 3
"""Groups of failures that are told in full above the last line; the table has them all."""
_FAILURES = (State.FAILED, State.ALTERED)
_NOTHING = {Skip.name, NotEnabled.name}
_TO_MEND = (
    AccessDeniedError,
    AlteredLayerError,
    CredentialsError,
    RegionNotEnabledError,
    StorageFullError,
)
"""What does not pass by itself."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Steps of one region that failed for one reason."""

    region: str
    error: LayerFactoryError
    cells: tuple[str, ...]

    @property
    def where(self) -> str:
        """The region, and the cell or how many."""
        cells = self.cells[0] if len(self.cells) == 1 else f"{len(self.cells)} cells"
        return f"{self.region} ({cells})"

    @property
    def why(self) -> str:
        """The reason, without the region before it."""
        return without_region(self.error.message, self.region)


def group_failures(results: Sequence[PublishResult]) -> tuple[Failures, ...]:
    """Draw together what failed for one reason in one region; the largest groups first."""
    groups: dict[tuple[str, str], list[PublishResult]] = {}
    for result in results:
        if result.error is not None:
            groups.setdefault((result.region, result.error.message), []).append(result)
    found = (
        Failures(region, some[0].error, tuple(result.cell for result in some))
        for (region, _), some in groups.items()
        if some[0].error is not None
    )
    return tuple(sorted(found, key=lambda group: -len(group.cells)))


def show_failures(console: Console, results: Sequence[PublishResult]) -> None:
    """Each reason once a region, with its remedy; of many groups the table has the others."""
    groups = group_failures(results)
    for group in groups[:_TOLD]:
        console.fail(PublishError(group.why, group.error.remedy), group.where)
    if len(groups) > _TOLD:
        others = ", ".join(dict.fromkeys(group.region for group in groups[_TOLD:]))
        console.note(f"and {len(groups) - _TOLD} more such failures, in {others}: see the table")


def tabulate_failures(
    console: Console, results: Sequence[PublishResult], *, always: bool = False
) -> None:
    """A row for each group of failures, where they are more than are told in full."""
    groups = group_failures(results)
    if groups and (always or len(groups) > _TOLD):
        columns = (Column("where"), Column("why", whole=True))
        console.table("Failed", columns, [(group.where, group.why) for group in groups])


def foresee_results(plan: Plan) -> tuple[PublishResult, ...]:
    """What a plan will fail at, and pass over, as if it had been carried out."""
    found = []
    for step in plan.steps:
        error = fault(step.target.region, step.action)
        if error is None and not isinstance(step.action, NotEnabled):
            continue
        state = State.FAILED if error else State.NOT_ENABLED
        cell, region = str(step.target.layer.cell), step.target.region.name
        found.append(PublishResult(cell, region, step.action.name, state, error=error))
    return tuple(found)


def show_not_enabled(console: Console, results: Sequence[PublishResult]) -> None:
    """Which regions were passed over, in one line."""
    regions = dict.fromkeys(r.region for r in results if r.state is State.NOT_ENABLED)
    if regions:
        console.note(
            f"not enabled for the account, and so left out: {', '.join(regions)} "
            "(Account > AWS Regions enables them)"
        )


def state_words(results: Sequence[PublishResult]) -> str:
    """``published 12, skipped 220, failed 6``, in the order of the states."""
    states = [result.state for result in results]
    ordered = sorted(states, key=list(State).index)
    counts = {str(state): ordered.count(state) for state in dict.fromkeys(ordered)}
    return ", ".join(f"{state} {count}" for state, count in counts.items())


def good_end(results: Sequence[PublishResult], *, stayed: bool, unindexed: bool = False) -> str:
    """What to say at the end where AWS took everything.

    Args:
        results: of all steps.
        stayed: a layer was not let out, as was told before.
        unindexed: the index does not know of it, and should.
    """
    words = state_words(results) or "nothing was published"
    if stayed:
        return f"{words}; mend what stayed at home, and type again: {command_line()}"
    if unindexed:
        index = other_verb("index", CELLS | PLACES | ACCOUNT)
        return f"{words}; now bring the index up to date, type: {index}"
    return f"{words}: nothing is left to do"


def failure(
    results: Sequence[PublishResult], found: Collected | None = None
) -> PublishError | None:
    """What to say at the end where a region did not take its layer, or could not be asked."""
    failed = [result for result in results if result.error is not None]
    if failed:
        again = f"Type again, to do what is missing and nothing else: {command_line()}"
        if all(isinstance(result.error, _TO_MEND) for result in failed):
            again = f"After that is mended, type: {command_line()}"
        return PublishError(
            f"{state_words(results)}; not all is well in {_regions_of(failed)}", again
        )
    if found is not None and found.unanswered:
        regions = ", ".join(region for region, _ in found.unanswered)
        return PublishError(
            f"could not ask {regions}", f"Type again when they answer: {command_line()}"
        )
    return None


def dry_end(plan: Plan, *, stays: bool, more: bool) -> str:
    """What to say at the end of a dry run that foresees no failure.

    Args:
        plan: of the publishing.
        stays: a layer would not be let out, as was told before.
        more: the run would do other things as well, such as building.
    """
    if stays:
        return f"mend what would stay at home; then type: {in_earnest()}"
    if more or any(step.action.name not in _NOTHING for step in plan.steps):
        return f"to do it, type: {in_earnest()}"
    return "nothing is left to do"


def dry_failure(foreseen: Sequence[PublishResult]) -> PublishError | None:
    """What to say at the end of a dry run that foresees a failure: it fails as the run would."""
    failed = [result for result in foreseen if result.error is not None]
    if not failed:
        return None
    return PublishError(
        f"a dry run: not all would go well in {_regions_of(failed)}",
        f"After that is mended, type: {in_earnest()}",
    )


def _regions_of(results: Sequence[PublishResult]) -> str:
    return ", ".join(sorted({result.region for result in results}))


def markdown(title: str, results: Sequence[PublishResult]) -> str:
    """A page for GitHub's step summary: a table by region, then the failures."""
    states = [state for state in State if any(result.state is state for result in results)]
    lines = [f"## {title}", "", state_words(results) or "nothing to do", ""]
    lines += [_line("region", *map(str, states)), _line("---", *["---:"] * len(states))]
    by_region: dict[str, list[State]] = {}
    for result in results:
        by_region.setdefault(result.region, []).append(result.state)
    for region, some in sorted(by_region.items(), key=_failures_first):
        lines.append(_line(region, *(str(some.count(state) or "") for state in states)))
    for group in group_failures(results):
        lines += ["", f"**{group.where}**: {plain(group.why)}"]
        lines += [f"  \n{plain(group.error.remedy)}"] if group.error.remedy else []
    if any(result.error for result in results):
        lines += ["", "Next:", "", "```", command_line(), "```"]
    return "\n".join(lines) + "\n"


def _failures_first(entry: tuple[str, list[State]]) -> tuple[bool, str]:
    region, states = entry
    return not any(state in _FAILURES for state in states), region


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def results_by_cell(results: Sequence[PublishResult]) -> list[tuple[str, str]]:
    """Each cell with its counts by state."""
    by_cell: dict[str, list[str]] = {}
    for result in results:
        by_cell.setdefault(result.cell, []).append(str(result.state))
    return [(cell, count_words(states)) for cell, states in by_cell.items()]
