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
    for name in ("rows.js", "match.js", "pasted.js"):
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


WARNING = (
    "Trying to unpickle estimator SVC from version {} when using version 1.9.1. This might lead to "
    "breaking code or invalid results. Use at your own risk. For more info please refer to:\n"
    "https://scikit-learn.org/stable/model_persistence.html#security-maintainability-limitations"
)
FREEZE = "joblib==1.4.2\nnumpy==1.26.4\nscikit-learn==1.3.0\nscipy==1.11.4\nthreadpoolctl==3.5.0\n"
SHOW_VERSIONS = """
System:
    python: 3.11.9 (main, Apr  6 2024, 17:59:24) [GCC 13.2.0]

Python dependencies:
      sklearn: 1.4.2
          pip: 24.0
"""


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.5.2", "1.5.2"),
        (" v1.5 ", "1.5"),
        ("1.3.0\n", "1.3.0"),
        ("'1.3.2'", "1.3.2"),
        ('"1.3.2"', "1.3.2"),
        ("version 1.3.2", "1.3.2"),
        ("Version: 1.3.2", "1.3.2"),
        ("it was pickled with 1.3.2, I think", "1.3.2"),
        ("0.22.2.post1", "0.22.2.post1"),
        ("1.7.0rc1", "1.7.0rc1"),
        ("pre-0.18", "pre-0.18"),
        (WARNING.format("1.5.2"), "1.5.2"),
        (WARNING.format("pre-0.18"), "pre-0.18"),
        ("MLPClassifier of LabelBinarizer\n  trained with scikit-learn 1.9.1\n", "1.9.1"),
        ("sklearn 1.3", "1.3"),
        ("sklearn==1.3.0", "1.3.0"),
        ("sklearn.__version__ == '1.3.0'", "1.3.0"),
        ("scikit-learn: 1.3.0", "1.3.0"),
        ("scikit-learn==1.0", "1.0"),
        ("scikit-learn == 1.0 --hash=sha256:0123", "1.0"),
        ("scikit_learn 0.24.2", "0.24.2"),
        ("Scikit Learn v1.2.2", "1.2.2"),
        (FREEZE, "1.3.0"),
        (FREEZE.replace("\n", " "), "1.3.0"),
        ("Name: scikit-learn\nVersion: 1.3.0\nSummary: A set of", "1.3.0"),
        ('name = "scikit-learn"\nversion = "1.3.2"', "1.3.2"),
        ('{"sklearn": "1.2.1"}', "1.2.1"),
        ("", ""),
        ("latest", ""),
        ("1.5.2<script>", "1.5.2"),
        ("12abc", ""),
        ("numpy==1.26.4", ""),
        ("Python 3.11", ""),
        ("Python version 3.11.2", ""),
    ],
)
def test_the_version_in_what_somebody_pasted(page, text, version):
    found = page.evaluate("text => layerfactory.readPasted(text)", text)
    assert (found["scikit_learn"], found["range"]) == (version, False)


@pytest.mark.parametrize(
    ("text", "version", "python"),
    [
        ("Python 3.11, scikit-learn 1.3.2", "1.3.2", "3.11"),
        ("1.3.2 on python3.9", "1.3.2", "3.9"),
        ("python 3.10.4 1.2.1", "1.2.1", "3.10"),
        ("scikit-learn                      1.3.0           py311h4ae3b1c_1", "1.3.0", "3.11"),
        ("scikit-learn=1.3.0=py39h2c3c9a1_0", "1.3.0", "3.9"),
        ("scikit_learn-1.3.2-cp312-cp312-manylinux_2_17_x86_64.whl", "1.3.2", "3.12"),
        ("py3.11-sklearn1.3.2-x86_64", "1.3.2", "3.11"),
        (
            "arn:aws:lambda:us-west-2:446751924810:layer:python-3-8-scikit-learn-0-22-2-post1:3",
            "0.22.2.post1",
            "3.8",
        ),
        ("python-3-13-scikit-learn-1-9-1-arm64", "1.9.1", "3.13"),
        (SHOW_VERSIONS, "1.4.2", "3.11"),
        # The Python of the place where it was loaded.
        (f"/usr/lib/python3.12/sklearn/base.py:380: {WARNING.format('1.3.0')}", "1.3.0", ""),
    ],
)
def test_a_python_in_it_is_read_as_well(page, text, version, python):
    found = page.evaluate("text => layerfactory.readPasted(text)", text)
    assert (found["scikit_learn"], found["python"]) == (version, python)


@pytest.mark.parametrize("operator", [">=", "~=", "<", "^", ">= ", "!="])
def test_a_requirement_is_a_range(page, operator):
    found = page.evaluate("text => layerfactory.readPasted(text)", f"scikit-learn{operator}1.3")
    assert found == {"scikit_learn": "1.3", "python": "", "range": True}


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("1.3.0", "1.3.2"),
        ("1.3.9", "1.3.2"),
        ("1.4.0", "1.5.2"),  # as far as 1.3.2, and newer
        ("1.6", "1.5.2"),
        ("2.0", "1.10.0"),
        ("pre-0.18", "0.22.2.post1"),
        ("0.22.2", "0.22.2.post1"),
        ("1.10", "1.10.0"),
    ],
)
def test_the_nearest_release(page, wanted, near):
    there = ["1.10.0", "1.5.2", "1.3.2", "0.24.2", "0.22.2.post1"]
    assert page.evaluate("([a, b]) => layerfactory.nearest(a, b)", [there, wanted]) == near
    assert page.evaluate("wanted => layerfactory.nearest([], wanted)", wanted) == ""


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
