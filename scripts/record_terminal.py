"""Record a rehearsal as a terminal shows it: docs/rehearsal.svg.

python scripts/record_terminal.py [--only GLOB]... [--output FILE]

Runs `layerfactory rehearse` for real, in a terminal of its own, with empty caches of ours.
"""

from __future__ import annotations

import argparse
import codecs
import math
import os
import pty
import shlex
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from recording_svg import Frame, recording_svg
from terminal_screen import Screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, ROWS = 100, 26
_PLAYS = 20.0
"""Seconds that the picture takes at most, but for its rest."""
_APART = 0.25
"""Seconds of the picture between two frames at least."""
_TOGETHER = 0.02
"""Seconds between pieces of one refresh, whose lines are not all there yet."""
_CELLS = ("py3.7-sklearn0.23.1-x86_64", "py3.13-sklearn1.9.1-x86_64")

Piece = tuple[float, str]
"""When it came, in seconds from the beginning, and what it was."""


def main(argv: Sequence[str] | None = None) -> int:
    """Record and draw; return the exit code of what was recorded."""
    parser = argparse.ArgumentParser(description="Record a rehearsal in a terminal as an SVG.")
    parser.add_argument("--only", action="append", help=f"default: {' and '.join(_CELLS)}")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/rehearsal.svg")
    options = parser.parse_args(argv)
    sys.path.append(str(ROOT / "benchmarks"))
    from machine import this_machine

    selected = [word for glob in options.only or _CELLS for word in ("--only", glob)]
    typed = shlex.join(["layerfactory", "rehearse", *selected])
    machine = this_machine(ROOT)
    with tempfile.TemporaryDirectory(prefix="recording-") as work:
        code, pieces = record(["-m", "layerfactory", "rehearse", *selected], Path(work))
    if code != 0:
        print("".join(text for _, text in pieces), file=sys.stderr)
        return code
    faster = max(1.0, pieces[-1][0] / _PLAYS)
    where = f"{machine.date}, {machine.processor}, {machine.cores} cores, {machine.system}"
    where += f", load {machine.load:.1f} before"
    caption = f"{pieces[-1][0]:.0f} s, shown in {pieces[-1][0] / faster:.0f}; {where}"
    frames = draw(typed, pieces, faster)
    options.output.write_text(
        recording_svg(frames, COLUMNS, ROWS, f"A terminal runs: {typed}", caption)
    )
    print(f"wrote {options.output}: {len(frames)} frames")
    return 0


def record(words: Sequence[str], work: Path) -> tuple[int, list[Piece]]:
    """Run our Python in a terminal, in a folder with the matrix and what belongs to it.

    Returns:
        The exit code, and what was written when.
    """
    for name in ("matrix.yaml", "locks", "records"):
        (work / name).symlink_to(ROOT / name)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(work)
        os.execve(sys.executable, [sys.executable, *words], _environment(work))
    began, told = time.monotonic(), []
    while data := _read(terminal):
        told.append((time.monotonic() - began, data))
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), decoded(told)


def _environment(work: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"CI", "NO_COLOR"}}
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    size = {"COLUMNS": str(COLUMNS), "LINES": str(ROWS), "TERM": "xterm-16color"}
    cache = {"LAYERFACTORY_CACHE_DIR": str(work / "cache")}
    return {**kept, **size, **cache, "PYTHONPATH": paths}


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so where the other side has ended
        return b""


def decoded(told: Iterable[tuple[float, bytes]]) -> list[Piece]:
    """Text for bytes, of which a piece may end within a character."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    return [(seconds, decoder.decode(data)) for seconds, data in told]


def draw(typed: str, pieces: Sequence[Piece], faster: float) -> list[Frame]:
    """What was shown, as frames; those too near to the next are left out, but the last."""
    ends = [*(seconds for seconds, _ in pieces[1:]), math.inf]
    screen = Screen(COLUMNS, ROWS)
    screen.feed(f"\x1b[1m$ {typed}\x1b[0m\r\n")
    frames = [Frame(0.0, screen.shown())]
    waiting: Frame | None = None
    for (seconds, text), end in zip(pieces, ends, strict=True):
        screen.feed(text)
        if end - seconds < _TOGETHER:
            continue
        frame = Frame(max(0.5, seconds / faster), screen.shown())
        waiting = frame
        if frame.second - frames[-1].second >= _APART:
            frames.append(frame)
            waiting = None
    return [*frames, waiting] if waiting else frames


if __name__ == "__main__":
    sys.exit(main())
