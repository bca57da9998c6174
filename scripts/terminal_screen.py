"""What a terminal shows: text with colours, and the few commands that our programs send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(
    r"\x1b\[(?P<arguments>[?\d;]*)(?P<command>[A-Za-z])"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|(?P<control>[\r\n\x08])"
    r"|(?P<text>[^\x1b\r\n\x08]+)"
)
_BLANK = " "


class Style(NamedTuple):
    """How a character looks."""

    colour: int = -1
    """0 to 15 as terminals count them; -1 is the usual one."""
    bold: bool = False
    dim: bool = False


PLAIN = Style()
_USUAL = 39
"""Takes a colour back."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style beside each other."""

    column: int
    text: str
    style: Style


Line = tuple[Run, ...]


class Screen:
    """Rows and columns; what leaves at the top is gone."""

    def __init__(self, columns: int, rows: int) -> None:
        """Begin empty."""
        self._columns, self._height = columns, rows
        self._rows: list[list[tuple[str, Style]]] = [[]]
        self._row = self._column = 0
        self._style = PLAIN
        self._rest = ""

    def feed(self, text: str) -> None:
        """Take what a program has written; a command may come in two pieces."""
        text = self._rest + text
        begun = text.rfind("\x1b")
        cut = begun >= 0 and _TOKEN.match(text, begun) is None
        self._rest = text[begun:] if cut else ""
        for token in _TOKEN.finditer(text[:begun] if cut else text):
            if token["text"]:
                self._write(token["text"])
            elif token["control"]:
                self._move(token["control"])
            elif token["command"]:
                self._obey(token["command"], token["arguments"])

    def shown(self) -> tuple[Line, ...]:
        """The rows in view, each as runs of one style."""
        return tuple(map(_runs, self._rows[-self._height :]))

    def _write(self, text: str) -> None:
        for character in text:
            if self._column == self._columns:
                self._move("\n")
                self._column = 0
            row = self._rows[self._row]
            row += [(_BLANK, PLAIN)] * (self._column + 1 - len(row))
            row[self._column] = (character, self._style)
            self._column += 1

    def _move(self, control: str) -> None:
        if control == "\r":
            self._column = 0
        elif control == "\x08":
            self._column = max(0, self._column - 1)
        else:
            self._row += 1
            if self._row == len(self._rows):
                self._rows.append([])

    def _obey(self, command: str, arguments: str) -> None:
        numbers = [int(number) for number in arguments.split(";") if number.isdigit()]
        if command == "A":
            self._row = max(0, self._row - (numbers or [1])[0])
        elif command == "K":
            row = self._rows[self._row]
            del row[0 if numbers == [2] else self._column :]
        elif command == "m":
            for number in numbers or [0]:
                self._style = _styled(self._style, number)


def _styled(style: Style, number: int) -> Style:
    """A style after one number of ``ESC [ … m``; numbers that mean nothing here change nothing."""
    if number == 0:
        return PLAIN
    changes = {1: {"bold": True}, 2: {"dim": True}, 22: {"bold": False, "dim": False}}
    if number in changes:
        return style._replace(**changes[number])
    for first, colour in ((30, 0), (90, 8)):
        if first <= number < first + 8:
            return style._replace(colour=colour + number - first)
    return style._replace(colour=-1) if number == _USUAL else style


def _runs(row: list[tuple[str, Style]]) -> Line:
    runs: list[Run] = []
    for column, (character, style) in enumerate(row):
        last = runs[-1] if runs else None
        if last and last.style == style:
            runs[-1] = Run(last.column, last.text + character, style)
        else:
            runs.append(Run(column, character, style))
    return tuple(run for run in runs if run.text.strip())
