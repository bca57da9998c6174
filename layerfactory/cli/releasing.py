"""Publishing what passed the gate, and the index after it: shared by publish, release, rehearse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from layerfactory.catalog.files import CatalogFiles
from layerfactory.cli import closing, foretold, indexing, publishing, views
from layerfactory.cli.common import finish
from layerfactory.cli.gating import Gate, through_gate
from layerfactory.cli.typed import command_line
from layerfactory.errors import CatalogError, LayerFactoryError, error_fields
from layerfactory.publish.lag import lags
from layerfactory.publish.result import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from layerfactory.catalog.renew import Collected
    from layerfactory.cli.session import Session
    from layerfactory.cli.stages import Outcome
    from layerfactory.console import Console
    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.plan import Plan, Terms
    from layerfactory.publish.result import PublishResult


Listed: TypeAlias = "Mapping[tuple[str, str], int]"
"""The version that an index has of a cell in a region."""


@dataclass(frozen=True, slots=True)
class Release:
    """What came of a release."""

    outcomes: tuple[Outcome, ...]
    plan: Plan
    results: tuple[PublishResult, ...] = ()
    """Empty in a dry run, and where no layer may go out."""
    index: Indexed | None = None
    """None where no index was to be made, as in a dry run."""
    dry_run: bool = False

    def to_json(self, verb: str) -> dict[str, Any]:
        """What ``--json`` prints."""
        told = views.document(
            verb,
            cells=[views.outcome_json(outcome) for outcome in self.outcomes],
            plan=foretold.plan_json(self.plan),
            storage=[demand.to_json() for demand in self.plan.storage],
            lagging=[lag.to_json() for lag in lags(self.plan)],
            results=[result.to_json() for result in self.results],
        )
        return told if self.index is None else {**told, "index": self.index.to_json()}

    def failures(self) -> tuple[LayerFactoryError, ...]:
        """What did not go well after the gate; the last one gives the exit code."""
        found = self.index.found if self.index else None
        index_error = self.index.error if self.index else None
        every = (closing.failure(self.results, found), index_error)
        return tuple(error for error in every if error is not None)


@dataclass(frozen=True, slots=True)
class Indexed:
    """What came of the index after a release."""

    path: Path
    found: Collected | None = None
    error: CatalogError | None = None
    """Why it could not be made; what was published is published all the same."""

    def to_json(self) -> dict[str, Any]:
        """As ``index --json`` tells it, and why there is nothing to tell."""
        found = indexing.found_json(self.found, self.path) if self.found else {}
        return {"path": str(self.path), **found, **error_fields(self.error)}


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a release goes."""

    regions: tuple[Region, ...]
    terms: Terms
    gate: Gate
    index: indexing.Index | None
    """What to rebuild of the index; none for publishing alone."""


def release_layers(
    session: Session, aws: Aws, outcomes: Sequence[Outcome], to: Destination, *, dry_run: bool
) -> Release:
    """Publish the layers that pass the gate, then rebuild the index from what AWS has.

    Raises:
        CatalogError: the index cannot be read or is another account's; nothing was published.
        MatrixError: retired.yaml has faults; nothing was published.
    """
    if to.index is not None:
        indexing.check_index(session, aws, to.index)
    judged = through_gate(session, outcomes, to.gate)
    plan = publishing.survey_plan(session, aws, judged, to.regions, to.terms)
    foretold.warn_of_lags(session.console, lags(plan))
    if dry_run:
        return Release(judged, plan, dry_run=True)
    foretold.show_storage(session.console, [each for each in plan.storage if each.storage])
    results = publishing.carry_out(session, aws, plan)
    index = _make_index(session, aws, to.index) if to.index is not None else None
    return Release(judged, plan, results, index)


def _make_index(session: Session, aws: Aws, index: indexing.Index) -> Indexed:
    """The index, or why there is none: the results of publishing must not be lost with it."""
    try:
        return Indexed(index.path, indexing.make_index(session, aws, index))
    except LayerFactoryError as error:
        told = CatalogError(
            f"the index was not made: {error.message}",
            "What was published stays so. Mend this, then type again, which publishes nothing "
            f"twice: {command_line()}",
        )
        return Indexed(index.path, error=told)


def show_release(session: Session, release: Release) -> None:
    """The tables of a release."""
    if release.dry_run:
        foretold.show_plan(session.console, release.plan)
        closing.tabulate_failures(session.console, closing.foresee_results(release.plan))
        return
    if release.results:
        publishing.show_results(session.console, release.results)
    if release.index is not None and release.index.found is not None:
        indexing.show_index(session.console, release.index.found, release.index.path)


def end_release(
    console: Console,
    release: Release,
    verb: str,
    *,
    rehearsed: bool,
    listed: Listed | None = None,
) -> None:
    """Say last what happened, what failed and why, and what to type next; end with an exit code.

    Args:
        console: where.
        release: what came of it.
        verb: that was typed.
        rehearsed: the AWS that it went to is no more.
        listed: what the index has, where this run does not write it.
    """
    results = release.results
    stayed = any(each.error for each in release.outcomes)
    if release.dry_run:
        foreseen = closing.foresee_results(release.plan)
        closing.show_not_enabled(console, foreseen)
        closing.show_failures(console, foreseen)
        words = closing.dry_end(release.plan, stays=stayed, more=verb == "release")
        finish(console, release.outcomes, closing.dry_failure(foreseen), words)
        return
    closing.show_not_enabled(console, results)
    closing.show_failures(console, results)
    unindexed = (
        release.index is None
        and not rehearsed
        and (_concerns_index(release) or _is_unlisted(release, listed))
    )
    console.step_summary(closing.markdown(f"layerfactory {verb}", results))
    words = closing.good_end(results, stayed=stayed, unindexed=unindexed)
    failures = release.failures()
    for error in failures[:-1]:
        console.fail(error)
    finish(console, release.outcomes, failures[-1] if failures else None, words)


def listed_versions(path: Path) -> Listed | None:
    """The version of each cell in each region; None where the index cannot be read."""
    try:
        rows = CatalogFiles.of(path).read()
    except CatalogError:
        return None  # `index` says why
    return {(row.cell.identifier, row.region): row.version for row in rows}


def _is_unlisted(release: Release, listed: Listed | None) -> bool:
    """Whether a layer that everybody may use is not in the index, since a run ended before."""
    if listed is None or not release.plan.terms.public:
        return False
    skipped = (result for result in release.results if result.state is State.SKIPPED)
    return any(
        listed.get((result.cell, result.region), 0) < (result.version or 0) for result in skipped
    )


def _concerns_index(release: Release) -> bool:
    """Whether the index, which lists what is public, would change."""
    public = release.plan.terms.public
    concerned = {State.PUBLISHED, State.DOUBLED, State.GRANTED} if public else {State.REVOKED}
    return any(result.state in concerned for result in release.results)
