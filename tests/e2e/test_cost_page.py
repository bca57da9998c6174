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

BOOK = price_book(prices())
PRESET = {preset.id: preset.scenario for preset in PRESETS}


def expected(scenario):
    """As JSON has it: the script's answer has the same form."""
    return json.loads(json.dumps(asdict(outcome(BOOK, scenario))))


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


def refused(page):
    """What the page did not take from its address, as it says."""
    told = page.locator("#refused").inner_text()
    return told.removeprefix("Not taken from the address: ").split(". There")[0].split("; ")


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


def test_a_region_replaces_no_choice_and_says_what_has_no_price(visit, page_file):
    page = visit(page_file)
    put_in(page, endpoint="ml.m5.large", region="eu-central-1")
    chosen = Scenario(region="eu-central-1", endpoint="ml.m5.large")
    assert shown(page) == expected(chosen)["texts"]
    assert page.locator("#gateway").input_value() == "http"
    assert page.locator("#endpoint").input_value() == "ml.m5.large"
    assert page.locator(".totals .total").all_inner_texts() == ["\N{EN DASH}"] * len(OPTIONS)
    assert "for this region has a source" in page.locator("#gateway-lacks").inner_text()
    assert "for this region has a source" in page.locator("#endpoint-lacks").inner_text()
    put_in(page, region="us-east-1")
    assert shown(page) == expected(replace(chosen, region="us-east-1"))["texts"]
    assert page.locator("#gateway-lacks").is_hidden()


def test_the_answer_stays_in_view_and_is_the_only_thing_that_is_read_out(visit, page_file):
    page = visit(page_file, width=390)
    page.locator("#load").scroll_into_view_if_needed()
    put_in(page, load="80")
    assert page.locator("#answer").evaluate(
        "e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom < 200; }"
    )
    live = page.locator("main [aria-live], main [role=status]:not(.fault)")
    assert live.evaluate_all("all => all.map((e) => e.id)") == ["refused", "answer"]


@pytest.mark.parametrize("width", [390, 1280])
def test_no_choice_is_cut(visit, page_file, width):
    """A select as wide as its text wants to be is no wider than the one that is shown."""
    page = visit(page_file, width=width)
    cut = page.locator("#cost select").evaluate_all(
        """all => all.filter((e) => {
          const given = e.getBoundingClientRect().width;
          e.style.width = "max-content";
          return e.getBoundingClientRect().width > given;
        }).map((e) => e.id)"""
    )
    assert cut == []


def test_what_is_out_of_range_is_told_and_held(visit, page_file):
    page = visit(page_file)
    put_in(page, memory="64")
    assert page.locator("#memory-fault").inner_text() == "A whole number from 128 to 10,240."
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
    page = visit(f"{page_file.as_uri()}#{name}=1&memory=256&free={name}")
    assert shown(page) == expected(Scenario(memory=256))["texts"]
    assert not page.locator("#free").is_checked()
    assert refused(page) == ["what no field is called", "Take off the free tier"]


def test_an_address_with_nonsense_harms_nothing(visit, page_file):
    page = visit(
        f"{page_file.as_uri()}#requests=<b>&region=nowhere&<i>=1&ms=&init=99999&free=maybe"
    )
    assert shown(page) == expected(Scenario(init=10_000))["texts"]
    assert refused(page) == [
        "Requests a month",
        "Region",
        "what no field is called",
        "Milliseconds",
        "Take off the free tier",
    ]
    assert page.locator("#init-fault").is_visible()
    put_in(page, init="5")
    assert page.locator("#refused").is_hidden()


NO_NUMBERS = (
    "1.5",
    "1e9",
    "0x10",
    "NaN",
    "Infinity",
    "1" * 400,
    "%00",
    "\N{FULLWIDTH DIGIT ONE}",
    "+1",
    "1,000",
    "null",
)


@pytest.mark.parametrize("name", ["requests", "cold"])
def test_what_is_no_whole_number_in_an_address_is_refused(visit, page_file, name):
    page = visit(page_file)
    usual = expected(Scenario())["texts"]
    for text in NO_NUMBERS:
        page.evaluate("hash => { location.hash = hash; }", f"{name}={text}")
        page.wait_for_selector("#refused:not([hidden])")
        assert shown(page) == usual, text
        assert len(refused(page)) == 1
        page.evaluate("location.hash = 'ms=20'")
        page.wait_for_selector("#refused", state="hidden")


@pytest.mark.parametrize(("text", "held"), [("0", 1), ("-5", 1), ("999999999999999", 10**9)])
def test_what_is_out_of_range_in_an_address_is_told_and_held(visit, page_file, text, held):
    page = visit(f"{page_file.as_uri()}#requests={text}")
    assert shown(page) == expected(Scenario(requests=held))["texts"]
    assert page.locator("#requests-fault").is_visible()
    assert page.locator("#refused").is_hidden()


def test_a_broken_number_is_told_when_typed(visit, page_file):
    page = visit(page_file)
    put_in(page, requests="1.5")
    assert page.locator("#requests-fault").is_visible()
    put_in(page, requests="2", cold="0.29")
    assert page.locator("#requests-fault").is_hidden()
    assert page.locator("#cold-fault").is_hidden()
    assert shown(page) == expected(Scenario(requests=2, cold=29))["texts"]
    put_in(page, cold="0.295")
    assert page.locator("#cold-fault").is_visible()


CUTS = [
    'id="memory"',
    'id="init"',
    'value="arm64"',
    '<section aria-labelledby="crossing"',
    "<footer",
]


@pytest.mark.parametrize("mark", CUTS)
def test_a_page_that_was_cut_stays_as_it_came(visit, page_file, mark, tmp_path):
    """No error, no figure changed, no field that looks as if it worked."""
    (tmp_path / "assets").symlink_to(page_file.parent / "assets")
    text = page_file.read_text("utf-8")
    cut = tmp_path / "cut.html"
    cut.write_text(text[: text.index(mark)], "utf-8")
    page = visit(f"{cut.as_uri()}#requests=5000000")
    usual = expected(Scenario())["texts"]
    assert {place: usual[place] for place in shown(page)} == shown(page)
    assert page.locator("#cut").is_visible()
    assert page.locator("#cost input:enabled, #cost select:enabled").count() == 0
    assert page.locator("[data-preset]:visible").count() == 0


def test_without_its_prices_the_page_stays_as_it_came(visit, page_file, tmp_path):
    write_site(
        {
            path: b"" if path == "assets/cost-book.js" else content
            for path, content in render([cost_page()]).items()
        },
        tmp_path,
    )
    page = visit(tmp_path / "cost.html")
    assert shown(page) == expected(Scenario())["texts"]
    assert page.locator("#requests").is_disabled()


def test_the_claim_of_2020_is_reproduced(visit, page_file):
    page = visit(page_file)
    page.get_by_role("button", name="The claim of 2020").click()
    texts = shown(page)
    assert (texts["total.realtime"], texts["total.functions"]) == ("$50.00", "$2.50")
    assert texts["answer"] == "Cheapest: Lambda, $2.50 a month."
    assert texts["verdict.realtime"] == "Lambda costs 95.0\N{NO-BREAK SPACE}% less."
    assert "9,316,765" in page.locator("#crossings").inner_text()
    assert page.locator("#why-claim-2020").is_visible()
    assert page.locator("#why-usual").is_hidden()
    assert page.locator("[aria-pressed=true]").all_inner_texts() == ["The claim of 2020"]
    assert shown(visit(page.url)) == texts  # and its address alone


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
