from __future__ import annotations

import json
from dataclasses import replace

from catalog_samples import catalogues, make_row
from hypothesis import given
from site_samples import whole_index

from layerfactory.site.compact import compact, script
from layerfactory.site.layers_page import DATA
from layerfactory.site.pages import site_pages
from layerfactory.site.render import render


def test_a_layer_is_said_once_with_a_number_for_each_place():
    rows = [
        make_row(region=region, version=n) for n, region in ((1, "eu-west-1"), (7, "us-west-2"))
    ]
    (layer,) = compact(rows)["layers"]
    assert layer["numbers"] == [1, 7]
    assert layer["published"] == "2026-11-23"
    assert "stale" not in layer
    assert "retired" not in layer


def test_what_differs_by_region_is_said_for_each():
    stale = make_row(region="eu-west-1", stale_since=make_row().published, published=None)
    (layer,) = compact([stale, make_row()])["layers"]
    assert layer["published"] == ["", "2026-11-23"]
    assert layer["stale"] == ["2026-11-23", ""]


def test_a_layer_that_is_in_some_places_has_no_number_in_the_others():
    found = compact([make_row(), make_row("py3.9-sklearn1.5.2-arm64", "cn-north-1")])
    assert [layer["numbers"] for layer in found["layers"]] == [[1, 0], [0, 1]]


def test_two_in_one_place_are_two_layers():
    rows = [make_row(version=1), make_row(version=2)]
    assert [layer["numbers"] for layer in compact(rows)["layers"]] == [[1], [2]]


def test_accounts_and_partitions_are_places_of_their_own():
    other = make_row()
    other = replace(other, arn=other.arn.replace("arn:aws:", "arn:aws-cn:").replace("1234", "9876"))
    assert len(compact([make_row(), other])["places"]) == 2


def test_versions_are_ordered_as_versions():
    cells = (
        "py3.9-sklearn1.10.0-x86_64",
        "py3.10-sklearn1.9.1-x86_64",
        "py3.9-sklearn1.9.1-x86_64",
    )
    layers = compact([make_row(cell) for cell in cells])["layers"]
    told = [(layer["cell"], layer["rank"], layer["order"]) for layer in layers]
    assert told == [(cells[2], 0, 0), (cells[0], 1, 1), (cells[1], 2, 0)]


@given(catalogues())
def test_the_order_of_the_rows_does_not_matter(rows):
    assert compact(rows) == compact(list(reversed(rows)))


def test_the_script_is_ascii_and_gives_a_name():
    text = script({"key": "</script>\u2028"}, "LAYERS").decode("ascii")
    head, value = text.split("globalThis.LAYERS = ")
    assert head == '"use strict";\n'
    assert json.loads(value.removesuffix(";\n")) == {"key": "</script>\u2028"}


def test_the_first_view_of_a_whole_index_is_below_a_megabyte():
    files = render(site_pages(whole_index()))
    first = [p for p in files if p in {DATA, "index.html"} or p.startswith("assets/")]
    assert len(whole_index()) > 8000
    assert sum(len(files[path]) for path in first) < 1_000_000
