"""All that a person sees: progress, tables, errors. Machines read ``--json`` on standard output.

Progress and errors go to standard error, results to standard output. On a terminal progress is a
live display, elsewhere plain lines. NO_COLOR is honoured (rich does).

A reader that goes away (`layerfactory plan | head -1`) is no failure. What it would have read is
dropped, and the run goes on to its end: its exit code tells how the work went, 0 where all is well,
also under `pipefail`. Ending at once, with 141 as a killed process does, would leave a release half
done, and hide that a proof failed.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from layerfactory.board import shown_board
from layerfactory.errors import MatrixError, OutputError
from layerfactory.progress import shown_tracker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from rich.console import Console as RichConsole
    from rich.table import Table

    from layerfactory.board import Board
    from layerfactory.errors import LayerFactoryError
    from layerfactory.progress import Tracker

# Columns of a table that goes to a file or a pipe: wide enough for an ARN beside its cell.
_WIDTH_WITHOUT_TERMINAL = 200
_WIDER_THAN_ANY = 10_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STEP_SUMMARY_BYTES = 1024 * 1024
"""GitHub shows nothing at all of a larger one."""
_CUT = b"\n(cut: see the log for the rest)\n"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: str
    justify: Literal["left", "right"] = "left"
    whole: bool = False
    """Never shorten its values: they are copied."""


class Console:
    """The two streams of one run."""

    def __init__(self, *, as_json: bool = False, result: Path | None = None) -> None:
        """Open the streams.

        Args:
            as_json: standard output carries one JSON value only.
            result: a file that gets that value too, whatever is shown.
        """
        self.as_json = as_json
        self._result = result
        self._out = _stream(to_stderr=False)
        self._err = _stream(to_stderr=True)

    def say(self, text: str) -> None:
        """A result in a line; not shown with ``--json``."""
        if not self.as_json:
            self._out.print(text, soft_wrap=True)

    def note(self, text: str) -> None:
        """Something worth knowing that is no result."""
        self._err.print(text, soft_wrap=True)

    def warn(self, text: str) -> None:
        """Something that a person should look at."""
        self._err.print(f"warning: {text}", style="yellow", soft_wrap=True)

    def fail(self, error: LayerFactoryError, place: str = "") -> None:
        """An error and its remedy."""
        where = f"{place}: " if place and not error.message.startswith(place) else ""
        text = f"error: {where}{error.message}"
        self._err.print(text, style="red", soft_wrap=True)
        if error.remedy:
            self._err.print(f"  -> {error.remedy}", soft_wrap=True)

    def json(self, value: Any) -> None:
        """The result for a machine: with ``--json``, and where a file was named for it."""
        if self._result is not None:
            self._keep(self._result, value)
        if self.as_json:
            try:
                sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")
                sys.stdout.flush()
            except BrokenPipeError:
                _let_drop(sys.stdout)
            except OSError as error:
                _let_drop(sys.stdout)
                raise _unwritable(error) from error

    def _keep(self, path: Path, value: Any) -> None:
        """Write a result beside its place, and put it there."""
        part = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(value, indent=2, default=str) + "\n", encoding="utf-8")
            part.replace(path)
        except OSError as error:
            self.warn(f"{path}: the result cannot be written: {error.strerror}")

    def table(self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """A result as a table, closer where it is narrow; not shown with ``--json``."""
        if self.as_json:
            return
        whole = self._out.options.update(max_width=_WIDER_THAN_ANY)
        for padding in (1, 0):
            table = _table(title, columns, rows, padding)
            if self._out.measure(table, options=whole).maximum <= self._out.width:
                self._out.print(table)
                return
        self._blocks(title, columns, rows)

    def _blocks(self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """A table that is too wide, a block for each row: nothing is cut or shortened.

        Rows that begin alike share their first line.
        """
        if title:
            self._out.print(title)
        above = ""
        for row in rows:
            if row[0] != above:
                self._out.print(row[0], soft_wrap=True)
            above = row[0]
            named = [pair for pair in zip(columns[1:], row[1:], strict=True) if pair[1]]
            short = ", ".join(f"{c.title} {value}" for c, value in named if not c.whole)
            long = [line for c, value in named if c.whole for line in value.splitlines()]
            for line in filter(None, (short, *long)):
                self._out.print(f"  {line}", soft_wrap=True)

    @contextmanager
    def tracking(self, total: int, unit: str, *, quiet: bool = False) -> Iterator[Tracker]:
        """Show how far ``total`` units of long work are; nothing at all where it is quiet."""
        err = _stream(to_stderr=True, quiet=True) if quiet else self._err
        with shown_tracker(err, total, unit) as tracker:
            yield tracker

    def board(self, totals: Mapping[str, int]) -> AbstractContextManager[Board]:
        """Show how far many places are that work side by side; see `layerfactory.board`."""
        return shown_board(self._err, totals)

    def step_outputs(self, values: Mapping[str, str]) -> None:
        """Give later steps and jobs of GitHub Actions values, each of one line.

        Raises:
            MatrixError: there is no file for them: this is no step, or its file cannot be written.
        """
        path = os.environ.get("GITHUB_OUTPUT", "")
        remedy = "That is for a step of GitHub Actions; elsewhere --json tells the same."
        if not path:
            raise MatrixError("--github-output: GITHUB_OUTPUT is not set", remedy)
        lines = "".join(f"{name}={value}\n" for name, value in values.items())
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(lines)
        except OSError as error:
            msg = f"--github-output: GITHUB_OUTPUT={path}: cannot be written: {error.strerror}"
            raise MatrixError(msg, remedy) from None

    def step_summary(self, markdown: str) -> None:
        """Add to the page that GitHub shows of a job's step; nothing where there is none."""
        path = os.environ.get("GITHUB_STEP_SUMMARY")
        if not path:
            return
        try:
            with Path(path).open("ab") as file:
                file.write(_cut(markdown, _STEP_SUMMARY_BYTES - file.tell()))
        except OSError as error:
            self.warn(f"{path}: the step summary cannot be written: {error.strerror}")


def _table(
    title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], padding: int
) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title=title or None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, padding),
    )
    for column in columns:
        table.add_column(
            column.title,
            justify=column.justify,
            overflow="fold" if column.whole else "ellipsis",
            no_wrap=not column.whole,
        )
    for row in rows:
        table.add_row(*map(_printable, row))
    return table


def _cut(text: str, room: int) -> bytes:
    """Whole lines of a text, in UTF-8, for which there is room."""
    data = text.encode()
    if len(data) <= room:
        return data
    room = max(0, room - len(_CUT))
    return data[: data.rfind(b"\n", 0, room) + 1] + _CUT if room else b""


def _stream(*, to_stderr: bool, quiet: bool = False) -> RichConsole:
    make = partial(
        _console_class(), stderr=to_stderr, highlight=False, markup=False, emoji=False, quiet=quiet
    )
    console = make()
    return console if console.is_terminal else make(width=_WIDTH_WITHOUT_TERMINAL)


@cache
def _console_class() -> type[RichConsole]:
    """Rich's console, but a reader that goes away does not end the process.

    And what others have written, such as AWS's messages, gives the terminal no commands.
    """
    from rich.console import Console as RichConsole

    class PatientConsole(RichConsole):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            _let_drop(self.file)

        def print(self, *objects: Any, **options: Any) -> None:
            try:
                super().print(*map(_printable, objects), **options)
            except OSError as error:
                self.quiet = True
                _let_drop(self.file)
                if not self.stderr:  # what is only told along the way may be lost
                    raise _unwritable(error) from error

    return PatientConsole


def _printable(value: Any) -> Any:
    """A text with its control characters made visible; what is no text stays as it is."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


def _unwritable(error: OSError) -> OutputError:
    return OutputError(
        f"the result cannot be written: {error.strerror}",
        "What was done stays. Make room where it goes, then run the same command again.",
    )


def _let_drop(stream: IO[str]) -> None:
    """Lead a stream that nobody reads any more, and what it still holds, to nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def megabytes(count: int) -> str:
    """Bytes in millions, as AWS's documents and this project's tables count them."""
    return f"{count / 1e6:.1f}"
