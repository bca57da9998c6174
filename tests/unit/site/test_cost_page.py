from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest

from layerfactory.data.prices import prices
from layerfactory.site.cost.book import ATOMS_PER_DOLLAR, price_book
from layerfactory.site.cost.chart import SAMPLES, at_x, at_y, tenths
from layerfactory.site.cost.outcome import ROWS, outcome
from layerfactory.site.cost.page import book_script, cost_page
from layerfactory.site.cost.scenario import NAMES, PRESETS, RANGES, Scenario
from layerfactory.site.cost.words import dollars
from layerfactory.site.render import render


@pytest.fixture(scope="module")
def html():
    return render([cost_page()])["cost.html"].decode()


def test_nothing_runs_or_is_styled_within_the_page(html):
    assert re.findall(r"<script(?! defer src=)", html) == []
    assert "<style" not in html
    assert not re.search(r'\s(style|on[a-z]+)="', html)


def test_each_price_stands_there_with_its_source(html):
    known = prices()
    for source in known.sources:
        assert f'id="source-{source.id}"' in html
        assert f'href="{source.page}"' in html
    for region in known.regions:
        assert f"{region.name}, {region.place}" in html
    assert "$0.0000166667 up to 6,000,000,000<br>$0.000015 up to 15,000,000,000<br>" in html
    assert ">$3.70 up to 333,000,000<" in html  # a million requests, Frankfurt


def test_the_first_figures_are_those_of_the_formulas(html):
    texts = outcome(price_book(prices()), Scenario(), 730).texts
    for place, text in texts.items():
        assert f'data-out="{place}">{text}<' in html


def test_every_field_is_there_with_its_range(html):
    for name in NAMES:
        assert re.search(rf'<(input|select) id="{name}" name="{name}"', html)
    least, most = RANGES["memory"]
    assert (
        f'id="memory" name="memory" type="number" inputmode="decimal" min="{least}" max="{most}"'
        in html
    )


def test_the_script_is_handed_what_python_reckons_with():
    text = book_script().decode()
    given = json.loads(text.removeprefix("globalThis.layerfactoryCost = ").removesuffix(";\n"))
    assert given["book"] == json.loads(json.dumps(asdict(price_book(prices()))))
    assert given["start"] == asdict(Scenario())
    assert list(given["presets"]) == [preset.id for preset in PRESETS]
    assert list(given["options"]) == ["functions", "realtime", "serverless", "fargate"]
    assert (tuple(given["rows"]), tuple(given["samples"])) == (ROWS, SAMPLES)


def test_whole_numbers_of_the_book_are_whole_in_javascript():
    def numbers(value):
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, (list, tuple)):
            return [number for inner in value for number in numbers(inner)]
        return [value] if isinstance(value, int) else []

    assert max(numbers(asdict(price_book(prices())))) < 2**53


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.05, "0.1"),
        (0.04, "0.0"),
        (-0.05, "0.0"),
        (-0.06, "-0.1"),
        (12.25, "12.3"),
        (9.99, "10.0"),
    ],
)
def test_tenths_are_rounded_half_up(value, text):
    assert tenths(value) == text


def test_the_axes_begin_and_end_where_the_picture_does():
    assert (at_x(10), at_x(1000), at_x(10**9)) == ("70.0", "70.0", "706.0")
    dime = ATOMS_PER_DOLLAR // 10
    assert (at_y(dime), at_y(dime * 10**6)) == ("398.0", "26.0")
    assert float(at_y(0)) > 398  # cut off below


def test_money_has_commas_and_two_decimals():
    assert [dollars(0), dollars(5), dollars(123_456_789)] == ["$0.00", "$0.05", "$1,234,567.89"]
