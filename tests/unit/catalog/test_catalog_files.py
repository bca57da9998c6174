from datetime import date
from pathlib import Path

import pytest
from catalog_samples import catalogues, make_row
from hypothesis import given, settings

from layerfactory.catalog.files import read_rows
from layerfactory.catalog.row import (
    COLUMNS,
    COLUMNS_2020,
    COLUMNS_WITHOUT_EXTRAS,
    COLUMNS_WITHOUT_STATUS,
    Retired,
)
from layerfactory.catalog.write import to_csv
from layerfactory.errors import CatalogError
from layerfactory.matrix.cell import Cell

HEADER = ",".join(COLUMNS) + "\n"
OLD_HEADER = "Python version,scikit-learn version,region,arn\n"
OLD_ARN = "arn:aws:lambda:us-west-2:446477846565:layer:python-3-7-scikit-learn-0-23-1:2"
SHA = make_row().sha256


@pytest.fixture
def path(tmp_path):
    return tmp_path / "layers.csv"


@settings(max_examples=40)
@given(catalogues())
def test_what_is_written_is_read_back_and_is_the_same_in_any_order(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "layers.csv"
    path.write_text(to_csv(rows))
    read = read_rows(path)
    assert sorted(read, key=lambda row: row.sort_key) == list(read)
    assert sorted(map(repr, read)) == sorted(map(repr, rows))
    assert to_csv(reversed(rows)) == path.read_text() == to_csv(read)


def test_a_row_as_it_stands_in_the_file(path):
    path.write_text(to_csv([make_row()]))
    header, row, *rest = path.read_text().split("\n")
    assert header == HEADER.rstrip()
    sizes = f"{make_row().content.zipped_bytes},{make_row().content.unzipped_bytes}"
    assert row == (
        "3.12,1.9.1,us-west-2,"
        "arn:aws:lambda:us-west-2:123456789012:layer:python-3-12-scikit-learn-1-9-1:1,"
        f"x86_64,1,{SHA},{sizes},2.0,1.18.1,1.6.0,3.6.0,2026-11-23,,current,,,,"
    )
    assert rest == [""]


def test_versions_sort_as_versions():
    rows = [
        make_row("py3.10-sklearn1.5.2-x86_64"),
        make_row("py3.9-sklearn1.10.0-x86_64"),
        make_row("py3.9-sklearn1.9.1-x86_64", "us-west-2"),
        make_row("py3.9-sklearn1.9.1-x86_64", "eu-west-1"),
        make_row("py3.9-sklearn1.9.1-arm64", "us-west-2"),
    ]
    lines = [",".join(line.split(",")[:3]) for line in to_csv(rows).splitlines()[1:]]
    assert lines == [
        "3.9,1.9.1,us-west-2",
        "3.9,1.9.1,eu-west-1",
        "3.9,1.9.1,us-west-2",
        "3.9,1.10.0,us-west-2",
        "3.10,1.5.2,us-west-2",
    ]


def test_an_empty_catalogue_is_its_header_as_it_lies_in_the_repository(path):
    path.write_text(to_csv([]))
    assert path.read_text() == HEADER
    assert read_rows(path) == ()
    assert HEADER.startswith(OLD_HEADER.rstrip())
    committed = Path(__file__).parents[3] / "layers.csv"
    assert committed.read_text().startswith(HEADER)
    assert read_rows(committed) is not None


def test_a_catalogue_that_is_not_there_has_no_rows(path):
    assert read_rows(path) == ()


def test_the_catalogue_of_2020_is_read_and_kept(path):
    path.write_text(f"{OLD_HEADER}3.7,0.23.1,us-west-2,{OLD_ARN}\n")
    (row,) = read_rows(path)
    assert (row.cell, row.arn, row.version) == (Cell("3.7", "0.23.1"), OLD_ARN, 2)
    assert row.content is None
    path.write_text(to_csv([row, make_row()]))
    line = f"3.7,0.23.1,us-west-2,{OLD_ARN},x86_64,2,,,,,,,,,,current,,,,"
    assert path.read_text().splitlines()[1] == line
    assert read_rows(path) == (row, make_row())


@pytest.mark.parametrize("columns", [COLUMNS_WITHOUT_EXTRAS, COLUMNS_WITHOUT_STATUS, COLUMNS])
def test_every_header_since_is_read_and_its_values_stand_where_they_stood(path, columns):
    lines = [line.split(",")[: len(columns)] for line in to_csv([make_row()]).splitlines()]
    path.write_text("".join(",".join(line) + "\n" for line in lines))
    assert read_rows(path) == (make_row(),)
    assert columns[:4] == COLUMNS_2020
    assert COLUMNS[: len(columns)] == columns


def test_what_is_stale_and_retired_stands_at_the_end(path):
    retired = Retired(date(2026, 12, 1), "py3.12-sklearn1.9.1-x86_64", 'It is slow, "they" say')
    row = make_row(retired=retired, stale_since=date(2026, 11, 30))
    path.write_text(to_csv([row]))
    assert (
        path.read_text()
        .splitlines()[1]
        .endswith(
            ",2026-11-23,,retired,2026-11-30,2026-12-01,py3.12-sklearn1.9.1-x86_64,"
            '"It is slow, ""they"" say"'
        )
    )
    assert read_rows(path) == (row,)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (f"3.7,0.23.1,us-east-1,{OLD_ARN}", "us-east-1"),
        ("3.7,0.23.1,us-west-2,arn:aws:lambda:nonsense", "arn is"),
        (f"three,0.23.1,us-west-2,{OLD_ARN}", "Python version is 'three'"),
        (f"3.7,newest,us-west-2,{OLD_ARN}", "newest"),
        ("3.7,0.23.1,us-west-2", "arn is"),
        ("<<<<<<< HEAD", "arn is"),
    ],
)
def test_a_damaged_row_is_told_with_its_line(path, row, word):
    path.write_text(f"{OLD_HEADER}3.7,0.23.1,us-west-2,{OLD_ARN}\n\n{row}\n")
    with pytest.raises(CatalogError, match=r"layers\.csv:4: ") as caught:
        read_rows(path)
    assert word in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sha256", "abc"),
        ("version", "7"),
        ("zipped bytes", "many"),
        ("published", "yesterday"),
        ("extras", "Pan_das"),
        ("status", "old"),
        ("status", "retired"),
        ("retired", "2026-11-23"),
        ("stale since", "a while"),
    ],
)
def test_a_damaged_value_is_told_with_its_line(path, column, value):
    values = to_csv([make_row()]).splitlines()[1].split(",")
    values[COLUMNS.index(column)] = value
    path.write_text(HEADER + ",".join(values) + "\n")
    with pytest.raises(CatalogError, match=r"layers\.csv:2: "):
        read_rows(path)


def test_a_row_with_too_many_fields_is_told_with_its_line(path):
    path.write_text(f"{OLD_HEADER}3.7,0.23.1,us-west-2,{OLD_ARN},more\n")
    with pytest.raises(CatalogError, match="line 2"):
        read_rows(path)


@pytest.mark.parametrize("content", [b"", b"name,arn\n1,2\n", b"\xff\xfe\x00", b'"open'])
def test_what_is_no_catalogue_is_told(path, content):
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=r"layers\.csv"):
        read_rows(path)
