from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from statistics import median

import pytest
from benchmark_samples import handler_result

from layerfactory.errors import CatalogError
from layerfactory.site.benchmarks.content import UNITS, Bar, Picture, figure
from layerfactory.site.benchmarks.page import benchmark_page
from layerfactory.site.benchmarks.read import Results, read_results
from layerfactory.site.render import render

ROOT = Path(__file__).resolve().parents[3]
RECORDS = ROOT / "records"
COMMITTED = ROOT / "docs" / "benchmarks"
# Written out once more: the page's own are what is tested.
SCALE = {"s": 1, "ms": 1000, "MB": 1 / 1_000_000, "count": 1, "x": 1}


def html_of(results):
    return render([benchmark_page(results)])["benchmarks.html"].decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The committed results, and the handler's made up where there is none yet."""
    copied = tmp_path_factory.mktemp("results") / "benchmarks"
    shutil.copytree(COMMITTED, copied, ignore=shutil.ignore_patterns("*.svg"))
    (copied / "handler.json").write_text(json.dumps(handler_result()))
    return copied


@pytest.fixture(scope="module")
def html(folder):
    return html_of(read_results(folder, RECORDS))


def figures_in(html):
    """Every figure of the page: where it says that it is from, its unit, and its text."""
    pattern = r'data-from="([^"]+)" data-unit="([^"]+)">([^<]*)<'
    return [tuple(map(unescape, found)) for found in re.findall(pattern, html)]


def raw(origin, folder):
    """What stands at an origin, read anew."""
    file, _, pointer = origin.partition("#/")
    path = RECORDS.parent / file if file.startswith("records/") else folder / file
    value = json.loads(path.read_text())
    for key in pointer.split("/"):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return [sum(value.values())] if isinstance(value, dict) else value


def test_every_figure_is_what_its_file_says(html, folder):
    found = figures_in(html)
    assert len(found) > 150
    for origin, unit, text in found:
        values = raw(origin, folder)
        values = values if isinstance(values, list) else [values]
        expected = [median(values)] + ([min(values), max(values)] if len(values) > 1 else [])
        shown = [number.replace(",", "") for number in re.findall(r"\d[\d,.]*", text)]
        assert len(shown) == len(expected), (origin, text)
        for number, value in zip(shown, expected, strict=True):
            decimals = len(number.partition(".")[2])
            step = 10**-decimals
            assert abs(float(number) - value * SCALE[unit]) <= step * 0.5001, (origin, text)


def test_no_figure_stands_there_without_its_origin(html):
    cells = re.findall(r'<td class="number"([^>]*)>([^<]*)</td>', html)
    assert cells
    bare = {text for attributes, text in cells if "data-from" not in attributes}
    assert bare <= {"", "does not import"}


def test_each_form_is_there_with_its_machine(html):
    assert "There is no result of this yet" not in html
    assert html.count("Measured on ") == 6
    assert len(set(re.findall(r'data-from="([a-z_0-9]+\.json)#', html))) == 6
    assert html.count('<svg class="bars"') == html.count("<desc ") > 8


def test_text_of_a_result_is_escaped(html):
    assert "A &lt;b&gt;processor&lt;/b&gt;" in html
    assert "in a &lt;i&gt;place&lt;/i&gt;" in html


def test_a_result_that_is_missing_is_said_to_be_missing(tmp_path):
    results = read_results(tmp_path, tmp_path / "records")
    assert results == Results()
    html = html_of(results)
    for command in ("benchmark-handler", "benchmark", "benchmark-many", "scale", "chaos"):
        assert f"<code>make {command}</code>" in html
    assert "<code>layerfactory record</code>" in html
    assert figures_in(html) == []


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"machine": 1, "cells": []}', '{"cells": []}'], ids=repr
)
def test_a_damaged_result_is_a_fault(tmp_path, text):
    (tmp_path / "one_cell.json").write_text(text)
    with pytest.raises(CatalogError, match=r"one_cell\.json") as told:
        read_results(tmp_path, tmp_path)
    assert "version control" in told.value.remedy


def test_sizes_are_of_the_newest_of_each_python(html):
    names = re.findall(r'data-from="records/(py[^"]+)\.json#/zipped_bytes"', html)
    pythons = [name.split("-")[0] for name in names]
    assert len(set(names)) == len(set(pythons)) == len(pythons) / 2  # the picture, and the table
    assert all(name.endswith("x86_64") for name in names)
    for name in names:
        python, release, _ = name.split("-")
        same = RECORDS.glob(f"{python}-*-x86_64.json")
        releases = [path.name.split("-")[1].removeprefix("sklearn") for path in same]
        assert release.removeprefix("sklearn") == max(releases, key=numbers)


def numbers(release):
    return [int(part) for part in re.findall(r"\d+", release)]


def test_handlers_of_one_model_stand_side_by_side(html):
    bars = re.findall(r"<text x=\"0\" y=\"\d+\">([\d.]+ MB from \w+): ([^<]+)</text>", html)
    assert [of for of, _ in bars[::2]] == [of for of, _ in bars[1::2]]
    assert [of for of, _ in bars[:4:2]] == ["0.7 MB from package", "0.7 MB from S3"]
    assert {handler for _, handler in bars[::2]} == {"in the manner of 2020"}
    assert {handler for _, handler in bars[1::2]} == {"scikit-learn-lambda"}


def test_bars_are_in_proportion_to_the_largest_and_the_line():
    of = [figure("a.json#/a", value, "MB") for value in (1_000_000, 4_000_000)]
    small, large = (Bar("b", "ours", each) for each in of)
    assert Picture("p", "P", (small, large)).percent(small.figure.value) == "25.00%"
    assert Picture("p", "P", (small, large), limit=10).percent(10) == "100.00%"
    assert Picture("p", "P", (Bar("b", "ours", of[0], of[1]),)).percent(1) == "25.00%"


def test_units_are_those_that_the_test_knows():
    assert {unit: scale for unit, (scale, _) in UNITS.items()} == pytest.approx(SCALE)
    assert figure("f#/f", (0.0024, 0.0026, 0.0031), "ms").text == "2.6 (2.4 to 3.1)"
    assert figure("f#/f", 1234567, "count").text == "1,234,567"
