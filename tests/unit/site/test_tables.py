from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from catalog_samples import catalogues, make_row
from hypothesis import given

from layerfactory.catalog.row import Retired
from layerfactory.site.pages import site_pages
from layerfactory.site.render import render
from layerfactory.site.words import REHEARSAL, dated, notice

STRANGER = "446751924810"


def of(account, *rows):
    from dataclasses import replace

    return [replace(row, arn=row.arn.replace("123456789012", account)) for row in rows]


def test_there_is_a_page_for_each_region():
    rows = [make_row(region="us-west-2"), make_row(region="eu-west-1")]
    paths = [page.path for page in site_pages(rows)]
    assert paths[0] == "index.html"
    tables = [path for path in paths if path.startswith("tables/")]
    assert tables == ["tables/eu-west-1.html", "tables/us-west-2.html"]


@given(catalogues())
def test_each_row_stands_in_the_page_of_its_region(rows):
    files = render(site_pages(rows))
    for row in rows:
        text = unescape(files[f"tables/{row.region}.html"].decode())
        assert text.count(f">{row.arn}<") == 1
        assert row.sha256 in text
        assert not row.retired or row.retired.reason in text


def test_a_region_that_nobody_knows_yet_has_its_page():
    files = render(site_pages([make_row(region="us-west-9")]))
    assert "Layers in us-west-9" in files["tables/us-west-9.html"].decode()


def test_an_index_without_layers_says_so():
    files = render(site_pages([]))
    assert "No layer is published yet" in files["index.html"].decode()
    assert not [path for path in files if path.startswith("tables/")]


def test_layers_of_the_embedded_aws_are_marked_whatever_anybody_says():
    assert notice([make_row()], rehearsal=False) == REHEARSAL
    for content in render(site_pages([make_row()])).values():
        assert not content.startswith(b"<!doctype") or REHEARSAL.encode() in content


@pytest.mark.parametrize(("rehearsal", "told"), [(False, ""), (True, REHEARSAL)])
def test_those_of_a_real_account_are_marked_where_a_person_says_so(rehearsal, told):
    assert notice(of(STRANGER, make_row()), rehearsal=rehearsal) == told


def test_nothing_is_not_a_rehearsal():
    assert notice([], rehearsal=True) == ""


def test_the_footer_tells_of_when_the_index_is():
    newer = make_row(region="eu-west-1", published=date(2026, 12, 1))
    assert dated([make_row(), newer]) == "The newest layer was published on 2026-12-01."


def test_the_footer_tells_what_is_stale_and_what_is_unknown():
    assert "since 2026-12-02" in dated([make_row(stale_since=date(2026, 12, 2))])
    assert dated([make_row(published=None)]) == "When its layers came is not known."
    assert dated([]) == "No layer is published yet."


def test_a_retired_layer_is_marked_in_its_table():
    retired = Retired(date(2026, 12, 1), "py3.13-sklearn1.9.1-x86_64", "it is old")
    text = render(site_pages([make_row(retired=retired)]))["tables/us-west-2.html"].decode()
    assert "is retired since 2026-12-01: it is old; take py3.13-sklearn1.9.1-x86_64" in text
