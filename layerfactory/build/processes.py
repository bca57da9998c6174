"""The one door through which layerfactory starts processes."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Completed:
    """What a finished process left behind."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str

    @property
    def tail(self) -> str:
        """The last lines of what it complained of, for an error message."""
        text = self.stderr.strip() or self.stdout.strip()
        return "\n".join(text.splitlines()[-15:])


def run(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str | None = None,
    timeout: float | None = None,
) -> Completed:
    """Run a program to its end; its exit code is the caller's to judge.

    Args:
        argv: the program and its arguments; never a shell.
        env: the whole environment, or the caller's own.
        cwd: the folder to run in.
        stdin: text for its standard input.
        timeout: seconds after which it is killed.

    Raises:
        BuildError: there is no such program, or it took too long.
    """
    words = tuple(str(word) for word in argv)
    try:
        done = subprocess.run(
            words,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        msg = f"{words[0]}: there is no such program"
        raise BuildError(msg, "Install it, or put its folder into PATH.") from None
    except subprocess.TimeoutExpired:
        msg = f"{words[0]} did not end within {timeout:.0f} seconds"
        raise BuildError(msg, "Run again; if it stays so, look at the machine's load.") from None
    return Completed(words, done.returncode, done.stdout, done.stderr)
