"""Runs a program and watches what it takes. The second module here with effects."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

import psutil

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_EVERY = 0.1
"""Seconds between two looks at the memory."""
_DONE = re.compile(r"\[(?P<done>\d+)/\d+\]$")


@dataclass(frozen=True, slots=True)
class Run:
    """What a program took, with all the processes that it started."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    """Of memory, each shared page booked in equal shares to those that share it (PSS)."""
    finished: tuple[float, ...]
    """When each cell was done, in seconds from the start."""


def watch(argv: Sequence[str | Path], env: Mapping[str, str], folder: Path) -> Run:
    """Run a program to its end; of layerfactory's progress, the finished cells are timed.

    Raises:
        BuildError: it fails.
    """
    began, cpu = time.perf_counter(), _children_seconds()
    with subprocess.Popen(
        [str(word) for word in argv],
        env=dict(env),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        with _Memory(process.pid) as memory:
            lines, finished = _read(process, began)
        code = process.wait()
    if code != 0:
        raise BuildError(f"{argv[0]} ends with exit code {code}:\n" + "".join(lines[-15:]))
    return Run(
        seconds=time.perf_counter() - began,
        cpu_seconds=_children_seconds() - cpu,
        peak_bytes=memory.peak_bytes,
        finished=finished,
    )


def _read(process: subprocess.Popen[str], began: float) -> tuple[list[str], tuple[float, ...]]:
    lines: list[str] = []
    finished: list[float] = []
    for line in process.stderr or ():
        lines.append(line)
        if _DONE.search(line.rstrip()):
            finished.append(time.perf_counter() - began)
    return lines, tuple(finished)


def _children_seconds() -> float:
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)


class _Memory:
    """Looks again and again at what a process and its children hold."""

    def __init__(self, pid: int) -> None:
        self.peak_bytes = 0
        self._pid = pid
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self.peak_bytes = max(self.peak_bytes, _held_bytes(self._pid))


def _held_bytes(pid: int) -> int:
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for process in family:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:  # it ended between two looks
            continue
    return total
