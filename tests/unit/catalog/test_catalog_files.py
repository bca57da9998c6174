from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layerfactory.catalog.read import read_rows
from layerfactory.catalog.row import COLUMNS, Content, Row
from layerfactory.catalog.write import to_csv, write_rows
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import CatalogError
from layerfactory.matrix.cell import Cell

HEADER = ",".join(COLUMNS) + "\n"
OLD_HEADER = "Python version,scikit-learn version,region,arn\n"
OLD_ARN = "arn:aws:lambda:us-west-2:446477846565:layer:python-3-7-scikit-learn-0-23-1:2"
SHA = "0123456789abcdef" * 4


def make_row(
    python="3.12", scikit_learn="1.9.1", region="us-west-2", *, arm=False, version=1, extras=()
):
    architecture = Architecture.ARM64 if arm else Architecture.X86_64
    cell = Cell(python, scikit_learn, architecture, extras)
    return Row(
        python=python,
        scikit_learn=scikit_learn,
        region=region,
        arn=f"arn:aws:lambda:{region}:123456789012:layer:{cell.layer_name}:{version}",
        architecture=architecture,
        version=version,
        content=Content(cell, SHA, 52_000_000, 152_000_000, "2.0", "1.18.1", "1.6.0", "3.6.0"),
        published=date(2026, 11, 23),
        extras=extras,
    )


ROWS = st.lists(
    st.builds(
        make_row,
        st.sampled_from(["3.7", "3.9", "3.10", "3.12"]),
        st.sampled_from(["0.23.1", "1.5.2", "1.10.0", "1.9.1"]),
        st.sampled_from(["us-west-2", "eu-west-1", "cn-north-1"]),
        arm=st.booleans(),
        version=st.integers(1, 30),
        extras=st.sampled_from([(), ("pandas",), ("pandas", "scikit-image")]),
    ),
    max_size=12,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "layers.csv"


@settings(max_examples=40)
@given(ROWS)
def test_what_is_written_is_read_back_and_is_the_same_in_any_order(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "layers.csv"
    path.write_text(to_csv(rows))
    read = read_rows(path)
    assert sorted(read, key=lambda row: row.sort_key) == list(read)
    assert sorted(map(repr, read)) == sorted(map(repr, rows))
    assert to_csv(reversed(rows)) == path.read_text() == to_csv(read)


def test_a_row_as_it_stands_in_the_file(path):
    write_rows(path, [make_row()])
    header, row, *rest = path.read_text().split("\n")
    assert header == HEADER.rstrip()
    assert row == (
        "3.12,1.9.1,us-west-2,"
        "arn:aws:lambda:us-west-2:123456789012:layer:python-3-12-scikit-learn-1-9-1:1,"
        f"x86_64,1,{SHA},52000000,152000000,2.0,1.18.1,1.6.0,3.6.0,2026-11-23,"
    )
    assert rest == [""]


def test_versions_sort_as_versions():
    rows = [
        make_row("3.10", "1.5.2"),
        make_row("3.9", "1.10.0"),
        make_row("3.9", "1.9.1", "us-west-2"),
        make_row("3.9", "1.9.1", "eu-west-1"),
        make_row("3.9", "1.9.1", "us-west-2", arm=True),
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
    write_rows(path, [])
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
    write_rows(path, [row, make_row()])
    assert path.read_text().splitlines()[1] == f"3.7,0.23.1,us-west-2,{OLD_ARN},x86_64,2,,,,,,,,,"
    assert read_rows(path) == (row, make_row())


def test_the_catalogue_from_before_there_were_variants_is_read_and_kept(path):
    lines = [line.rpartition(",")[0] for line in to_csv([make_row()]).splitlines()]
    path.write_text("\n".join([*lines, ""]))
    assert read_rows(path) == (make_row(),)
    variant = make_row(extras=("pandas",))
    write_rows(path, [variant, *read_rows(path)])
    assert path.read_text().splitlines()[1:] == [f"{lines[1]},", f"{_without(variant)},pandas"]
    assert read_rows(path) == (make_row(), variant)


def _without(row):
    return to_csv([row]).splitlines()[1].rpartition(",")[0]


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


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogError, match="cannot be written"):
        write_rows(tmp_path / "file" / "layers.csv", [make_row()])


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_one_and_its_target_is_written(tmp_path, exists):
    target, link = tmp_path / "real" / "layers.csv", tmp_path / "layers.csv"
    target.parent.mkdir()
    if exists:
        target.write_text("old")
    link.symlink_to("real/layers.csv")
    write_rows(link, [make_row()])
    assert link.is_symlink()
    assert read_rows(target) == (make_row(),)
    assert list(target.parent.iterdir()) == [target]
