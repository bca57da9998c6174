"""The index of a run: which cells and regions it covers, where it lies, and what is told of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from layerfactory.catalog.collect import Answer, ask_regions, known_contents
from layerfactory.catalog.files import CatalogFiles
from layerfactory.catalog.owner import account_of, only_of_owner
from layerfactory.catalog.renew import renew
from layerfactory.catalog.retired_file import read_retired
from layerfactory.catalog.retirement import unknown
from layerfactory.cli import places
from layerfactory.cli.views import counted, document, row_json
from layerfactory.data.regions import regions as all_regions
from layerfactory.errors import AwsError, CatalogError, MatrixError, VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.select import Selection, matching, select
from layerfactory.verify.records.files import read_record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from layerfactory.build.layer import Manifest
    from layerfactory.catalog.collect import Answers, Known
    from layerfactory.catalog.renew import Collected
    from layerfactory.catalog.retirement import Retirements
    from layerfactory.catalog.row import Row
    from layerfactory.cli.session import Session
    from layerfactory.console import Console
    from layerfactory.data.regions import Region
    from layerfactory.matrix.model import Matrix
    from layerfactory.publish.aws.session import Aws
    from layerfactory.verify.records.record import Record

# Asking a region is waiting, so there may be more of them than cores.
_ASKED_PER_JOB = 8


@dataclass(frozen=True, slots=True)
class Index:
    """What an index covers, and where it goes."""

    path: Path
    selection: Selection
    """Of cells."""
    regions: tuple[Region, ...]
    whole: bool
    """Nobody named regions: those that the index has rows of are asked as well."""
    from_nothing: bool = False
    """Keep no old row: AWS is the embedded one, which began empty."""


def catalog_path(session: Session, aws: Aws, given: Path | None) -> Path:
    """Where the index lies; raises MatrixError where a rehearsal would write the real one."""
    is_real = all(map(aws.is_real, session.regions))
    return places.catalog_path(session.root, session.output, given, is_real=is_real)


def make_index(session: Session, aws: Aws, index: Index, *, dry_run: bool = False) -> Collected:
    """Rebuild the index from what AWS has, and write it unless the run is dry.

    Without a selection it covers the matrix, whatever the index lists already, and every cell with
    a layer in the output folder.

    Raises:
        CatalogError: the index that is there cannot be read or written, or is another account's.
        MatrixError: retired.yaml has faults, or the selection finds nothing.
    """
    rows = check_index(session, aws, index)
    answers = _ask(session, aws, index, rows)
    listed = {row.arn for row in rows}
    if dry_run:
        return _renewed(session, index, answers, listed)
    files = CatalogFiles.of(index.path)
    with files.alone():
        found = _renewed(session, index, answers, listed)
        files.write(found.rows)
    return found


def check_index(session: Session, aws: Aws, index: Index) -> tuple[Row, ...]:
    """Find out, before anything is asked or published, whether the index can be made at all.

    Returns:
        What the index has until now.

    Raises:
        CatalogError: the index that is there cannot be read, or is another account's.
        MatrixError: retired.yaml has faults.
    """
    rows = _listed(index)
    read_retired(places.retired_path(session.root, index.path))
    _refuse_stranger(aws, _asked(index, rows), rows, index.path)
    return rows


def _ask(session: Session, aws: Aws, index: Index, rows: Sequence[Row]) -> Answers:
    """Ask every region, and tell each that has answered."""
    manifests = manifests_in(session.output)
    cells = _cells(session.matrix, index.selection, manifests, rows)
    regions = _asked(index, rows)
    retired = read_retired(places.retired_path(session.root, index.path))
    known = known_contents(manifests, rows, _records(session, cells))
    jobs = session.jobs * _ASKED_PER_JOB if session.jobs > 1 else 1
    with session.console.tracking(len(regions), "regions read back") as tracker:

        def tell(answer: Answer) -> None:
            tracker.done(answer.region, "did not answer" if answer.error else "read back")

        answers = ask_regions(
            aws, cells, regions, known=known, retired=retired, jobs=jobs, progress=tell
        )
    for partition in {region.partition for region in regions}:
        if not aws.accounts.get(partition):
            unsure = {region.name for region in regions if region.partition == partition}
            answers = only_of_owner(answers, rows, unsure)
    return replace(answers, regions=(*answers.regions, *_nowhere(index, rows)))


def _nowhere(index: Index, rows: Iterable[Row]) -> Iterator[Answer]:
    """Of regions that rows name, and nobody knows: nothing of theirs is ever read back."""
    if not index.whole:
        return
    for region in sorted({row.region for row in rows} - all_regions().keys()):
        msg = f"{region}: layerfactory knows no such region"
        yield Answer(region, error=AwsError(msg, f"Take its rows out of {index.path}."))


def _renewed(
    session: Session, index: Index, answers: Answers, listed: Collection[str]
) -> Collected:
    """The index as it becomes.

    The files are read once more: while AWS was asked, another run may have published and indexed
    what the answers know nothing of, and somebody may have retired a layer.
    """
    path = places.retired_path(session.root, index.path)
    retired = read_retired(path)
    found = renew(
        _listed(index),
        answers,
        today=datetime.now(tz=UTC).date(),
        retired=retired,
        named=session.named,
        listed=listed,
    )
    notes = () if index.from_nothing else _notes_on(path, retired, found.rows, session.matrix)
    return replace(found, notes=(*found.notes, *notes))


def _listed(index: Index) -> tuple[Row, ...]:
    """What the index has until now."""
    return () if index.from_nothing else CatalogFiles.of(index.path).read()


def known_facts(session: Session, rows: Sequence[Row]) -> Known:
    """The contents of the matrix's cells that an index could list."""
    cells = [plan.cell for plan in session.matrix.cells]
    return known_contents(manifests_in(session.output), rows, _records(session, cells))


def _records(session: Session, cells: Iterable[Cell]) -> Iterator[Record]:
    """Of these cells; what is no record is passed over."""
    for cell in sorted(cells):
        with suppress(VerifyError):
            if record := read_record(session.records, cell):
                yield record


def manifests_in(output: Path) -> tuple[Manifest, ...]:
    """Of every layer in the output folder; what is no manifest is passed over.

    Their zips need not be there: what a manifest says of a hash is true wherever the zip may be.
    """
    from layerfactory.build.store import read_manifest

    found = []
    for path in sorted(output.glob("py*-sklearn*.json")):
        try:
            cell = Cell.parse(path.stem)
        except MatrixError:
            continue
        manifest = read_manifest(path)
        if manifest is not None and manifest.cell == cell.identifier:
            found.append(manifest)
    return tuple(found)


def _cells(
    matrix: Matrix, selection: Selection, manifests: Iterable[Manifest], rows: Iterable[Row]
) -> set[Cell]:
    """What to ask for: of a selection, also what the matrix has no more."""
    beside = {row.cell for row in rows} | {Cell.parse(each.cell) for each in manifests}
    if selection == Selection():
        return beside | {plan.cell for plan in matrix.cells}
    found = set(matching(beside, selection))
    try:
        return found | {plan.cell for plan in select(matrix, selection)}
    except MatrixError:
        if not found:
            raise
        return found


def _asked(index: Index, rows: Iterable[Row]) -> tuple[Region, ...]:
    """The regions that a run asks."""
    return _with_listed(index.regions, rows) if index.whole else index.regions


def _with_listed(regions: Sequence[Region], rows: Iterable[Row]) -> tuple[Region, ...]:
    """The regions, and those of their partitions that the index has rows of."""
    partitions = {region.partition for region in regions}
    listed = {row.region for row in rows}
    more = {
        region
        for name, region in all_regions().items()
        if name in listed and region.partition in partitions
    }
    return tuple(sorted({*regions, *more}))


def _refuse_stranger(aws: Aws, regions: Sequence[Region], rows: Iterable[Row], path: Path) -> None:
    """With another account's credentials every row would be lost: its layers are not here."""
    ours = {region.name: aws.accounts.get(region.partition, "") for region in regions}
    others = {
        (account_of(row), ours[row.region])
        for row in rows
        if ours.get(row.region) and account_of(row) != ours[row.region]
    }
    if others:
        owner, account = min(others)
        raise CatalogError(
            f"{path}: lists layers of account {owner}, and the credentials are of {account}",
            "Use that account's profile, name another --catalog, or move the index away.",
        )


def _notes_on(
    path: Path, retired: Retirements, rows: Iterable[Row], matrix: Matrix
) -> tuple[str, ...]:
    """What retired.yaml names, and nobody has."""
    cells = [plan.cell for plan in matrix.cells]
    return tuple(f"{path.name}: {note}" for note in unknown(retired, rows, cells))


def show_index(console: Console, found: Collected, path: Path) -> None:
    """What the index has now, and what it has not."""
    files = CatalogFiles.of(path)
    for note in found.notes:
        console.warn(note)
    stale = {row.region: row.stale_since for row in found.rows if row.stale_since}
    for region, error in found.unanswered:
        since = f"; its rows are stale since {stale[region]}" if region in stale else ""
        console.warn(f"{region} did not answer{since}: {error.message}")
    for region in filter(stale.get, found.not_enabled):
        console.warn(f"{region} is not enabled; its rows are stale since {stale[region]}")
    retired = sum(row.retired is not None for row in found.rows)
    told = f", {retired} of them retired" if retired else ""
    console.say(f"{files.csv} and {files.json.name}: {counted(len(found.rows), 'layer')}{told}")


def index_json(found: Collected, path: Path) -> dict[str, Any]:
    """What ``index --json`` prints."""
    return document("index", **found_json(found, path))


def found_json(found: Collected, path: Path) -> dict[str, Any]:
    """The index and what a maintainer should know of it, as plain values."""
    return {
        "path": str(path),
        "json_path": str(CatalogFiles.of(path).json),
        "layers": [row_json(row) for row in found.rows],
        "notes": found.notes,
        "unanswered": [region for region, _ in found.unanswered],
        "not_enabled": found.not_enabled,
    }
