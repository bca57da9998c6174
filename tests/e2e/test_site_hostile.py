"""Whatever stands in layers.json is text: nothing of it runs, and nothing of it hides."""

from __future__ import annotations

import json

import pytest
from browser_fixtures import write_site_of
from catalog_samples import make_row
from playwright.sync_api import expect

from layerfactory.catalog.files import read_rows
from layerfactory.catalog.json_form import to_json

SCRIPT = "</script><script>globalThis.ran=1</script><img src=x onerror=globalThis.ran=1>"
QUOTES = "\"'><svg onload=globalThis.ran=1> ${globalThis.ran=1} {{ 7*7 }} \u2028`"
BIDI = "safe\u202eetadilav\u2066\u0000\u200b"
LINK = "javascript:globalThis.ran=1"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The folder of a site whose index somebody has tampered with."""
    folder = tmp_path_factory.mktemp("hostile")
    document = json.loads(to_json([make_row(), make_row("py3.11-sklearn1.5.2-x86_64")]))
    first = document["layers"][1]
    first |= {"status": "retired", "retired": "2026-11-01", "reason": SCRIPT, "successor": LINK}
    first["packages"] = {"numpy": QUOTES, "scipy": SCRIPT, "joblib": BIDI, "threadpoolctl": LINK}
    path = folder / "layers.json"
    path.write_text(json.dumps(document))
    write_site_of(read_rows(path), folder / "site")
    return folder / "site"


@pytest.mark.parametrize("path", ["index.html", "tables/us-west-2.html"])
def test_it_is_shown_as_it_is_and_nothing_runs(visit, hostile, path):
    page = visit((hostile / path).as_uri() + "?python=3.12")
    for text in (SCRIPT, LINK, "{{ 7*7 }}", "${globalThis.ran=1}"):
        expect(page.locator("main")).to_contain_text(text)
    assert page.evaluate("globalThis.ran") is None
    assert page.locator("main svg, main img, main script, main a[href^=javascript]").count() == 0


@pytest.mark.parametrize("path", ["index.html", "tables/us-west-2.html"])
def test_what_turns_or_hides_text_is_seen(visit, hostile, path):
    page = visit((hostile / path).as_uri() + "?python=3.12")
    expect(page.locator("main")).to_contain_text("safe\ufffdetadilav\ufffd\ufffd\ufffd")
    assert "\u202e" not in page.content()


def test_a_hostile_address_is_text_as_well(visit, hostile):
    from urllib.parse import urlencode

    values = dict.fromkeys(("python", "sklearn", "region", "arch", "extras", "tool", "q"), SCRIPT)
    page = visit(f"{(hostile / 'index.html').as_uri()}?{urlencode({**values, 'model': QUOTES})}")
    expect(page.get_by_role("heading", name=f"AWS has no region {SCRIPT}")).to_be_visible()
    assert page.evaluate("globalThis.ran") is None


@pytest.mark.parametrize("name", ["python", "sklearn", "region", "arch", "extras"])
@pytest.mark.parametrize("value", ["1.9.9$(id)", "1\nid", "-o"])
def test_an_address_puts_no_words_of_its_own_into_commands(visit, hostile, name, value):
    from urllib.parse import urlencode

    known = {"python": "3.9", "sklearn": "1.9", "region": "eu-west-1"}
    address = (hostile / "index.html").as_uri()
    page = visit(f"{address}?{urlencode(known)}")
    expect(page.locator("#build")).to_contain_text("layerfactory release --python 3.9")
    page = visit(f"{address}?{urlencode({**known, name: value})}")
    expect(page.locator("#missed")).to_be_visible()
    expect(page.locator("#making")).to_be_hidden()
    assert page.locator("#build").text_content() == ""


def test_the_policy_stops_what_would_get_in_all_the_same(chromium, hostile):
    page = chromium.new_page()
    page.goto((hostile / "index.html").as_uri())
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "globalThis.ran = 1";
          document.body.append(script);
          const link = document.createElement("a");
          link.href = "javascript:globalThis.ran=1";
          document.body.append(link);
          link.click();
        }"""
    )
    gone = page.evaluate("fetch('https://example.invalid/').then(() => 'sent', () => 'refused')")
    assert (page.evaluate("globalThis.ran"), gone) == (None, "refused")
    page.close()
