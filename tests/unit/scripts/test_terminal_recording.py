"""What a terminal shows, and its picture."""

import importlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

SCRIPTS = str(Path(__file__).parents[3] / "scripts")
NAMESPACE = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def load():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SCRIPTS)
        yield importlib.import_module


def shown(load, *pieces, columns=20, rows=5):
    screen = load("terminal_screen").Screen(columns, rows)
    for piece in pieces:
        screen.feed(piece)
    return [" ".join(run.text.strip() for run in line) for line in screen.shown()]


def test_a_live_line_takes_the_place_of_the_one_before(load):
    assert shown(load, "a\r\nbar 1", "\r\x1b[2K\x1b[1A\x1b[2K", "bar 2\r\n") == ["bar 2", ""]


def test_a_command_may_come_in_pieces(load):
    assert shown(load, "old\r\x1b[", "2Knew") == ["new"]


def test_long_lines_are_wrapped_and_the_first_ones_leave(load):
    assert shown(load, "x" * 25 + "\r\n" + "1\r\n2\r\n3", rows=3) == ["1", "2", "3"]
    assert shown(load, "x" * 25) == ["x" * 20, "x" * 5]


def test_titles_of_windows_are_not_shown(load):
    assert shown(load, "\x1b]0;a title\x07text\x1b[?25l") == ["text"]


def test_colours_are_runs(load):
    screen = load("terminal_screen").Screen(40, 3)
    screen.feed("plain \x1b[1;32mgood\x1b[0m \x1b[91mbad\x1b[39m end")
    (line,) = screen.shown()
    assert [(run.text.strip(), run.style.colour, run.style.bold) for run in line] == [
        ("plain", -1, False),
        ("good", 2, True),
        ("bad", 9, False),
        ("end", -1, False),
    ]


@given(st.text(alphabet="ab\r\n\x1b[2KA1m;?", max_size=60), st.integers(0, 60))
def test_pieces_make_no_difference(load, text, cut):
    assert shown(load, text) == shown(load, text[:cut], text[cut:])


def test_the_picture_holds_each_line_once_and_ends_with_the_last_frame(load):
    recorder = load("record_terminal")
    pieces = [(0.1, "one\r\n"), (1.0, "two <&>\r\n"), (2.0, "three\r\n"), (2.1, "four\r\n")]
    frames = recorder.draw("ls", pieces, 1.0)
    assert [frame.second for frame in frames] == [0.0, 0.5, 1.0, 2.0, 2.1]
    text = load("recording_svg").recording_svg(frames, 40, 10, "A title", "a caption <")
    picture = ET.fromstring(text)
    defined = {group.get("id"): group for group in picture.find(f"{NAMESPACE}defs")}
    assert ["".join(group.itertext()) for group in defined.values()] == [
        *("$ ls", "one", "two <&>", "three", "four")
    ]
    used = [use.get("href")[1:] for use in picture.iter(f"{NAMESPACE}use")]
    assert used[-5:] == list(defined)
    assert "http" not in text.replace(NAMESPACE[1:-1], "")
    assert "prefers-reduced-motion" in text


def test_text_in_pieces_of_a_character_is_whole(load):
    told = [(float(n), bytes([byte])) for n, byte in enumerate("━ 2/2 é".encode())]
    pieces = load("record_terminal").decoded(told)
    assert "".join(text for _, text in pieces) == "━ 2/2 é"
    assert [second for second, _ in pieces] == [second for second, _ in told]
