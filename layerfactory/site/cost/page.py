"""The cost page: what it shows without a script, and what the script is handed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from layerfactory.data.prices import prices
from layerfactory.site.cost import chart
from layerfactory.site.cost.book import VCPU_MB, price_book
from layerfactory.site.cost.formulas import OPTIONS
from layerfactory.site.cost.outcome import BY_THE_HOUR, OTHERS, ROWS, outcome
from layerfactory.site.cost.scenario import GATEWAYS, PRESETS, RANGES, Scenario
from layerfactory.site.cost.words import LINES, WORDS
from layerfactory.site.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from layerfactory.data.prices import Instance, Prices, RegionPrices, Tier

_BOOK: Final = "assets/cost-book.js"
_SCRIPTS: Final = ("cost-sums.js", "cost-texts.js", "cost.js")
"""Each needs those before it."""
_MILLION: Final = 10**6


def cost_page(notice: str = "") -> Page:
    """The page, with the figures of the scenario that it begins with.

    Args:
        notice: what to warn of on every page.
    """
    known = prices()
    book, start = price_book(known), Scenario()
    outcomes = {preset.id: outcome(book, preset.scenario) for preset in PRESETS}
    return Page(
        path="cost.html",
        template="cost.html",
        title="What it costs",
        description="The monthly cost of a scikit-learn model on AWS Lambda, against SageMaker "
        "and Fargate, with the number of requests from which the other is cheaper.",
        label="Cost",
        values={
            "start": start,
            "first": outcome(book, start),
            "presets": [(preset, outcomes[preset.id]) for preset in PRESETS],
            "prices": known,
            "places": {of.name: f"{of.name}, {of.place}" for of in known.regions},
            "tasks": {task.name: f"{task.vcpus} vCPU, {task.gb} GB" for task in known.tasks},
            "endpoints": _endpoints(known),
            "gateways": GATEWAYS,
            "ranges": RANGES,
            "options": OPTIONS,
            "others": OTHERS,
            "lines": LINES,
            "by_the_hour": BY_THE_HOUR,
            "vcpu_mb": VCPU_MB,
            "rows": ROWS,
            "chart": chart,
            "grid": chart.grid(),
            "table": [
                (of, tuple(_price_rows(of)), ", ".join(_missing(of))) for of in known.regions
            ],
            "sources": {source.id: source for source in known.sources},
        },
        styles=("assets/cost.css",),
        scripts=(_BOOK, *(f"assets/{name}" for name in _SCRIPTS)),
        files={_BOOK: book_script()},
        dated=f"Prices were last gone over on {known.date}; each has its own source and day.",
        notice=notice,
    )


def _endpoints(known: Prices) -> dict[str, str]:
    """Every instance and claim, with what the field calls it."""
    instances = {
        each.instance: f"{each.instance}, {each.vcpus} vCPU"
        for region in known.regions
        for each in region.hosting
    }
    return {**instances, **{claim.id: claim.label for claim in known.claims}}


def _power(of: Instance) -> str:
    lasting = "" if of.baseline is None else f", of them {of.baseline} lasting"
    return f"{of.vcpus} vCPU{lasting}, {of.gb} GB"


def _missing(of: RegionPrices) -> Iterator[str]:
    """What has no price for a region."""
    tasks = of.fargate or {}
    has = {
        GATEWAYS["rest"]: of.rest,
        GATEWAYS["http"]: of.http,
        "SageMaker real-time": of.hosting,
        "SageMaker serverless": of.serverless,
        **{f"Fargate on {arch}": tasks.get(arch) for arch in of.functions},
        "a load balancer": of.balancer,
    }
    yield from (name for name, prices in has.items() if not prices)


def _price_rows(of: RegionPrices) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """What, how much by tier, and whence, for each price of a region."""
    for arch, function in of.functions.items():
        million = (_dollars(function.request * _MILLION),)
        yield f"Lambda, {arch}, a million requests", million, function.source
        yield f"Lambda, {arch}, a GB-second", _tiers(function.gb_second, 1), function.source
    for name, gateway in (("rest", of.rest), ("http", of.http)):
        if gateway:
            tiers = _tiers(gateway.request, _MILLION)
            yield f"{GATEWAYS[name]}, a million requests", tiers, gateway.source
    for each in of.hosting:
        hour = (_dollars(each.hour),)
        what = f"SageMaker real-time, {each.instance} ({_power(each)}), an hour"
        yield what, hour, each.source
    if of.serverless:
        second = (_dollars(of.serverless.gb_second),)
        yield "SageMaker serverless, a GB-second", second, of.serverless.source
    for arch, task in (of.fargate or {}).items():
        yield f"Fargate, {arch}, a vCPU-hour", (_dollars(task.vcpu_hour),), task.source
        yield f"Fargate, {arch}, a GB-hour", (_dollars(task.gb_hour),), task.source
    if of.balancer:
        for name, price in (
            ("Load balancer, an hour", of.balancer.hour),
            ("Load balancer, a capacity unit for an hour", of.balancer.capacity_hour),
            ("Load balancer, a public address for an hour", of.balancer.address_hour),
        ):
            yield name, (_dollars(price),), of.balancer.source


def _tiers(tiers: tuple[Tier, ...], of: int) -> tuple[str, ...]:
    """Prices with where each ends."""
    return tuple(
        _dollars(tier.price * of) + (f" up to {tier.up_to:,}" if tier.up_to else "")
        for tier in tiers
    )


def _dollars(price: Decimal) -> str:
    """With two decimals at least, and as many as it has."""
    digits = -int(price.normalize().as_tuple().exponent)
    return f"${price:.{max(digits, 2)}f}"


def book_script() -> bytes:
    """The script's prices, words and geometry: a script itself, for pages that lie on a disk."""
    known = prices()
    given = {
        "book": asdict(price_book(known)),
        "words": WORDS,
        "lines": LINES,
        "options": OPTIONS,
        "gateways": GATEWAYS,
        "rows": ROWS,
        "samples": chart.SAMPLES,
        "geometry": {
            "left": chart.LEFT,
            "top": chart.TOP,
            "width": chart.WIDTH,
            "height": chart.HEIGHT,
            "x_decades": chart.X_DECADES,
            "y_decades": chart.Y_DECADES,
            "marks": chart.MARKS,
        },
        "ranges": RANGES,
        "start": asdict(Scenario()),
        "presets": {preset.id: asdict(preset) for preset in PRESETS},
    }
    return f"globalThis.layerfactoryCost = {json.dumps(given)};\n".encode()
