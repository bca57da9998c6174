from __future__ import annotations

import pytest
from catalog_samples import make_row
from site_figures import SiteFigures, Speed, Weight, first_view, markdown, plain_table, weigh

from layerfactory.site.pages import site_pages
from layerfactory.site.render import render

FIGURES = SiteFigures(
    rows=8568,
    question="py3.12 arm64",
    found=1234,
    site=Weight(300_000, 50_000, 12),
    table=Weight(3_000_000, 200_000, 1),
    site_speed=Speed((10.0, 30.0, 20.0), (5.0, 4.0, 6.0)),
    table_speed=Speed((100.0, 200.0, 300.0), (50.0, 40.0, 60.0)),
)


def test_ratios_are_of_medians():
    ratios = FIGURES.ratios()
    assert ratios == pytest.approx(
        {"weight": 0.1, "weight_gzipped": 0.25, "ready": 0.1, "first_filter": 0.1}
    )


def test_the_table_tells_them():
    text = markdown(FIGURES)
    assert text.startswith("8,568 rows; `py3.12 arm64` finds 1,234 of them.\n")
    assert "| first view, kB | 300 | 3,000 | 0.10 |" in text
    assert "| first filter, ms | 5 (4 to 6) | 50 (40 to 60) | 0.10 |" in text


def test_the_aim_is_held_against_what_was_measured():
    assert FIGURES.to_json()["aims"] == {"weight": True}


def test_the_first_view_is_the_page_with_all_that_it_names():
    files = render(site_pages([make_row()]))
    view = first_view(files, files["index.html"])
    assert {"", "data/layers.js", "assets/finder.js", "assets/site.css"} <= set(view)
    assert "assets/cost.js" not in view
    assert "tables/us-west-2.html" not in view


def test_files_are_weighed_one_by_one():
    assert weigh([b"a" * 1000, b"b"]).plain == 1001
    assert weigh([b"a" * 1000, b"b"]).files == 2
    assert 20 < weigh([b"a" * 1000]).gzipped < 100


def test_the_plain_table_has_all_rows():
    rows = [make_row(), make_row(region="eu-west-1", build="")]
    text = plain_table(rows).decode()
    assert text.count("<tr>") == 2
    assert all(f"<td>{row.arn}</td>" in text for row in rows)
