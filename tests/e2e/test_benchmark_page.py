"""The benchmark page in a browser: made of the committed results, without any script."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from benchmark_samples import handler_result
from browser_fixtures import axe_findings

from layerfactory.site.benchmarks.page import benchmark_page
from layerfactory.site.benchmarks.read import read_results
from layerfactory.site.render import render
from layerfactory.site.write import write_site

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmarks")
    shutil.copytree(ROOT / "docs" / "benchmarks", folder / "results")
    (folder / "results" / "handler.json").write_text(json.dumps(handler_result()))
    results = read_results(folder / "results", ROOT / "records")
    write_site(render([benchmark_page(results)]), folder / "site")
    return folder / "site" / "benchmarks.html"


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_axe_finds_nothing_serious_and_nothing_is_cut(visit, page_file, scheme, width):
    page = visit(page_file, scheme=scheme, width=width)
    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_bars_are_as_long_as_their_figures(visit, page_file):
    """Drawn by the browser: the longest fills the width, the others are in proportion."""
    page = visit(page_file)
    sizes = page.locator("svg[aria-labelledby^='unzipped-']")
    lengths = [bar.bounding_box()["width"] for bar in sizes.locator("rect.ours").all()]
    shown = [float(text) for text in sizes.locator(".value").all_text_contents()]
    assert len(lengths) == len(shown) >= 9
    for length, value in zip(lengths, shown, strict=True):
        assert length / lengths[0] == pytest.approx(value / shown[0], rel=0.01)


def test_what_stands_there_needs_no_script(visit, page_file):
    page = visit(page_file, script=False)
    assert page.get_by_role("heading", name="The handler: cold and warm").is_visible()
    assert page.locator("table").count() >= 8
