"""The one door through which layerfactory starts processes."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Self

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

_LAST_WORDS = 10.0
"""Seconds that a program has to end by itself."""


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


class Running:
    """A program that goes on beside us and answers lines with lines.

    It ends with the ``with`` block, and so does all that it started.
    """

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        """Describe it; nothing happens before the ``with`` block.

        Args:
            argv: the program and its arguments; never a shell.
            log: receives its standard error; its standard output is what it answers.
            env: the whole environment, or the caller's own.
            cwd: the folder to run in.
        """
        self._argv = tuple(str(word) for word in argv)
        self._log, self._env, self._cwd = log, env, cwd

    def __enter__(self) -> Self:
        """Start it; raises BuildError if there is no such program."""
        with self._log.open("ab") as log:
            try:
                self._process = subprocess.Popen(
                    self._argv,
                    env=dict(self._env) if self._env is not None else None,
                    cwd=self._cwd,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    encoding="utf-8",
                    start_new_session=True,
                )
            except FileNotFoundError:
                msg = f"{self._argv[0]}: there is no such program"
                raise BuildError(msg, "Install it, or put its folder into PATH.") from None
        self._stdin, self._stdout = _pipe(self._process.stdin), _pipe(self._process.stdout)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let it end by closing its standard input; kill it and what it started if it does not."""
        with suppress(BrokenPipeError):
            self._stdin.close()
        with self._process:
            try:
                self._process.wait(_LAST_WORDS)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def tail(self) -> str:
        """The last lines of what it complained of, for an error message."""
        text = self._log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.strip().splitlines()[-15:])

    def ask(self, line: str) -> str:
        """Give it a line and wait for the one that it answers.

        Raises:
            BuildError: it has ended.
        """
        try:
            self._stdin.write(line + "\n")
            self._stdin.flush()
            answer = self._stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise BuildError(f"{self._argv[0]} ended before it answered:\n{self.tail}")
        return answer


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise ValueError("the program was started without this pipe")
    return pipe
