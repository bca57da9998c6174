"""Shows units of work that run side by side: cells that are built, regions that are asked.

On a terminal it is a live display, elsewhere plain lines.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console as RichConsole
    from rich.progress import Progress, ProgressColumn, TaskID


class Tracker:
    """Tells of units of work that run side by side."""

    def __init__(self, err: RichConsole, live: Progress | None, total: int, unit: str = "") -> None:
        """Begin with nothing done."""
        self._err = err
        self._live = live
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._bar = live.add_task(unit, total=total) if live and total > 1 else None
        self._running: dict[str, TaskID] = {}
        # Threads tell side by side: what is counted first is also told first.
        self._mutex = Lock()

    def step(self, unit: str, what: str) -> None:
        """A unit begins its next step."""
        with self._mutex:
            if self._live is None:
                self._line(f"{unit}: {what}")
            elif unit in self._running:
                self._live.update(self._running[unit], description=f"  {unit}: {what}")
            else:
                self._running[unit] = self._live.add_task(f"  {unit}: {what}", total=None)

    def done(self, unit: str, outcome: str) -> None:
        """A unit has ended."""
        with self._mutex:
            self._done += 1
            if self._live is not None and unit in self._running:
                self._live.remove_task(self._running.pop(unit))
            if self._live is not None and self._bar is not None:
                self._live.update(self._bar, completed=self._done)
            self._line(f"{unit}: {outcome} [{self._done}/{self._total}]")

    def _line(self, text: str) -> None:
        seconds = time.monotonic() - self._began
        self._err.print(f"{seconds:6.1f} s  {text}", soft_wrap=True)


@contextmanager
def shown_tracker(err: RichConsole, total: int, unit: str) -> Iterator[Tracker]:
    """Track so many units, live where ``err`` is a terminal."""
    if err.quiet or not err.is_terminal:
        yield Tracker(err, None, total)
        return
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed

    text = TextColumn("{task.description}", markup=False)
    with Progress(text, BarColumn(20), _count_column(), Elapsed(), console=err) as live:
        yield Tracker(err, live, total, unit)


def _count_column() -> ProgressColumn:
    """``3/12`` for the whole; nothing for a unit, of which nobody knows how much there is."""
    from rich.progress import MofNCompleteColumn, Task
    from rich.text import Text

    class CountColumn(MofNCompleteColumn):
        def render(self, task: Task) -> Text:
            return Text() if task.total is None else super().render(task)

    return CountColumn()
