"""What the benchmark page says of the handler and of publishing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from layerfactory.site.benchmarks.content import Bar, Picture, Section, Table, figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerfactory.site.benchmarks.content import Figure, Part
    from layerfactory.site.benchmarks.forms import Chaos, Handler, Scale, Series

OURS: Final = "scikit-learn-lambda"
"""As the benchmark calls our handler."""
THEIRS: Final = "in the manner of 2020"
_KINDS: Final = {"Cold": ("cold", "s"), "Warm": ("warm", "ms"), "Memory": ("peak_bytes", "MB")}


def handler(found: Handler | None) -> Section:
    """Cold and warm, of each model from each place."""
    title = "The handler: cold and warm"
    words = (
        "The table of the README of 2020, measured anew: perceptrons with three hidden layers, "
        "from the package and from S3, served by a handler in the manner of 2020 and by "
        "scikit-learn-lambda, side by side in AWS's own client under its emulator."
    )
    if not found:
        return Section("handler", title, words, missing="make benchmark-handler")
    return Section(
        "handler",
        title,
        f"{words} {found.cell}, {found.place}.",
        str(found.machine),
        (_latency(found, "Cold"), _latency(found, "Warm")),
        (
            Table(
                f"Seconds, milliseconds, megabytes: {THEIRS}, and {OURS}. Medians, with range.",
                ("Model", *(f"{title}, {who}" for title in _KINDS for who in ("2020", "ours"))),
                tuple(_rows(found)),
            ),
        ),
    )


def _rows(found: Handler) -> Iterator[tuple[Part, ...]]:
    """A row for each model from each place."""
    for label, pair in groupby(_ordered(found), lambda each: _label(each[1])):
        both = list(pair)
        yield (
            label,
            *(
                figure(f"handler.json#/series/{i}/{name}", getattr(of, name), unit)
                for name, unit in _KINDS.values()
                for i, of in both
            ),
        )


def _latency(found: Handler, title: str) -> Picture:
    name, unit = _KINDS[title]
    return Picture(
        f"handler-{name}",
        f"{title}, {unit}",
        tuple(
            Bar(
                f"{_label(of)}: {OURS if of.handler == OURS else THEIRS}",
                "ours" if of.handler == OURS else "theirs",
                figure(f"handler.json#/series/{i}/{name}", getattr(of, name), unit),
            )
            for i, of in _ordered(found)
        ),
    )


def _label(of: Series) -> str:
    return f"{of.model_bytes / 1e6:.1f} MB from {of.source}"


def _ordered(found: Handler) -> list[tuple[int, Series]]:
    """Each series with its place in the file; of a model and a place, the other's before ours."""
    return sorted(
        enumerate(found.series),
        key=lambda each: (each[1].units, each[1].source == "S3", each[1].handler == OURS),
    )


def scale(found: Scale | None) -> Section:
    """Publishing at the size of the real thing."""
    title = "Publishing to every region"
    words = (
        "Every layer to every region, on an AWS that is played on the same machine: what a "
        "release asks of it when nothing changed, and with new layers. Seconds say little of the "
        "real AWS; calls say what it will be asked."
    )
    if not found:
        return Section("scale", title, words, missing="make scale")
    of, place = found.figures, "publish_scale.json#/figures"
    runs = {
        "Nothing changed": ("unchanged", of.unchanged),
        "With new layers": ("released", of.released),
    }
    busiest = tuple(
        Bar(
            label,
            "ours",
            figure(f"{place}/{name}/calls/busiest_region", run.calls.busiest_region, "count"),
        )
        for label, (name, run) in runs.items()
    )
    naive = figure(f"{place}/naive/busiest_region", of.naive.busiest_region, "count")
    return Section(
        "scale",
        title,
        words,
        str(found.machine),
        (
            Picture(
                "scale-calls",
                "Calls to the busiest region",
                (*busiest, Bar("Layer by layer, nothing changed", "theirs", naive)),
            ),
        ),
        (
            Table(
                "A release.",
                ("Run", "Layers", "New", "Regions", "Calls in all", "Seconds", "Peak memory, MB"),
                tuple(
                    (
                        label,
                        figure(f"{place}/{name}/size/layers", run.size.layers, "count"),
                        figure(f"{place}/{name}/size/new", run.size.new, "count"),
                        figure(f"{place}/{name}/size/regions", run.size.regions, "count"),
                        _sum(f"{place}/{name}/calls/by_kind", run.calls.by_kind),
                        figure(f"{place}/{name}/run/seconds", run.run.seconds, "s"),
                        figure(f"{place}/{name}/run/peak_bytes", run.run.peak_bytes, "MB"),
                    )
                    for label, (name, run) in runs.items()
                ),
            ),
        ),
    )


def chaos(found: Chaos | None) -> Section:
    """Publishing under faults and kills."""
    title = "Publishing under faults and kills"
    words = (
        "Hundreds of campaigns in which regions throttle, cut, lie and vanish, and commands are "
        "killed, until all is published; then it is counted what was lost or doubled."
    )
    if not found:
        return Section("chaos", title, words, missing="make chaos")
    of, place = found.campaign, "publish_chaos.json#/campaign"
    rows = {
        "Seeds": ("seeds", of.seeds),
        "Commands run": ("runs", of.runs),
        "Calls to AWS": ("calls", of.calls),
        "Versions published": ("published", of.published),
        "Doubled, unavoidably": ("doubled", of.doubled),
        "Doubled that need not have been": ("avoidable", of.avoidable),
        "Lost": ("lost", of.lost),
    }
    sums = {"Faults injected": ("faults", of.faults), "Commands killed": ("kills", of.kills)}
    return Section(
        "chaos",
        title,
        words,
        str(found.machine),
        tables=(
            Table(
                "All campaigns together.",
                ("What", "How many"),
                (
                    *(
                        (label, figure(f"{place}/{name}", value, "count"))
                        for label, (name, value) in rows.items()
                    ),
                    *(
                        (label, _sum(f"{place}/{name}", each))
                        for label, (name, each) in sums.items()
                    ),
                ),
            ),
        ),
    )


def _sum(origin: str, counts: dict[str, int]) -> Figure:
    """Of what stands there by kind."""
    return figure(origin, sum(counts.values()), "count")
