"""What a second Ctrl-C does, where the first one waits for something to end."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

    from layerfactory.console import Console

INTERRUPTED = 130


def finish(console: Console, what: str) -> None:
    """Tell that what is on its way to AWS ends first, or not, if Ctrl-C comes once more."""
    _leave_at_the_next(console, f"finishing {what} (again: leave it)")


def wait(console: Console, what: str) -> None:
    """Tell that answers of AWS are waited for, or not, if Ctrl-C comes once more."""
    _leave_at_the_next(console, f"waiting for {what} (again: leave at once)")


def _leave_at_the_next(console: Console, words: str) -> None:
    """Let another Ctrl-C end the process at once.

    Uploads run in threads, which nothing short of that ends. What AWS makes of them is found by the
    next run, as after any kill. Only the main thread may call this.
    """

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        console.note("left at once; the same command finds what AWS made of it, and goes on")
        os._exit(INTERRUPTED)

    signal.signal(signal.SIGINT, leave)  # first, as the words invite to it
    console.note(f"interrupted; {words}")
