"""The site for everybody: keyboard, screen reader, phone, dark mode, and without JavaScript."""

from __future__ import annotations

import re

import pytest
from browser_fixtures import axe_findings, files_of, served, write_site_of
from playwright.sync_api import expect
from site_samples import whole_index

PHONE = 360
REGIONS = {"eu-west-1", "eu-west-2", "us-east-1", "me-south-1"}
RELEASES = {"0.24.2", "1.5.2", "1.6.1", "1.7.2"}
FOUND = "?python=3.6&sklearn=0.24&region=me-south-1&model=9.9&q=3.6"
MISSED = "?python=3.9&sklearn=1.9&model=1.5.2&model-python=3.11&q=arm64+eu"
TABLE = "tables/eu-west-1.html"
PAGES = [FOUND, MISSED, TABLE]


@pytest.fixture(scope="module")
def rows():
    """Few, as a look at all of thousands takes its time."""
    return [row for row in whole_index() if row.region in REGIONS and row.scikit_learn in RELEASES]


@pytest.fixture(scope="module")
def small_site(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("few-layers")
    write_site_of(rows, folder)
    with served(folder) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_screen_reader_stumbles_over_nothing_serious(visit, small_site, path, scheme):
    assert axe_findings(visit(small_site + path, scheme=scheme)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_empty_site_too(visit, tmp_path, scheme):
    write_site_of([], tmp_path)
    assert axe_findings(visit(tmp_path / "index.html", scheme=scheme)) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(visit, small_site, path):
    page = visit(small_site + path, width=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE


def test_an_empty_site_is_not_wider_either(visit, tmp_path):
    write_site_of([], tmp_path)
    page = visit(tmp_path / "index.html", width=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE


def test_light_and_dark_differ(visit, small_site):
    grounds = {
        visit(small_site + TABLE, scheme=scheme).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    assert len(grounds) == 2


def test_a_layer_is_found_and_copied_by_keyboard_alone(visit, small_site):
    page = visit(small_site, permissions=["clipboard-read", "clipboard-write"])
    focused = "document.activeElement.id || document.activeElement.textContent.trim()"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "python"
    # A select takes the first letters of what is wanted.
    page.keyboard.type("3.12")
    page.keyboard.press("Tab")
    page.keyboard.type("1.5.2")
    page.keyboard.press("Tab")
    page.keyboard.type("eu-west-2")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate(focused) == "copy-arn"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(
        r"arn:aws:lambda:eu-west-2:\d+:layer:python-3-12-scikit-learn-1-5-2:\d", copied
    )


def test_how_to_deploy_is_chosen_with_the_arrows(visit, small_site):
    page = visit(small_site)
    page.get_by_role("radio", name="Serverless").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="SAM")).to_be_checked()
    expect(page.locator("#snippet")).to_contain_text("AWS::Serverless::Function")
    assert "tool=sam" in page.url


def test_what_has_the_focus_is_seen(visit, small_site):
    page = visit(small_site)
    for name in ("python", "copy-arn", "model", "q"):
        page.keyboard.press("Tab")
        page.locator(f"#{name}").focus()
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid", name


def test_a_choice_is_said_aloud(visit, small_site):
    page = visit(small_site)
    page.locator("#python").select_option("3.11")
    page.locator("#region").select_option("eu-west-1")
    expect(page.locator("#said[role=status]")).to_have_text(
        re.compile(r"py3\.11-sklearn1\.7\.2-x86_64 in eu-west-1, version \d")
    )


def test_without_javascript_there_are_plain_tables(visit, small_site, rows):
    page = visit(small_site, script=False)
    expect(page.locator("#finder")).to_be_hidden()
    page.get_by_role("link", name="all layers are here as plain tables").click()
    page.get_by_role("link", name="eu-west-1 · Europe (Ireland)").click()
    expect(page.get_by_role("heading", name="Layers in eu-west-1")).to_be_visible()
    there = [row for row in rows if row.region == "eu-west-1"]
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(len(there))
    assert [arn.strip() for arn in lines.locator("td:nth-child(5)").all_inner_texts()] == [
        row.arn for row in reversed(there)
    ]


def test_a_table_is_not_too_heavy():
    tables = {
        path: len(content) for path, content in files_of(whole_index()).items() if "tables/" in path
    }
    assert len(tables) == 34
    assert max(tables.values()) < 200_000
