"""Keeps to Lambda's 15 requests a second and region, however many threads ask."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REQUESTS_PER_SECOND = 14.0
"""A little under what AWS takes: the account may have other things to ask."""


@dataclass(slots=True)
class Pacer:
    """Gives each request of one region its moment; they lie evenly, so that none is refused."""

    per_second: float
    """0 lets every request go at once."""
    sleep: Callable[[float], None]
    clock: Callable[[], float] = time.monotonic
    _lock: Lock = field(default_factory=Lock)
    _next: float = 0.0
    """When the next request may go, by the clock."""

    def wait(self) -> None:
        """Return when one more request may go."""
        if not self.per_second:
            return
        with self._lock:
            now = self.clock()
            at = max(now, self._next)
            self._next = at + 1 / self.per_second
        if at > now:
            self.sleep(at - now)
