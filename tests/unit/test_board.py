from io import StringIO

import pytest

from layerfactory.board import Board, shown_board
from layerfactory.console import Console


class Lines:
    """Stands for a console that is no terminal."""

    is_terminal = False

    def __init__(self):
        self.said = []

    def print(self, text, **_style):
        self.said.append(text.split(" s  ", 1)[1])


@pytest.fixture
def lines():
    return Lines()


def test_routine_is_counted_and_not_told(lines):
    with shown_board(lines, {"us-west-2": 3, "eu-west-1": 1}) as board:
        board.done("us-west-2", "a", "skipped", routine=True)
        board.now("us-west-2", "b: uploading")
        board.done("us-west-2", "b", "published")
        board.done("us-west-2", "c", "skipped", routine=True)
        board.done("eu-west-1", "a", "skipped", routine=True)
    assert lines.said == [
        "us-west-2: b: uploading",
        "us-west-2: b: published",
        "us-west-2: done [1/2]",
        "eu-west-1: done [2/2]",
    ]


def test_the_same_fault_is_told_once_a_place(lines):
    board = Board(lines, {"us-west-2": 9, "eu-west-1": 9})
    for place in ("us-west-2", "us-west-2", "eu-west-1"):
        board.done(place, "a", "failed", fault="it is gone")
    board.done("us-west-2", "b", "failed", fault="denied")
    board.done("us-west-2", "c", "published")
    board.done("us-west-2", "d", "published")
    assert lines.said == [
        "us-west-2: a: failed: it is gone",
        "eu-west-1: a: failed: it is gone",
        "us-west-2: b: failed: denied",
        "us-west-2: c: published",
        "us-west-2: d: published",
    ]


def test_the_live_table_has_the_places_that_are_not_finished(lines):
    board = Board(lines, {"us-west-2": 1, "eu-west-1": 2})
    board.now("eu-west-1", "uploading")
    board.done("us-west-2", "a", "published")
    columns = [list(column.cells) for column in board.table().columns]
    assert columns[0] == ["all", "eu-west-1"]
    assert columns[1] == ["1/3", "0/2"]
    assert columns[2][1] == "uploading"
    assert board.busy == 1


def test_on_a_terminal_it_is_live(monkeypatch):
    from rich.console import Console as RichConsole

    text = StringIO()
    terminal = RichConsole(file=text, force_terminal=True, width=80, highlight=False)
    with shown_board(terminal, {"us-west-2": 1}) as board:
        board.now("us-west-2", "py3.12: uploading")
        board.done("us-west-2", "py3.12", "published")
    assert "us-west-2: py3.12: published" in text.getvalue()


def summary(monkeypatch, path, *texts):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    for text in texts:
        Console().step_summary(text)
    return path.read_bytes()


def test_the_step_summary_is_appended(monkeypatch, tmp_path):
    path = tmp_path / "summary.md"
    assert summary(monkeypatch, path, "first\n", "second é\n") == "first\nsecond é\n".encode()


def test_the_step_summary_is_cut_to_what_github_takes(monkeypatch, tmp_path):
    line = "| é a row |\n"
    data = summary(monkeypatch, tmp_path / "summary.md", *[line * 70_000] * 2)
    assert len(data) <= 1024 * 1024
    text = data.decode()
    assert text.endswith("|\n\n(cut: see the log for the rest)\n")
    assert text.count(line) > 80_000


def test_without_github_there_is_no_summary(monkeypatch, tmp_path):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)
    Console().step_summary("text")
    assert list(tmp_path.iterdir()) == []


def test_a_summary_that_cannot_be_written_fails_nothing(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "such"))
    Console().step_summary("text")
    assert "the step summary cannot be written" in capsys.readouterr().err
