"""Shows work that goes on in many places side by side, a row a place: regions of AWS.

On a terminal it is a live table, elsewhere plain lines, few enough for a log.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console as RichConsole
    from rich.live import Live
    from rich.table import Table


@dataclass(slots=True)
class _Row:
    total: int
    done: int = 0
    now: str = ""


class Board:
    """Places, each with what is done of how much, and what it does now; for several threads.

    Args:
        err: where it is shown.
        totals: how much there is to do in each place.
        live: the live display; plain lines where there is none.
    """

    def __init__(
        self, err: RichConsole, totals: Mapping[str, int], live: Live | None = None
    ) -> None:
        self._err = err
        self._live = live
        self._rows = {place: _Row(total) for place, total in totals.items()}
        self._began = time.monotonic()
        self._said: set[tuple[str, str]] = set()
        self._mutex = Lock()

    def now(self, place: str, what: str) -> None:
        """A place begins with something that takes its time."""
        with self._mutex:
            self._rows[place].now = what
            if self._live is None:
                self._line(f"{place}: {what}")
            self._show()

    def done(
        self, place: str, unit: str, outcome: str, *, fault: str = "", routine: bool = False
    ) -> None:
        """A place has done one thing more.

        Args:
            place: where.
            unit: what it was done to.
            outcome: how it ended.
            fault: what went wrong; the same is said once a place.
            routine: nobody needs to read of it.
        """
        with self._mutex:
            row = self._rows[place]
            row.done += 1
            row.now = ""
            if not routine and (place, fault) not in self._said:
                self._line(f"{place}: {unit}: {outcome}" + (f": {fault}" if fault else ""))
            if fault:
                self._said.add((place, fault))
            if row.done == row.total:
                finished = sum(each.done == each.total for each in self._rows.values())
                self._line(f"{place}: done [{finished}/{len(self._rows)}]")
            self._show()

    @property
    def busy(self) -> int:
        """How many places do something now that takes its time."""
        with self._mutex:
            return sum(bool(row.now) for row in self._rows.values())

    def table(self) -> Table:
        """The places that are not finished, below a line for all of them."""
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        done = sum(row.done for row in self._rows.values())
        total = sum(row.total for row in self._rows.values())
        table.add_row("all", f"{done}/{total}", f"{time.monotonic() - self._began:.0f} s")
        for place, row in self._rows.items():
            if row.done < row.total:
                table.add_row(place, f"{row.done}/{row.total}", row.now)
        return table

    def _show(self) -> None:
        if self._live is not None:
            self._live.update(self.table())

    def _line(self, text: str) -> None:
        seconds = time.monotonic() - self._began
        self._err.print(f"{seconds:6.1f} s  {text}", soft_wrap=True)


@contextmanager
def shown_board(err: RichConsole, totals: Mapping[str, int]) -> Iterator[Board]:
    """A board for the length of the block."""
    if not err.is_terminal:
        yield Board(err, totals)
        return
    from rich.live import Live

    with Live(console=err, transient=True, vertical_overflow="ellipsis") as live:
        yield Board(err, totals, live)
