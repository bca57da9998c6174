"""What a second Ctrl-C does, where the first one waits for something to end."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from layerfactory.console import Console

INTERRUPTED = 130


def leave_at_the_next(console: Console) -> None:
    """Let another Ctrl-C end the process at once.

    Uploads run in threads, which nothing short of that ends. What AWS makes of them is found by the
    next run, as after any kill. Only the main thread may call this.
    """

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        console.note("left at once; the same command finds what AWS made of it, and goes on")
        os._exit(INTERRUPTED)

    signal.signal(signal.SIGINT, leave)


def waiting(console: Console, what: str) -> Callable[[], None]:
    """What to call on the first Ctrl-C of a run that then waits for answers of AWS."""

    def tell() -> None:
        leave_at_the_next(console)  # first, as the words invite to it
        console.note(f"interrupted; waiting for {what} (again: leave at once)")

    return tell
