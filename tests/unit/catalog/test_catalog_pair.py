"""layers.csv and layers.json together: both or neither, of one run, and what a kill leaves."""

from __future__ import annotations

import codecs
import errno
import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier, Event

import pytest
from catalog_samples import catalogues, make_row
from hypothesis import given, settings

from layerfactory.catalog.arrange import arrange, one_a_place
from layerfactory.catalog.files import CatalogFiles, read_rows
from layerfactory.catalog.json_form import to_json
from layerfactory.catalog.retirement import Retirements
from layerfactory.catalog.row import Retired
from layerfactory.catalog.write import to_csv
from layerfactory.errors import CatalogError

RETIRED = Retired(date(2026, 12, 1), "", "CVE-2026-0001")


@pytest.fixture
def pair(tmp_path):
    return CatalogFiles.of(tmp_path / "layers.csv")


@pytest.mark.parametrize(
    ("named", "csv", "json"),
    [
        ("out/layers.csv", "out/layers.csv", "out/layers.json"),
        ("out/layers.json", "out/layers.csv", "out/layers.json"),
        ("index.txt", "index.txt", "index.txt.json"),
        ("index", "index", "index.json"),
    ],
)
def test_either_names_both(tmp_path, named, csv, json):
    pair = CatalogFiles.of(tmp_path / named)
    assert pair == CatalogFiles(tmp_path / csv, tmp_path / json)


@settings(max_examples=40)
@given(catalogues())
def test_both_tell_the_same_and_writing_them_again_changes_no_byte(tmp_path_factory, rows):
    pair = CatalogFiles.of(tmp_path_factory.getbasetemp() / "pair" / "layers.csv")
    with pair.alone():
        pair.write(rows)
    before = pair.csv.read_bytes(), pair.json.read_bytes()
    assert set(read_rows(pair.csv)) <= set(read_rows(pair.json)) == set(pair.read()) == set(rows)
    assert read_rows(pair.csv) == one_a_place(rows)
    pair.write(pair.read())
    assert (pair.csv.read_bytes(), pair.json.read_bytes()) == before


def test_the_csv_has_one_row_a_place_and_that_is_a_current_one():
    old, new = make_row(version=1, build="second"), make_row(version=2, retired=RETIRED)
    assert one_a_place([old, new]) == (old,)
    assert one_a_place([replace(old, retired=RETIRED), new]) == (new,)
    assert one_a_place([old, make_row(region="eu-west-1")])[1] == old


def test_the_newest_is_listed_and_beside_it_what_is_retired_by_its_hash():
    rows = [make_row(version=n, build=build) for n, build in enumerate("abc", start=1)]
    assert arrange(rows, Retirements()) == (rows[2],)


def test_an_editors_mark_before_it_is_no_damage(pair):
    pair.write([make_row()])
    before = pair.read()
    for path in (pair.csv, pair.json):
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    assert read_rows(pair.csv) == read_rows(pair.json) == before


def test_neither_is_no_rows(pair):
    assert pair.read() == ()
    assert not pair.exist


def test_of_two_that_differ_the_json_is_the_newer(pair):
    """As a kill between the two leaves them: the JSON is written first."""
    before = [make_row(), make_row(region="eu-west-1")]
    pair.write(before)
    stale = make_row(stale_since=date(2026, 11, 30))
    pair.json.write_text(to_json([stale, make_row(region="us-east-1")]))
    assert pair.read() == (before[1], make_row(region="us-east-1"), stale)


def test_a_kill_between_the_two_leaves_both_whole(pair, monkeypatch):
    pair.write([make_row()])
    replace_file = Path.replace

    def killed(part, target):
        if target == pair.csv:
            raise KeyboardInterrupt
        return replace_file(part, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        pair.write([make_row(version=2)])
    assert read_rows(pair.json) == (make_row(version=2),)
    assert read_rows(pair.csv) == (make_row(),)
    monkeypatch.undo()
    pair.write(arrange(pair.read(), Retirements()))
    assert read_rows(pair.json) == read_rows(pair.csv) == (make_row(version=2),)


@pytest.mark.parametrize("call", [1, 2])
def test_a_disk_that_is_full_leaves_both_as_they_were(pair, monkeypatch, call):
    pair.write([make_row()])
    calls = []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == call:
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CatalogError, match="no space left"):
        pair.write([make_row(version=2)])
    assert read_rows(pair.json) == read_rows(pair.csv) == (make_row(),)
    assert sorted(path.name for path in pair.csv.parent.iterdir()) == ["layers.csv", "layers.json"]


def test_where_a_folder_cannot_be_locked_the_work_goes_on(pair, monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(errno.ENOLCK, "no locks here")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pair.alone():
        pair.write([make_row()])
    assert pair.read() == (make_row(),)


def test_the_last_writer_wins_wholly(pair):
    """Sixteen at once: the files are of one of them, never the one's CSV and the other's JSON."""
    every = [[make_row(version=n, region=f"us-west-{n}")] for n in range(1, 17)]
    together = Barrier(len(every))

    def write(rows):
        together.wait()
        with pair.alone():
            pair.write(rows)

    with ThreadPoolExecutor(len(every)) as pool:
        list(pool.map(write, every))
    assert pair.csv.read_text() == to_csv(read_rows(pair.json))
    assert list(read_rows(pair.csv)) in every


def test_one_waits_for_the_other(pair):
    held, done = Event(), []

    def second():
        held.wait()
        with pair.alone():
            done.append("second")

    with ThreadPoolExecutor(1) as pool:
        with pair.alone():
            waiting = pool.submit(second)
            held.set()
            done.append("first")
        waiting.result()
    assert done == ["first", "second"]
    assert list(pair.csv.parent.iterdir()) == []


def test_a_damaged_one_is_told_and_neither_is_taken_for_it(pair):
    pair.write([make_row()])
    for path in (pair.csv, pair.json):
        whole = path.read_text()
        path.write_text(whole[: len(whole) // 2])
        with pytest.raises(CatalogError, match=path.name):
            pair.read()
        path.write_text(whole)
    assert pair.read() == (make_row(),)


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path):
    (tmp_path / "file").write_text("")
    pair = CatalogFiles.of(tmp_path / "file" / "layers.csv")
    with pytest.raises(CatalogError, match="cannot be written"):
        pair.write([make_row()])
    with pytest.raises(CatalogError, match="cannot be written"), pair.alone():
        pytest.fail("there is nothing to lock")


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_one_and_its_target_is_written(tmp_path, exists):
    target, link = tmp_path / "real" / "layers.csv", tmp_path / "layers.csv"
    target.parent.mkdir()
    if exists:
        target.write_text("old")
    link.symlink_to("real/layers.csv")
    pair = CatalogFiles.of(link)
    with pair.alone():
        pair.write([make_row()])
    assert link.is_symlink()
    assert read_rows(target) == read_rows(tmp_path / "layers.json") == (make_row(),)
    assert list(target.parent.iterdir()) == [target]
