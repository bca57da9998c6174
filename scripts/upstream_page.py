"""The page that tells what was run of the packages' own tests, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.matrix.cell import Cell
from layerfactory.verify.upstream.report import read_upstream
from layerfactory.verify.upstream.selection import upstream_tests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from layerfactory.verify.upstream.report import UpstreamReport
    from layerfactory.verify.upstream.selection import UpstreamTests

_NOTE = (
    "<!-- Written by scripts/write_docs.py out of records/upstream/ and upstream_tests.yaml. -->"
)
_INTRO = """\
# The packages' own tests on the layers

`layerfactory verify --upstream-tests quick` (or `full`) unpacks a built layer, lays the test files
of the very same wheels over it, and runs a named selection of scikit-learn's, numpy's and scipy's
own tests. The layer's modules stay as they are, bytecode without sources; only tests are added. The
target's own Python runs them, with a pytest of the lock's days in a folder beside the layer. The
same runs on the untrimmed install of the same lock, and each test must end in the same way.

The report lies beside the layer. To put it on record: `cp dist/*.upstream.json records/upstream/`,
then `make docs`."""
_COUNTS = """\
Counts are those of the layer; `failed` holds errors too. Minutes are those of the slower side,
whatever else the machine had to do."""
_RUNS = (
    "| cell | selection | Python | pytest | tests | passed | skipped | xfailed | failed "
    "| differ | of these allowed | minutes | date |\n"
    "|---|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---|"
)


def upstream_page(folder: Path) -> str:
    """The page out of the reports in a folder; raises VerifyError where one is none."""
    reports = [read_upstream(path) for path in folder.glob("*.upstream.json")]
    return render(sorted(reports, key=lambda report: Cell.parse(report.cell)), upstream_tests())


def render(reports: Sequence[UpstreamReport], tests: UpstreamTests) -> str:
    """The whole page, in Markdown.

    Args:
        reports: the runs on record, in the order in which they shall stand.
        tests: what can be run.
    """
    lines = [_NOTE, "", _INTRO, "", "## What was run", "", _RUNS]
    lines += [_run_row(report) for report in reports]
    lines += ["", _COUNTS, ""]
    for report in reports:
        lines += _run_details(report)
    lines += ["## The selections", ""]
    lines += [f"* `{s.name}`: {s.why}" for s in tests.selections.values()]
    lines += ["", "| name | package | in | paths | why |", "|---|---|---|---|---|"]
    lines += _part_rows(tests)
    lines += ["", "## Tests that may end otherwise", "", "| tests | why |", "|---|---|"]
    lines += [f"| {_code(entry.tests)} | {entry.why} |" for entry in tests.allowances]
    return "\n".join(lines) + "\n"


def _run_row(report: UpstreamReport) -> str:
    counts = report.layer.counts
    failed = counts.get("failed", 0) + counts.get("error", 0)
    numbers = [counts.get(word, 0) for word in ("passed", "skipped", "xfailed")]
    allowed = sum(1 for difference in report.differences if difference.allowed)
    cells: list[object] = [f"`{report.cell}`", report.selection, report.python]
    cells += [report.tools["pytest"], report.layer.tests, *numbers, failed]
    minutes = f"{max(report.layer.seconds, report.untrimmed.seconds) / 60:.1f}"
    cells += [len(report.differences), allowed, minutes, report.date]
    return f"| {' | '.join(map(str, cells))} |"


def _run_details(report: UpstreamReport) -> Iterator[str]:
    versions = ", ".join(f"{name} {version}" for name, version in report.packages.items())
    yield f"### {report.cell}"
    yield ""
    yield f"Of {versions}; held: {', '.join(report.isolation) or 'nothing'}."
    yield f"{report.laid_over} files were laid over the layer `{report.sha256[:12]}`."
    yield f"On the untrimmed install: {_in_words(report.untrimmed.counts)}."
    if report.absent:
        yield f"Not in this release: {', '.join(report.absent)}."
    yield ""
    for difference in report.differences:
        verdict = f"allowed: {difference.allowed}" if difference.allowed else "a finding"
        yield (
            f"* `{difference.test}`: {difference.layer}; {difference.untrimmed} untrimmed"
            f" ({difference.message or 'no message'}); {verdict}"
        )
    yield from [""] if report.differences else []


def _in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items())


def _part_rows(tests: UpstreamTests) -> Iterator[str]:
    parts = {part.name: part for s in tests.selections.values() for part in s.parts}
    for part in parts.values():
        names = [s.name for s in tests.selections.values() if part in s.parts]
        row = (part.name, part.package, ", ".join(names), _code(part.paths), part.why)
        yield f"| {' | '.join(row)} |"


def _code(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
