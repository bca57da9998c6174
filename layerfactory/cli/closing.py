"""How a run that published ends: what happened, what failed and why, and what to type next."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.cli.foretold import count_words
from layerfactory.errors import PublishError
from layerfactory.publish.result import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.catalog.renew import Collected
    from layerfactory.console import Console
    from layerfactory.errors import LayerFactoryError
    from layerfactory.publish.result import PublishResult

_TOLD = 3
"""Groups of failures that are told in full above the last line; the table has them all."""
_FAILURES = (State.FAILED, State.ALTERED)


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
    """Each reason once a region, with its remedy; the many only in part."""
    groups = group_failures(results)
    for group in groups[:_TOLD]:
        console.fail(group.error, group.where)
    if len(groups) > _TOLD:
        others = ", ".join(dict.fromkeys(group.region for group in groups[_TOLD:]))
        console.note(f"and {len(groups) - _TOLD} more such failures, in {others}: see the table")


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


def good_end(results: Sequence[PublishResult], *, stayed: bool) -> str:
    """What to say at the end where AWS took everything.

    Args:
        results: of all steps.
        stayed: a layer was not let out, as was told before.
    """
    words = state_words(results) or "nothing was published"
    if stayed:
        return f"{words}; mend what stayed at home, and type again: {command_line()}"
    return f"{words}: nothing is left to do"


def failure(
    results: Sequence[PublishResult], found: Collected | None = None
) -> PublishError | None:
    """What to say at the end where a region did not take its layer, or could not be asked."""
    failed = [result for result in results if result.error is not None]
    if failed:
        regions = ", ".join(sorted({result.region for result in failed}))
        again = f"Type again, to do what is missing and nothing else: {command_line()}"
        if all(result.state is State.ALTERED for result in failed):
            again = f"Look at what was altered; then type again: {command_line()}"
        return PublishError(f"{state_words(results)}; not all is well in {regions}", again)
    if found is not None and found.unanswered:
        regions = ", ".join(region for region, _ in found.unanswered)
        return PublishError(
            f"could not ask {regions}", f"Type again when they answer: {command_line()}"
        )
    return None


def command_line() -> str:
    """What was typed, to be typed again."""
    return shlex.join(["layerfactory", *sys.argv[1:]])


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
        lines += ["", f"**{group.where}**: {flat(group.error.message)}"]
        lines += [f"  \n{flat(group.error.remedy)}"] if group.error.remedy else []
    if any(result.error for result in results):
        lines += ["", "Next:", "", "```", command_line(), "```"]
    return "\n".join(lines) + "\n"


def _failures_first(entry: tuple[str, list[State]]) -> tuple[bool, str]:
    region, states = entry
    return not any(state in _FAILURES for state in states), region


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def flat(text: str) -> str:
    """What AWS says may hold anything: on one line, and as it is."""
    for character in "\\`*_<>|[]":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def results_by_cell(results: Sequence[PublishResult]) -> list[tuple[str, str]]:
    """Each cell with its counts by state."""
    by_cell: dict[str, list[str]] = {}
    for result in results:
        by_cell.setdefault(result.cell, []).append(str(result.state))
    return [(cell, count_words(states)) for cell, states in by_cell.items()]
