"""What the benchmark page says of the handler and of publishing."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from layerfactory.site.benchmarks.content import Bar, Picture, Section, Table, figure, figure_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerfactory.site.benchmarks.content import Figure, Part
    from layerfactory.site.benchmarks.forms import Chaos, Handler, Published, Scale, Series

OURS: Final = "scikit-learn-lambda"
"""As the benchmark calls our handler."""
THEIRS: Final = "in the manner of 2020"
_KINDS: Final = {"Cold": ("cold", "s"), "Warm": ("warm", "ms"), "Memory": ("peak_bytes", "MB")}


def handler(found: Handler | None) -> Section:
    """Cold and warm, of each model from each place."""
    section = Section(
        "handler",
        "The handler: cold and warm",
        "The table of the README of 2020, measured anew: perceptrons with three hidden layers, "
        "from the package and from S3, served by a handler in the manner of 2020 and by "
        "scikit-learn-lambda, side by side in AWS's own client under its emulator.",
    )
    if not found:
        return replace(section, missing="make benchmark-handler")
    table = Table(
        f"Seconds, milliseconds, megabytes: {THEIRS}, and {OURS}. Medians, with range.",
        ("Model", *(f"{title}, {who}" for title in _KINDS for who in ("2020", "ours"))),
        tuple(_rows(found)),
    )
    return replace(
        section,
        words=f"{section.words} {found.cell}, {found.place}.",
        machine=str(found.machine),
        pictures=(_latency(found, "Cold"), _latency(found, "Warm")),
        tables=(table,),
    )


def _rows(found: Handler) -> Iterator[tuple[Part, ...]]:
    """A row for each model from each place."""
    for label, pair in groupby(_ordered(found), lambda each: _label(each[1])):
        both = list(pair)
        yield (
            label,
            *(
                figure_at(f"handler.json#/series/{i}", of, name, unit)
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
                figure_at(f"handler.json#/series/{i}", of, name, unit),
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
    section = Section(
        "scale",
        "Publishing to every region",
        "Every layer to every region, on an AWS that is played on the same machine: what a "
        "release asks of it when nothing changed, and with new layers. Seconds say little of the "
        "real AWS; calls say what it will be asked.",
    )
    if not found:
        return replace(section, missing="make scale")
    of, place = found.figures, "publish_scale.json#/figures"
    bars = {
        "Nothing changed": ("ours", "unchanged/calls"),
        "With new layers": ("ours", "released/calls"),
        "Layer by layer, nothing changed": ("theirs", "naive"),
    }
    busiest = (
        Bar(label, kind, figure_at(place, of, f"{calls}/busiest_region", "count"))
        for label, (kind, calls) in bars.items()
    )
    return replace(
        section,
        machine=str(found.machine),
        pictures=(Picture("scale-calls", "Calls to the busiest region", tuple(busiest)),),
        tables=(
            Table(
                "A release.",
                ("Run", "Layers", "New", "Regions", "Calls in all", "Seconds", "Peak memory, MB"),
                (
                    ("Nothing changed", *_release(f"{place}/unchanged", of.unchanged)),
                    ("With new layers", *_release(f"{place}/released", of.released)),
                ),
            ),
        ),
    )


def _release(place: str, of: Published) -> Iterator[Figure]:
    yield from (figure_at(place, of, f"size/{n}", "count") for n in ("layers", "new", "regions"))
    yield _sum(f"{place}/calls/by_kind", of.calls.by_kind)
    yield figure_at(place, of, "run/seconds", "s")
    yield figure_at(place, of, "run/peak_bytes", "MB")


def chaos(found: Chaos | None) -> Section:
    """Publishing under faults and kills."""
    section = Section(
        "chaos",
        "Publishing under faults and kills",
        "Hundreds of campaigns in which regions throttle, cut, lie and vanish, and commands are "
        "killed, until all is published; then it is counted what was lost or doubled.",
    )
    if not found:
        return replace(section, missing="make chaos")
    of, place = found.campaign, "publish_chaos.json#/campaign"
    counts = {
        "Seeds": "seeds",
        "Commands run": "runs",
        "Calls to AWS": "calls",
        "Versions published": "published",
        "Doubled, unavoidably": "doubled",
        "Doubled that need not have been": "avoidable",
        "Lost": "lost",
    }
    rows = (
        *((label, figure_at(place, of, name, "count")) for label, name in counts.items()),
        ("Faults injected", _sum(f"{place}/faults", of.faults)),
        ("Commands killed", _sum(f"{place}/kills", of.kills)),
    )
    table = Table("All campaigns together.", ("What", "How many"), rows)
    return replace(section, machine=str(found.machine), tables=(table,))


def _sum(origin: str, counts: dict[str, int]) -> Figure:
    """Of what stands there by kind."""
    return figure(origin, sum(counts.values()), "count")
