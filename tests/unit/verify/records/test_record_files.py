"""Records on disk."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from synthetic_records import record_of, write_layer

from layerfactory.data.runtimes import Architecture
from layerfactory.errors import VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.universe import Entry, LeftOut
from layerfactory.verify.findings import ProbeState
from layerfactory.verify.records.files import (
    Unsupported,
    read_record,
    read_records,
    read_unsupported,
    record_path,
    write_record,
    write_unsupported,
)

CELL = Cell("3.12", "1.9.1")
PANDAS = Cell("3.12", "1.9.1", extras=("pandas",))
ARM = Cell("3.9", "1.7.0", Architecture.ARM64)
NONE = Unsupported((), ())
UNSUPPORTED = Unsupported(
    (Entry(ARM, "scikit-learn 1.7.0 has no wheel for Python 3.9"),),
    (LeftOut("1.8.0rc1", "pre-release"),),
)


@pytest.fixture
def record(tmp_path):
    return record_of(write_layer(tmp_path / "dist", CELL))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "records"


def test_it_comes_back(folder, record):
    assert write_record(folder, record)
    assert read_record(folder, CELL) == record


def test_one_that_was_not_probed_comes_back(folder, record):
    probe = replace(record.probe, state=ProbeState.NOT_PROBED, interpreter="", isolation=())
    write_record(folder, replace(record, probe=probe))
    assert read_record(folder, CELL).probe == probe


def test_writing_it_again_changes_nothing(folder, record):
    write_record(folder, record)
    path = record_path(folder, CELL)
    before = path.stat().st_mtime_ns, path.read_bytes()
    assert not write_record(folder, record)
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before


def test_a_damaged_one_is_written_anew(folder, record):
    folder.mkdir()
    record_path(folder, CELL).write_text("{")
    assert write_record(folder, record)
    assert read_record(folder, CELL) == record


@pytest.mark.parametrize("text", ["<img src=x>", "1.0 | x", "[x](y)", "`x`", "1.0\n# x"])
@pytest.mark.parametrize("place", ["package", "probe", "file"])
def test_one_that_would_put_markup_into_a_page_is_refused(folder, record, place, text):
    value = record.to_json()
    one = {"package": value["packages"][0], "probe": value["probe"], "file": value["largest"][0]}
    one[place][{"package": "version", "probe": "interpreter", "file": "path"}[place]] = text
    folder.mkdir()
    record_path(folder, CELL).write_text(json.dumps(value, default=str))
    with pytest.raises(VerifyError, match="is no name, version or path"):
        read_record(folder, CELL)


def test_there_may_be_none(folder):
    assert read_record(folder, CELL) is None
    assert read_records(folder) == ()
    assert read_unsupported(folder) == NONE


def test_all_of_them_are_sorted_by_cell(folder, record):
    for cell in (PANDAS, Cell("3.12", "1.10.0"), CELL, Cell("3.9", "1.9.1")):
        write_record(folder, replace(record, cell=cell))
    write_unsupported(folder, UNSUPPORTED)
    cells = [record.cell for record in read_records(folder)]
    assert cells == [Cell("3.9", "1.9.1"), CELL, PANDAS, Cell("3.12", "1.10.0")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "cannot be read"),
        ("[]", "is of version None, not 1"),
        ('{"version": 99}', "is of version 99, not 1"),
        ('{"version": 1}', "not a record"),
        ('{"version": 1, "cell": "nonsense", "probe": {}}', "not a record"),
    ],
)
def test_a_file_that_is_no_record(folder, content, says):
    folder.mkdir()
    record_path(folder, CELL).write_text(content)
    with pytest.raises(VerifyError, match=says) as caught:
        read_record(folder, CELL)
    assert "version control" in caught.value.remedy


def test_the_record_of_another_cell(folder, record):
    write_record(folder, record)
    record_path(folder, CELL).rename(record_path(folder, PANDAS))
    with pytest.raises(VerifyError, match=f"is the record of {CELL}"):
        read_record(folder, PANDAS)


def test_a_record_with_something_more_is_refused(folder, record):
    folder.mkdir()
    path = record_path(folder, CELL)
    path.write_text(json.dumps({**json.loads(json.dumps(record.to_json())), "odd": 1}))
    with pytest.raises(VerifyError, match="not a record"):
        read_record(folder, CELL)


@pytest.mark.parametrize("size", [0, -1, "1", None])
def test_a_record_without_a_size_is_refused(folder, record, size):
    write_record(folder, replace(record, zipped_bytes=size))
    with pytest.raises(VerifyError, match="not a record"):
        read_record(folder, CELL)


def test_what_cannot_exist_comes_back(folder):
    assert write_unsupported(folder, UNSUPPORTED)
    assert read_unsupported(folder) == UNSUPPORTED
    assert not write_unsupported(folder, UNSUPPORTED)
    assert write_unsupported(folder, NONE)
    assert read_unsupported(folder) == NONE


@pytest.mark.parametrize("content", ["{", '{"version": 1}', '{"version": 1, "cells": {"x": ""}}'])
def test_a_damaged_list_of_what_cannot_exist(folder, content):
    folder.mkdir()
    (folder / "unsupported.json").write_text(content)
    with pytest.raises(VerifyError, match=r"unsupported\.json"):
        read_unsupported(folder)
