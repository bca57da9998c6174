"""The half of a run that speaks to AWS: survey, apply, index."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from layerfactory.cli.stages import State
from layerfactory.cli.views import ARN, CELL
from layerfactory.console import Column, megabytes
from layerfactory.errors import MatrixError, PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from layerfactory.catalog.collect import Collected
    from layerfactory.cli.session import Session
    from layerfactory.cli.stages import Outcome
    from layerfactory.console import Console
    from layerfactory.data.regions import Region
    from layerfactory.publish.apply import PublishResult
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.plan import Plan

CATALOG = "layers.csv"

# Asking a region is waiting, so there may be more of them than cores. An upload holds five times
# its zip in memory.
_ASKED_PER_JOB = 8
_UPLOADS = 8


@dataclass(frozen=True, slots=True)
class AwsChoice:
    """Which AWS a run speaks to, and as what."""

    local: bool
    profile: str | None
    bucket: str | None = None


@contextmanager
def open_aws(console: Console, choice: AwsChoice, regions: Sequence[Region]) -> Iterator[Aws]:
    """The account of a run; credentials are checked before anything is done.

    Raises:
        MatrixError: the bucket's template does not fit the regions.
        CredentialsError: there are none, or they are not valid.
    """
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.aws.settings import BUCKET_TEMPLATE, AwsSettings, check_buckets

    template = choice.bucket or BUCKET_TEMPLATE
    check_buckets(template, regions)
    if choice.local:
        from layerfactory.publish.embedded import embedded_aws

        console.note("an embedded AWS, for this command only: nothing real is asked or changed")
        with embedded_aws() as settings:
            yield Aws(replace(settings, bucket_template=template))
        return
    aws = Aws(AwsSettings(profile=choice.profile or "", bucket_template=template))
    aws.check_credentials(regions)
    yield aws


def catalog_path(session: Session, aws: Aws, given: Path | None) -> Path:
    """Where the index lies: only a real AWS may change the one beside the matrix.

    Raises:
        MatrixError: a rehearsal would write over it.
    """
    is_real = all(map(aws.is_real, session.regions))
    real = session.root / CATALOG
    path = given or (real if is_real else session.output / CATALOG)
    if not is_real and path.resolve() == real.resolve():
        raise MatrixError(
            f"{path}: a rehearsal may not write the real index, and this AWS is not the real one",
            "Choose another --catalog or --output, or leave them out.",
        )
    return path


def through_gate(
    session: Session, outcomes: Sequence[Outcome], *, allow_unprobed: bool
) -> tuple[Outcome, ...]:
    """Turn the layers that may not go out into failures; they stop no other."""
    return tuple(_judge(session, outcome, allow_unprobed=allow_unprobed) for outcome in outcomes)


def _judge(session: Session, outcome: Outcome, *, allow_unprobed: bool) -> Outcome:
    from layerfactory.errors import VerifyError
    from layerfactory.publish.gate import require_verified
    from layerfactory.verify.records.files import read_record
    from layerfactory.verify.records.growth import hold_against
    from layerfactory.verify.report import read_report

    if outcome.layer is None or outcome.error is not None:
        return outcome
    try:
        report = read_report(outcome.layer)
        if report is not None:
            # The record as it is today counts, whenever the verdict was given.
            record = read_record(session.records, outcome.plan.cell)
            report = hold_against(report, outcome.layer.manifest, record)
        require_verified(outcome.layer, report, allow_unprobed=allow_unprobed)
    except VerifyError as error:
        return replace(outcome, state=State.FAILED, error=error)
    return replace(outcome, report=report)


def survey_plan(
    session: Session,
    aws: Aws,
    outcomes: Sequence[Outcome],
    regions: Sequence[Region],
    *,
    public: bool,
) -> Plan:
    """Ask every region what it has of the layers that may go out."""
    from layerfactory.publish.apply import survey

    layers = [o.layer for o in outcomes if o.layer is not None and o.error is None]
    session.console.note(f"regions to ask: {len(regions)}, for layers: {len(layers)}")
    return survey(aws, layers, regions, public=public, jobs=_askers(session))


def carry_out(session: Session, aws: Aws, plan: Plan) -> tuple[PublishResult, ...]:
    """Do what the plan says, and show it as it goes."""
    from layerfactory.publish.apply import apply

    with session.console.tracking(len(plan.steps), "uploads") as tracker:

        def tell(result: PublishResult) -> None:
            detail = f": {result.error.message}" if result.error else ""
            tracker.done(f"{result.cell} in {result.region}", f"{result.state}{detail}")

        return apply(aws, plan, jobs=min(session.jobs, _UPLOADS), progress=tell)


def make_index(
    session: Session,
    aws: Aws,
    regions: Sequence[Region],
    path: Path,
    *,
    from_nothing: bool,
    dry_run: bool = False,
) -> Collected:
    """Rebuild the index from what AWS has, and write it unless the run is dry.

    Args:
        session: the run.
        aws: who is asked.
        regions: where.
        path: of the index.
        from_nothing: keep no old row; for an embedded AWS, which began empty.
        dry_run: write nothing.

    Raises:
        CatalogError: the index that is there cannot be read or written.
    """
    from layerfactory.build.store import load_layer
    from layerfactory.catalog.collect import collect
    from layerfactory.catalog.read import read_rows
    from layerfactory.catalog.write import write_rows

    cells = [plan.cell for plan in session.plans]
    layers = [layer for cell in cells if (layer := load_layer(session.output, cell, session.cache))]
    manifests = [layer.manifest for layer in layers]
    rows = () if from_nothing else read_rows(path)
    jobs = _askers(session)
    found = collect(aws, cells, regions, manifests=manifests, rows=rows, jobs=jobs)
    if not dry_run:
        write_rows(path, found.rows)
    return found


def _askers(session: Session) -> int:
    """How many regions are asked side by side."""
    return session.jobs * _ASKED_PER_JOB if session.jobs > 1 else 1


def show_plan(console: Console, plan: Plan) -> None:
    """What would be done where."""
    columns = (CELL, Column("region"), Column("AWS has"), Column("we have"), Column("action"))
    rows = []
    for step in plan.steps:
        remote, manifest = step.remote, step.target.layer.manifest
        there = f":{remote.version} {remote.code_sha256[:8]}" if remote else "-"
        ours = f"{manifest.code_sha256[:8]}, {megabytes(manifest.zipped_bytes)} MB"
        cell, region = str(step.target.layer.cell), step.target.region.name
        rows.append((cell, region, there, ours, step.action.name))
    console.table("Publishing plan", columns, rows)


def show_results(console: Console, results: Sequence[PublishResult]) -> None:
    """What was done where."""
    columns = (CELL, Column("region"), Column("result"), Column("seconds", "right"), ARN)
    rows = [
        (r.cell, r.region, str(r.state), f"{r.seconds:.1f}", r.arn or _first_line(r))
        for r in results
    ]
    console.table("Published", columns, rows)
    for result in results:
        if result.note:
            console.warn(result.note)


def _first_line(result: PublishResult) -> str:
    return result.error.message.splitlines()[0] if result.error else ""


def show_index(console: Console, found: Collected, path: Path) -> None:
    """What the index has now, and what it has not."""
    for note in found.notes:
        console.warn(note)
    for region, error in found.unanswered:
        console.warn(f"{region} was not asked and keeps its old rows: {error.message}")
    console.say(f"{path}: {len(found.rows)} layers")


def plan_json(plan: Plan) -> list[dict[str, Any]]:
    """The plan as plain values."""
    return [
        {
            "cell": str(step.target.layer.cell),
            "region": step.target.region.name,
            "action": step.action.name,
            "remote_version": step.remote.version if step.remote else None,
            "remote_code_sha256": step.remote.code_sha256 if step.remote else None,
            "code_sha256": step.target.layer.manifest.code_sha256,
        }
        for step in plan.steps
    ]


def failure(
    results: Sequence[PublishResult], found: Collected | None = None
) -> PublishError | None:
    """What to say at the end where a region did not take its layer, or could not be asked."""
    failed = [result for result in results if result.error is not None]
    if failed:
        regions = ", ".join(sorted({result.region for result in failed}))
        return PublishError(
            f"{len(failed)} of {len(results)} uploads failed, in {regions}",
            "Run the same command again: it takes up what is missing, and nothing else.",
        )
    if found is not None and found.unanswered:
        regions = ", ".join(region for region, _ in found.unanswered)
        return PublishError(f"could not ask {regions}", "Run again when they answer.")
    return None
