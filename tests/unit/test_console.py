from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from layerfactory.console import Column, Console
from layerfactory.progress import Tracker

COLUMNS = (Column("cell", whole=True), Column("zip MB", "right"), Column("ARN", whole=True))
ROWS = [("py3.13-sklearn1.9.1-x86_64", "51.7", "arn:aws:lambda:us-east-1:1:layer:python-3-13:1")]


@pytest.fixture
def printed(monkeypatch, capsys):
    """What a table looks like on a terminal of some width."""

    def give(width):
        for name, value in {"COLUMNS": str(width), "FORCE_COLOR": "1", "NO_COLOR": "1"}.items():
            monkeypatch.setenv(name, value)
        Console().table("Published", COLUMNS, ROWS)
        return capsys.readouterr().out

    return give


def test_a_table_that_fits_is_a_table(printed):
    out = printed(120)
    assert out.count("\n") > 3
    assert [word for word in ("cell", "zip MB", "ARN", *ROWS[0]) if word not in out] == []


@pytest.mark.parametrize("width", [40, 80])
def test_a_table_that_does_not_fit_cuts_nothing(printed, width):
    lines = [line.rstrip() for line in printed(width).splitlines()]
    cell, size, arn = ROWS[0]
    assert lines == ["Published", cell, f"  zip MB {size}", f"  {arn}"]


@pytest.mark.parametrize(("width", "gap"), [(86, 3), (85, 1), (82, 1)])
def test_columns_draw_closer_before_a_table_becomes_blocks(printed, width, gap):
    (row,) = [line for line in printed(width).splitlines() if ROWS[0][0] in line]
    assert row.rstrip() == " " + (" " * gap).join((ROWS[0][0], "  51.7", ROWS[0][2]))


def test_rows_of_one_cell_share_its_line(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    cell = "py3.13-sklearn1.9.1-x86_64"
    columns = (Column("cell", whole=True), Column("region"), Column("ARN", whole=True))
    rows = [(cell, "us-west-2", "arn:1" * 9), (cell, "eu-west-1", "arn:2"), ("b", "eu", "arn:3")]
    Console().table("", columns, rows)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    first = [cell, "  region us-west-2", "  " + "arn:1" * 9]
    assert lines == [*first, "  region eu-west-1", "  arn:2", "b", "  region eu", "  arn:3"]


def test_only_what_can_be_counted_is_counted(monkeypatch, capsys):
    for name, value in {"COLUMNS": "80", "FORCE_COLOR": "1", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    with Console().tracking(3, "cells") as tracker:
        tracker.step("a cell", "packing")
        tracker.done("another", "built")
    err = capsys.readouterr().err
    assert "1/3" in err
    assert "a cell: packing" in err
    assert "/?" not in err


@pytest.mark.parametrize("value", ["Value [/opt/python] is bad", "[bold]x[/bold]", ":smile:"])
@pytest.mark.parametrize("width", [40, 200])
def test_what_others_wrote_is_no_markup(monkeypatch, capsys, value, width):
    monkeypatch.setenv("COLUMNS", str(width))
    console = Console()
    console.table("Published", (Column("cell"), Column("why", whole=True)), [("a", value)])
    console.say(value)
    assert capsys.readouterr().out.count(value) == 2


def test_what_others_wrote_gives_the_terminal_no_commands(capsys):
    console = Console()
    console.table("Published", (Column("cell"), Column("why")), [("a", "\x1b[2Jx")])
    console.warn("\x1b]0;title\x07, seen\nand on")
    streams = capsys.readouterr()
    assert "\N{REPLACEMENT CHARACTER}[2Jx" in streams.out
    assert "\N{REPLACEMENT CHARACTER}, seen\nand on" in streams.err
    assert "\x1b" not in streams.out + streams.err
    assert "\x07" not in streams.err


class Live:
    """Stands for rich's display; it takes its time, as a busy one does."""

    def __init__(self):
        self.tasks = []

    def add_task(self, description, total=None):
        time.sleep(0.05)
        self.tasks.append(description)
        return len(self.tasks) - 1

    def update(self, task, description):
        self.tasks[task] = description


def test_threads_that_work_on_one_cell_share_its_line():
    live = Live()
    tracker = Tracker(None, live, 1)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: tracker.step("a cell", f"installing {name}"), "abcd"))
    assert len(live.tasks) == 1
    assert live.tasks[0].startswith("  a cell: installing ")


class Slow:
    """Stands for a stream; a line takes the longer the earlier it was begun."""

    def __init__(self):
        self.lines = []

    def print(self, text, **_style):
        time.sleep(0.02 / (1 + len(self.lines)))
        self.lines.append(text)


def test_what_is_counted_first_is_told_first():
    err = Slow()
    tracker = Tracker(err, None, 16)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: tracker.done(str(number), "asked"), range(16)))
    numbers = [line.rsplit("[", 1)[1] for line in err.lines]
    assert numbers == [f"{number}/16]" for number in range(1, 17)]
