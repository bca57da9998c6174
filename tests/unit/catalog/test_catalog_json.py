"""layers.json: what is written is read back, suits the shipped schema, and says each fact once."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from catalog_samples import catalogues, code_sha256, make_row
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from layerfactory.catalog.arrange import one_a_place
from layerfactory.catalog.files import CatalogFiles, read_rows
from layerfactory.catalog.json_form import json_schema_text, to_json
from layerfactory.catalog.row import Retired
from layerfactory.catalog.write import to_csv
from layerfactory.errors import CatalogError

SCHEMA = json.loads(files("layerfactory.catalog").joinpath("layers.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
RETIRED = Retired(date(2026, 12, 1), "py3.12-sklearn1.9.1-x86_64", "Python 3.7 is deprecated")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "layers.json"


def test_the_shipped_schema_is_the_generated_one():
    shipped = files("layerfactory.catalog").joinpath("layers.schema.json").read_text()
    assert shipped == json_schema_text(), "run scripts/write_docs.py"


def test_the_index_of_the_repository_is_as_it_would_be_written():
    pair = CatalogFiles.of(Path(__file__).parents[3] / "layers.csv")
    rows = pair.read()
    assert pair.json.read_text() == to_json(rows)
    assert pair.csv.read_text() == to_csv(one_a_place(rows))


@settings(max_examples=60)
@given(catalogues())
def test_what_is_written_is_read_back_suits_the_schema_and_is_the_same_in_any_order(
    tmp_path_factory, rows
):
    path = tmp_path_factory.getbasetemp() / "layers.json"
    path.write_text(to_json(rows))
    read = read_rows(path)
    assert sorted(map(repr, read)) == sorted(map(repr, rows))
    assert to_json(reversed(rows)) == path.read_text() == to_json(read)
    value = json.loads(path.read_text())
    assert list(VALIDATOR.iter_errors(value)) == []
    assert unknown_keys(value) == set()
    assert len(value["layers"]) == len({(row.cell, row.sha256) for row in rows})


def test_every_key_of_the_schema_is_described():
    models = [SCHEMA, SCHEMA["$defs"]["LayerEntry"], SCHEMA["$defs"]["RegionEntry"]]
    keys = [(key, value) for model in models for key, value in model["properties"].items()]
    assert [key for key, value in keys if not value.get("description")] == []


def unknown_keys(value):
    """Keys that the schema does not describe: it allows more than layerfactory writes."""
    layer = SCHEMA["$defs"]["LayerEntry"]["properties"].keys()
    region = SCHEMA["$defs"]["RegionEntry"]["properties"].keys()
    found = {key for each in value["layers"] for key in each.keys() - layer}
    regions = [entry for each in value["layers"] for entry in each["regions"].values()]
    return found | {key for entry in regions for key in entry.keys() - region}


def test_an_entry_as_it_stands_in_the_file():
    west, east = make_row(), make_row(region="us-east-1", stale_since=date(2026, 11, 30))
    (layer,) = json.loads(to_json([west, east]))["layers"]
    assert layer == {
        "cell": "py3.12-sklearn1.9.1-x86_64",
        "layer_name": "python-3-12-scikit-learn-1-9-1",
        "python": "3.12",
        "runtime": "python3.12",
        "scikit_learn": "1.9.1",
        "architecture": "x86_64",
        "extras": [],
        "status": "current",
        "sha256": west.sha256,
        "code_sha256": code_sha256(west.sha256),
        "zipped_bytes": west.content.zipped_bytes,
        "unzipped_bytes": west.content.unzipped_bytes,
        "packages": {
            "numpy": "2.0",
            "scipy": "1.18.1",
            "joblib": "1.6.0",
            "threadpoolctl": "3.6.0",
        },
        "regions": {
            "us-east-1": {
                "arn": east.arn,
                "version": 1,
                "published": "2026-11-23",
                "stale_since": "2026-11-30",
            },
            "us-west-2": {"arn": west.arn, "version": 1, "published": "2026-11-23"},
        },
    }


def test_a_retired_layer_says_so_once():
    rows = [make_row(region=region, retired=RETIRED) for region in ("us-east-1", "us-west-2")]
    (layer,) = json.loads(to_json(rows))["layers"]
    assert {key: layer[key] for key in ("status", "retired", "successor", "reason")} == {
        "status": "retired",
        "retired": "2026-12-01",
        "successor": "py3.12-sklearn1.9.1-x86_64",
        "reason": "Python 3.7 is deprecated",
    }


def test_a_row_of_2020_leaves_out_what_is_unknown():
    row = make_row(build="", published=None)
    (layer,) = json.loads(to_json([row]))["layers"]
    assert layer.keys() & {"sha256", "code_sha256", "zipped_bytes", "packages"} == set()
    assert layer["regions"] == {"us-west-2": {"arn": row.arn, "version": 1}}


def test_an_empty_catalogue():
    assert json.loads(to_json([])) == {"version": 1, "layers": []}


def test_a_whole_site_stays_small():
    """240 layers in 34 regions: each fact of a content stands once, and not once a region."""
    rows = [
        make_row(f"py3.12-sklearn1.{n}.0-x86_64", f"us-west-{region}", version=n + 1)
        for n in range(240)
        for region in range(34)
    ]
    text = to_json(rows)
    assert len(json.loads(text)["layers"]) == 240
    assert text.count("arn:aws:lambda:") == 8160
    assert len(text) < 2_000_000


def test_a_key_of_a_later_layerfactory_is_passed_over(path):
    value = json.loads(to_json([make_row()]))
    value["layers"][0]["signature"] = "..."
    path.write_text(json.dumps(value))
    assert read_rows(path) == (make_row(),)
    assert VALIDATOR.is_valid(value)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"version": 2}, "version: "),
        ({"layers": None}, "layers: "),
        ({"layers": [{}]}, "layers[0].cell: "),
    ],
)
def test_a_damaged_file_is_told_with_its_place(path, change, place):
    path.write_text(json.dumps({**json.loads(to_json([])), **change}))
    with pytest.raises(CatalogError) as caught:
        read_rows(path)
    assert caught.value.message.startswith(f"{path}: {place}")
    assert "layerfactory index" in caught.value.remedy


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sha256": "abc"}, "layers[0].sha256"),
        ({"code_sha256": "A" * 43 + "="}, "layers[0]: code_sha256 is not the sha256"),
        ({"packages": None}, "layers[0]: has a sha256, and not all"),
        ({"scikit_learn": "1.9.0"}, "layers[0]: cell is py3.12-sklearn1.9.1-x86_64"),
        ({"layer_name": "python-3-12-other"}, "layers[0]: layer_name is python-3-12-other"),
        ({"python": "three"}, "layers[0].python"),
        ({"scikit_learn": "newest", "cell": "py3.12-sklearnnewest-x86_64"}, "layers[0]"),
        ({"status": "retired"}, "layers[0]: status is retired"),
        ({"retired": "2026-11-23"}, "layers[0]: status is current"),
        ({"status": "old"}, "layers[0].status"),
        ({"architecture": "sparc"}, "layers[0].architecture"),
        ({"regions": {}}, "layers[0].regions"),
        ({"regions": {"us-east-1": {"arn": make_row().arn, "version": 1}}}, "regions.us-east-1"),
        ({"regions": {"us-west-2": {"arn": make_row().arn, "version": 2}}}, "regions.us-west-2"),
        ({"regions": {"us-west-2": {"arn": "arn:aws:s3", "version": 2}}}, "us-west-2.arn"),
    ],
)
def test_a_damaged_entry_is_told_with_its_place(path, change, told):
    value = json.loads(to_json([make_row()]))
    value["layers"][0] |= change
    path.write_text(json.dumps(value))
    with pytest.raises(CatalogError) as caught:
        read_rows(path)
    assert told in caught.value.message


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 1', b"\xff{", b"null"])
def test_what_is_no_catalogue_is_told(path, content):
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=r"layers\.json"):
        read_rows(path)


def test_it_is_known_by_its_content_whatever_it_is_called(tmp_path):
    path = tmp_path / "copy.txt"
    path.write_text(to_json([make_row()]))
    assert read_rows(path) == (make_row(),)


def test_contents_of_one_cell_are_entries_of_their_own():
    rows = [make_row(build="first", retired=RETIRED), make_row(build="second", version=2)]
    first, second = sorted(json.loads(to_json(rows))["layers"], key=lambda each: each["status"])
    assert (first["status"], second["status"]) == ("current", "retired")
    assert first["cell"] == second["cell"]


def test_an_arn_of_another_layer_is_a_fault(path):
    document = json.loads(to_json([make_row()]))
    entry = document["layers"][0]["regions"]["us-west-2"]
    entry["arn"] = entry["arn"].replace("scikit-learn", "tensorflow")
    path.write_text(json.dumps(document))
    with pytest.raises(CatalogError, match=r"the ARN is of .*tensorflow"):
        read_rows(path)


def test_a_layer_that_is_listed_twice_is_a_fault(path):
    document = json.loads(to_json([make_row()]))
    document["layers"] *= 2
    path.write_text(json.dumps(document))
    with pytest.raises(CatalogError, match=r"layers\[1\]: regions\.us-west-2: .* listed before"):
        read_rows(path)
