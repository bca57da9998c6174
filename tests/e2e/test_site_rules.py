"""The finder's script against Python: the same rows, and the same match."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from catalog_samples import REGIONS, catalogues, make_row
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import layerfactory.site
from layerfactory.catalog.find import find_arn
from layerfactory.catalog.write import to_csv
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import CatalogError, MatrixError
from layerfactory.matrix.extras import read_variant
from layerfactory.site.compact import compact

STATIC = Path(layerfactory.site.__file__).parent / "static"
ROWS = """data => layerfactory.rowsOf(data).map(row => ({
  "Python version": row.layer.python,
  "scikit-learn version": row.layer.scikit_learn,
  region: row.region,
  arn: row.arn,
  architecture: row.layer.architecture,
  version: String(row.version),
  sha256: row.layer.sha256 ?? "",
  "zipped bytes": String(row.layer.sizes?.[0] ?? ""),
  "unzipped bytes": String(row.layer.sizes?.[1] ?? ""),
  numpy: row.layer.packages?.[0] ?? "",
  scipy: row.layer.packages?.[1] ?? "",
  joblib: row.layer.packages?.[2] ?? "",
  threadpoolctl: row.layer.packages?.[3] ?? "",
  published: row.published,
  extras: row.layer.extras.join(" "),
  status: row.layer.retired ? "retired" : "current",
  "stale since": row.stale,
  retired: row.layer.retired?.[0] ?? "",
  successor: row.layer.retired?.[1] ?? "",
  reason: row.layer.retired?.[2] ?? "",
}))"""
MATCH = """([data, wishes]) => {
  const rows = layerfactory.rowsOf(data);
  return wishes.map(wish => layerfactory.match(rows, wish, data.titles));
}"""
WISHES = st.fixed_dictionaries(
    {
        "python": st.sampled_from(["3.7", "3.9", "3.10", "3.12", "2.7"]),
        "scikit_learn": st.sampled_from(
            ["", "1", "1.1", "1.10", "1.9", "1.9.1", "0.22", "0.22.2.post1"]
        ),
        "region": REGIONS | st.sampled_from(["eu-west-2", "us-west-22", "constructor"]),
        "architecture": st.sampled_from([str(each) for each in Architecture]),
        "extras": st.sampled_from(["none", "pandas", "pandas,scikit-image"]),
    }
)
COLUMNS = {"scikit_learn": "scikit-learn", "python": "Python"}
# The page stays as it is from one example to the next.
PER_MODULE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def page(chromium):
    opened = chromium.new_page()
    for name in ("rows.js", "match.js"):
        opened.evaluate((STATIC / name).read_text("utf-8"))
    yield opened
    opened.close()


@PER_MODULE
@given(catalogues())
def test_the_data_gives_the_rows_of_layers_csv_again(page, rows):
    ordered = sorted(rows, key=lambda row: (row.sort_key, row.arn))
    assert page.evaluate(ROWS, compact(rows)) == list(csv.DictReader(io.StringIO(to_csv(ordered))))


@PER_MODULE
@given(catalogues().filter(bool), st.lists(WISHES, min_size=1, max_size=5))
def test_the_script_finds_what_the_command_finds(page, rows, wishes):
    ordered = sorted(rows, key=lambda row: (row.sort_key, row.arn))
    for wish, found in zip(wishes, page.evaluate(MATCH, [compact(rows), wishes]), strict=True):
        assert told(found) == asked(ordered, wish)


def told(found):
    """What the script answers, in the words of the command."""
    if "row" in found:
        return found["row"]["arn"]
    miss = found["miss"]
    if miss["unknown"]:
        return f"unknown region {miss['wanted']}; There is: {', '.join(miss['there'])}."
    column = COLUMNS.get(miss["column"], miss["column"])
    if miss["variants"]:
        names = " or ".join(f"--extras {name}" for name in miss["variants"])
        remedy = f"There is one only with {names}."
    else:
        remedy = f"There is: {', '.join(miss['there'])}."
    return f"index has no layer for {column} {miss['wanted']}; {remedy}"


def asked(rows, wish):
    architecture, extras = Architecture(wish["architecture"]), read_variant(wish["extras"])
    named = {**wish, "architecture": architecture, "extras": extras}
    try:
        return find_arn(rows, **named, source="index").arn
    except MatrixError as error:
        return f"unknown region {wish['region']}; {by_name(error.remedy)}"
    except CatalogError as error:
        return f"{error.message}; {error.remedy}"


def by_name(remedy):
    """The page lists regions by their names, the command in the order of the index."""
    names = sorted(remedy.removeprefix("There is: ").removesuffix(".").split(", "))
    return f"There is: {', '.join(names)}."


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.5.2", "1.5.2"),
        (" v1.5 ", "1.5"),
        ("0.22.2.post1", "0.22.2.post1"),
        (
            "Trying to unpickle estimator SVC from version 1.5.2 when using version 1.9.1. This",
            "1.5.2",
        ),
        ("MLPClassifier of LabelBinarizer\n  trained with scikit-learn 1.9.1\n", "1.9.1"),
        ("scikit-learn==1.0", "1.0"),
        ("scikit_learn 0.24.2", "0.24.2"),
        ("", ""),
        ("latest", ""),
        ("1.5.2<script>", "1.5.2"),
        ("12abc", ""),
    ],
)
def test_the_version_in_what_somebody_pasted(page, text, version):
    assert page.evaluate("text => layerfactory.pickledBy(text)", text) == version


def test_a_newer_one_that_is_retired_stands_back(page):
    from datetime import date

    from layerfactory.catalog.row import Retired

    retired = Retired(date(2026, 11, 1), "", "old")
    rows = [
        make_row("py3.12-sklearn1.9.1-x86_64", retired=retired),
        make_row("py3.12-sklearn1.5.2-x86_64"),
    ]
    wish = {
        "python": "3.12",
        "scikit_learn": "",
        "region": "us-west-2",
        "architecture": "x86_64",
        "extras": "none",
    }
    (found,) = page.evaluate(MATCH, [compact(rows), [wish]])
    assert found["row"]["arn"] == rows[1].arn
