"""Has a layer grown over what is recorded of its cell, and what in it?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layerfactory.data.runtimes import limits
from layerfactory.verify.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerfactory.build.layer import Manifest, PackagedWheel
    from layerfactory.verify.findings import Report
    from layerfactory.verify.records.record import PackageRecord, Record

CHECK = "growth"
LIMIT = 0.02
"""The share that a layer may grow by in silence.

One lock gives the same bytes again and again: what moves them is a renewed lock, a rule, or this
code, and a megabyte of zip more should be somebody's decision. Losing a rule costs more than that:
scipy's tests are 12 % of the newest layer, numpy's 5 % (unzipped, 3.13 with 1.9.1, 2026-11-23).
"""
_NAMED = 4
"""So many packages, and so many rules, are named; growth has one or two causes."""
_TOLD = 50_000
"""Bytes: what is less than this rounds to nothing in a message."""


def hold_against(report: Report, manifest: Manifest, record: Record | None) -> Report:
    """A verdict with what the record says today: the record may be newer than the verdict."""
    others = tuple(finding for finding in report.findings if finding.check != CHECK)
    return replace(report, findings=(*others, *check_growth(manifest, record)))


def check_growth(manifest: Manifest, record: Record | None) -> Iterator[Finding]:
    """One finding for the zip, and one for what it unpacks to.

    Args:
        manifest: of the layer.
        record: of its cell; without one, or with one of another bytecode policy, all is well.
    """
    if record is None or record.bytecode != manifest.bytecode:
        return
    sizes = {
        "zip": (record.zipped_bytes, manifest.zipped_bytes),
        "unzipped": (record.unzipped_bytes, manifest.unzipped_bytes),
    }
    for subject, (before, now) in sizes.items():
        if now > before * (1 + LIMIT):
            causes = _causes(manifest, record, zipped=subject == "zip")
            yield Finding(CHECK, subject, _message(subject, before, now, causes))


def remedy(cell: str) -> str:
    """What to do about growth."""
    return (
        "Where a rule takes too little, mend data/trim_rules.yaml; else renew the record on "
        f"purpose: layerfactory record --only '{cell}'"
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """How a package differs from what is recorded; in bytes."""

    name: str
    grown: int
    versions: str


def _message(subject: str, before: int, now: int, causes: str) -> str:
    line = limits().direct_upload_bytes
    over = ""
    if subject == "zip" and before <= line < now:
        over = f"; it no longer fits a direct upload of {line / 1e6:.2f} MB"
    percent = f"+{now / before - 1:.1%}".replace("%", " %")
    grown = f"{before / 1e6:.1f} -> {now / 1e6:.1f} MB ({percent})"
    return f"{grown}: {causes}{over}"


def _causes(manifest: Manifest, record: Record, *, zipped: bool) -> str:
    changes = sorted(
        (
            _change(package, record.package(package.name), zipped=zipped)
            for package in manifest.packages
        ),
        key=lambda change: (-change.grown, change.name),
    )
    told = [change for change in changes if change.grown >= _TOLD][:_NAMED]
    words = [f"{each.name} {each.grown / 1e6:+.1f} MB{each.versions}" for each in told]
    rules = _lazier_rules(manifest, record)
    text = ", ".join(words) or "no single package; compression or metadata"
    return f"{text}; {', '.join(rules)}" if rules else text


def _change(now: PackagedWheel, before: PackageRecord | None, *, zipped: bool) -> _Change:
    size = now.zipped_bytes if zipped else now.bytes
    if before is None:
        return _Change(now.name, size, f" ({now.version}, new)")
    grown = size - (before.zipped_bytes if zipped else before.unzipped_bytes)
    same = before.version == now.version
    return _Change(now.name, grown, "" if same else f" ({before.version} -> {now.version})")


def _lazier_rules(manifest: Manifest, record: Record) -> list[str]:
    """The rules that took less from the packages that both have, of those the laziest first."""
    less: Counter[str] = Counter()
    for package in manifest.packages:
        before = record.package(package.name)
        now = {use.rule: use.bytes for use in package.rules}
        for rule, taken in before.rules.items() if before else ():
            less[rule] += max(0, taken - now.get(rule, 0))
    return [
        f"rule {rule} took {count / 1e6:.1f} MB less"
        for rule, count in less.most_common(_NAMED)
        if count >= _TOLD
    ]
