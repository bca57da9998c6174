from __future__ import annotations

import json
import re
from dataclasses import asdict, fields, replace
from html import escape

import pytest

from layerfactory.data.prices import prices
from layerfactory.site.cost.book import ATOMS_PER_DOLLAR, price_book
from layerfactory.site.cost.chart import SAMPLES, at_x, at_y, tenths
from layerfactory.site.cost.outcome import ROWS, outcome
from layerfactory.site.cost.page import book_script, cost_page
from layerfactory.site.cost.scenario import PRESETS, RANGES, Scenario
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
    texts = outcome(price_book(prices()), Scenario()).texts
    for place, text in texts.items():
        assert f'data-out="{place}">{escape(text)}<' in html


def test_every_field_is_there_with_its_range(html):
    for name in (field.name for field in fields(Scenario)):
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


def of_preset(name, **changes):
    (scenario,) = (preset.scenario for preset in PRESETS if preset.id == name)
    return outcome(price_book(prices()), replace(scenario, **changes))


def test_what_leaves_something_out_is_never_marked():
    """SageMaker serverless shows the least, but without its cold starts."""
    shown = of_preset("usual")
    assert shown.texts["total.serverless"] == "≥\N{NO-BREAK SPACE}$0.14"
    assert shown.least["total"] == ""
    assert shown.texts["answer"].startswith("Not settled: SageMaker serverless")
    assert shown.texts["verdict.serverless"] == "Lambda costs at most 33.3\N{NO-BREAK SPACE}% more."
    warm = of_preset("usual", cold=0)
    assert warm.least["total"] == "serverless"
    told = "Cheapest: SageMaker serverless, $0.14 a month. Lambda: $0.15."
    assert warm.texts["answer"] == told


def test_a_claim_is_never_marked_for_nobody_knows_what_it_carries():
    shown = of_preset("claim-2020")
    assert (shown.least["at.1000000"], shown.least["at.10000000"]) == ("functions", "")
    letter, told = shown.crossings[0]
    assert letter == "A"
    assert told.startswith("From 9,316,765 requests a month on, an endpoint as claimed is cheaper")
    assert told.endswith(", if one carries them.")


def test_only_one_price_is_no_comparison():
    alone = of_preset("usual", region="eu-central-1", arch="arm64", gateway="url")
    assert alone.least["total"] == ""
    assert alone.texts["answer"].startswith("Nothing to compare")
    pair = of_preset("usual", region="eu-central-1", gateway="url")
    assert pair.texts["mark"] == "cheapest with a price"
    assert of_preset("usual").texts["mark"] == "cheapest"
    assert pair.texts["answer"] == "Cheapest of those with a price: Lambda, $0.09 a month."
    none = of_preset("usual", region="eu-central-1")
    assert none.texts["answer"].startswith("The gateway has no price here")
    assert none.texts["line.functions.compute"] == "$0.07"
    assert set(none.least.values()) == {""}


def test_what_has_no_price_says_what_has_one():
    shown = of_preset("usual", region="eu-central-1", arch="arm64").texts
    assert shown["lacks.gateway"].endswith("With one: API Gateway, REST; None: a function URL.")
    assert shown["lacks.endpoint"] == "No price for this region has a source."
    assert shown["lacks.task"].endswith("With one: x86_64.")
    here = of_preset("usual").texts
    assert {here[f"lacks.{name}"] for name in ("gateway", "endpoint", "task")} == {""}


def test_how_much_one_carries_is_told():
    # Half of 0.4 vCPUs over 20 ms of 1024/1769; half of half a vCPU.
    texts = of_preset("usual").texts
    assert texts["carries.realtime"].startswith(
        "One serves 17.2 requests a second, 50\N{NO-BREAK SPACE}% busy."
    )
    assert texts["carries.fargate"].startswith("One serves 21.5 requests a second")
    assert of_preset("busy").texts["carries.realtime"].endswith("Running on average: 9.5.")
    assert of_preset("claim-2020").texts["carries.realtime"] == ""


def test_less_than_a_cent_is_not_nothing():
    texts = of_preset("usual").texts
    assert texts["at.1000.functions"] == "<\N{NO-BREAK SPACE}$0.01"
    assert of_preset("usual", gateway="url").texts["line.functions.gateway"] == "$0.00"


def test_regions_say_what_has_no_price(html):
    assert "Without a price that has a source: API Gateway, HTTP; " not in html
    assert "Without a price that has a source: API Gateway, HTTP, SageMaker real-time," in html
    assert html.count("Without a price that has a source: ") == len(prices().regions) - 1


def test_one_line_alone_is_read_out(html):
    """Not a whole list with each key that is struck."""
    assert "aria-live" not in html
    assert html.count('class="answer"') == 1


def test_money_has_commas_and_two_decimals():
    assert [dollars(0), dollars(5), dollars(123_456_789)] == ["$0.00", "$0.05", "$1,234,567.89"]
