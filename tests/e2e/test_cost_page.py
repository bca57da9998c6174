"""The cost page in a browser: its script against the Python that has the same formulas."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace

import pytest
from browser_fixtures import axe_findings
from cost_samples import scenarios
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layerfactory.data.prices import prices
from layerfactory.site.cost.book import price_book
from layerfactory.site.cost.formulas import OPTIONS
from layerfactory.site.cost.outcome import ROWS, outcome
from layerfactory.site.cost.page import cost_page
from layerfactory.site.cost.scenario import PRESETS, Scenario
from layerfactory.site.render import render
from layerfactory.site.write import write_site

BOOK, HOURS = price_book(prices()), prices().hours_per_month
PRESET = {preset.id: preset.scenario for preset in PRESETS}


def expected(scenario):
    """As JSON has it: the script's answer has the same form."""
    return json.loads(json.dumps(asdict(outcome(BOOK, scenario, HOURS))))


@pytest.fixture(scope="session")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    write_site(render([cost_page()]), folder)
    return folder / "cost.html"


@pytest.fixture(scope="module")
def reckon(chromium, page_file):
    """Asks the page's own script."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(page_file.as_uri())
    yield lambda many: page.evaluate(
        "(all) => all.map(globalThis.layerfactoryCost.outcome)", [asdict(each) for each in many]
    )
    context.close()


def shown(page):
    """The texts of the page by place."""
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-out]')]"
        ".map((e) => [e.dataset.out, e.textContent]))"
    )


def put_in(page, **values):
    for name, value in values.items():
        field = page.locator(f"#{name}")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(scenarios(BOOK), min_size=60, max_size=60))
def test_the_script_and_python_agree_to_the_cent(reckon, many):
    for scenario, ours in zip(many, reckon(many), strict=True):
        theirs = expected(scenario)
        assert ours["texts"] == theirs["texts"], scenario
        assert ours["least"] == theirs["least"], scenario
        assert ours["crossings"] == theirs["crossings"], scenario


@pytest.mark.parametrize("scenario", PRESET.values(), ids=PRESET)
def test_the_script_draws_what_python_draws(reckon, scenario):
    assert reckon([scenario]) == [expected(scenario)]


def test_the_page_begins_with_what_python_wrote(visit, page_file):
    with_script, without = visit(page_file), visit(page_file, script=False)
    for part in ("#chart", ".totals", "#crossings", ".desk table"):
        drawn, written = (
            re.sub(r"\s+", " ", page.locator(part).evaluate("e => e.outerHTML"))
            for page in (with_script, without)
        )
        assert drawn == written


def test_without_a_script_the_figures_are_there_and_the_fields_are_off(visit, page_file):
    page = visit(page_file, script=False)
    assert "With JavaScript you can put in your own" in page.locator("main").inner_text()
    assert page.locator("#requests").is_disabled()
    assert page.locator(".totals .total").all_inner_texts() == [
        expected(Scenario())["texts"][f"total.{option}"] for option in OPTIONS
    ]
    assert page.locator("[data-preset]").first.is_hidden()


def test_fields_change_every_figure(visit, page_file):
    page = visit(page_file)
    put_in(page, requests="3000000", ms="120", memory="1536", gateway="url", cold="0", init="0")
    page.locator("#free").check()
    asked = Scenario(
        requests=3_000_000, ms=120, memory=1536, gateway="url", cold=0, init=0, free=True
    )
    texts = expected(asked)["texts"]
    assert texts["total.functions"] == "$2.73"  # AWS's own example
    assert shown(page) == texts
    for n in ROWS:
        bold = page.locator(f'td.least[data-least^="at.{n} "]').all_inner_texts()
        assert bold == [texts[f"at.{n}.{expected(asked)['least'][f'at.{n}']}"]]


def test_a_region_offers_what_it_has_a_price_for(visit, page_file):
    page = visit(page_file)
    put_in(page, region="eu-central-1")
    offered = page.locator("#gateway option:not([disabled])").all_inner_texts()
    assert offered == ["API Gateway, REST", "Function URL"]
    asked = Scenario(region="eu-central-1", gateway="rest", endpoint="claim-2020")
    assert shown(page) == expected(asked)["texts"]
    assert page.locator("#gateway").input_value() == "rest"


def test_what_is_out_of_range_is_told_and_held(visit, page_file):
    page = visit(page_file)
    put_in(page, memory="64")
    assert page.locator("#memory-fault").inner_text() == "From 128 to 10,240."
    assert page.locator("#memory").get_attribute("aria-invalid") == "true"
    assert shown(page) == expected(Scenario(memory=128))["texts"]
    put_in(page, memory="")
    assert shown(page) == expected(Scenario(memory=128))["texts"]
    put_in(page, memory="256")
    assert page.locator("#memory-fault").is_hidden()
    assert shown(page) == expected(Scenario(memory=256))["texts"]


def test_the_address_brings_somebody_else_to_the_same_figures(visit, page_file):
    page = visit(page_file)
    put_in(page, requests="2500000", arch="arm64", gateway="rest", cold="0.25", models="7")
    page.locator("#free").check()
    assert "requests=2500000" in page.url
    assert "memory" not in page.url  # as it was
    other = visit(page.url)
    assert shown(other) == shown(page)
    assert other.locator("#cold").input_value() == "0.25"
    assert other.locator("#free").is_checked()


@pytest.mark.parametrize("name", ["constructor", "toString", "__proto__"])
def test_names_that_every_object_has_are_no_fields(visit, page_file, name):
    page = visit(f"{page_file.as_uri()}#{name}=1&memory=256")
    assert shown(page) == expected(Scenario(memory=256))["texts"]


def test_an_address_with_nonsense_harms_nothing(visit, page_file):
    page = visit(f"{page_file.as_uri()}#requests=<b>&region=nowhere&x=1&memory=1e9&free=maybe")
    assert shown(page) == expected(Scenario(memory=10_240))["texts"]


def test_the_claim_of_2020_is_reproduced(visit, page_file):
    page = visit(page_file)
    page.get_by_role("button", name="The claim of 2020").click()
    texts = shown(page)
    assert (texts["total.realtime"], texts["total.functions"]) == ("$50.00", "$2.50")
    assert texts["verdict.realtime"] == "Lambda costs 95.0\N{NO-BREAK SPACE}% less."
    assert "9,316,765" in page.locator("#crossings").inner_text()
    assert page.locator("#why-claim-2020").is_visible()
    assert page.locator("#why-usual").is_hidden()
    assert page.locator("[aria-pressed=true]").all_inner_texts() == ["The claim of 2020"]


def test_back_and_forth_with_the_address_alone(visit, page_file):
    page = visit(page_file)
    page.evaluate("location.hash = 'ms=500'")
    page.wait_for_function("document.querySelector('#ms').value === '500'")
    assert shown(page) == expected(replace(Scenario(), ms=500))["texts"]


def test_it_works_with_the_keyboard_alone(visit, page_file):
    page = visit(page_file)
    page.locator("#requests").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("1000000")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "models"
    assert shown(page) == expected(Scenario(requests=1_000_000))["texts"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious_and_nothing_is_cut(visit, page_file, scheme, width):
    page = visit(page_file, scheme=scheme, width=width)
    put_in(page, requests="0")  # a fault is told
    page.get_by_role("button", name="One busy model").click()
    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
