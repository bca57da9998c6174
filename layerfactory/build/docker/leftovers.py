"""Sees to it that no container outlives its run, however the run ends.

Four nets, each for what the one before cannot catch: the container's own context manager; removal
on Ctrl-C, SIGTERM and SIGHUP and at the interpreter's end; a sweep, at the next start, of
containers whose process is dead; and the container's own sleep, which ends after an hour and takes
it away.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import threading
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.docker.daemon import connect, docker_faults
from layerfactory.errors import DockerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

PURPOSE = "layerfactory"
HOST = "layerfactory.host"
PROCESS = "layerfactory.process"

_REMOVAL_TIMEOUT = 30
# HTTP's Conflict: a container that ends is removed by the daemon itself.
_REMOVAL_IN_PROGRESS = 409
_alive: set[str] = set()


def labels(purpose: str) -> dict[str, str]:
    """What marks a container as ours, and as this process's."""
    return {PURPOSE: purpose, HOST: this_host(), PROCESS: process_mark(os.getpid())}


def no_labels() -> dict[str, str]:
    """The same keys, emptied: for an image made from a container, which inherits its labels."""
    return dict.fromkeys(labels(""), "")


def watch(name: str) -> None:
    """Take note of a container before it is created, so that nothing can come between."""
    _at_exit()
    if threading.current_thread() is threading.main_thread():
        guard_signals()
    _alive.add(name)


def remove(name: str) -> None:
    """Remove a container that may be running, gone, or never made; raises DockerError."""
    import docker.errors

    with closing(connect(_REMOVAL_TIMEOUT)) as client, docker_faults(f"removing {name}"):
        try:
            client.api.remove_container(name, force=True, v=True)
        except docker.errors.NotFound:
            pass
        except docker.errors.APIError as error:
            if error.status_code != _REMOVAL_IN_PROGRESS:
                raise
            with suppress(docker.errors.NotFound):
                client.api.wait(name, timeout=_REMOVAL_TIMEOUT, condition="removed")
    _alive.discard(name)


def remove_all() -> None:
    """Remove every container of this process; a daemon that is gone is let be.

    Waiting threads that run something in them end with a DockerError.
    """
    for name in tuple(_alive):
        with suppress(DockerError):
            remove(name)


@contextmanager
def deadline(name: str, seconds: float | None, doing: str) -> Iterator[None]:
    """Remove a container when the time is over; what runs in it ends with it.

    Args:
        name: of the container.
        seconds: how long the block may take; None for ever.
        doing: what is being done, as the start of the message.

    Raises:
        DockerError: the time was over.
    """
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        with suppress(DockerError):
            remove(name)

    timer = threading.Timer(seconds or 0, expire)
    if seconds is not None:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if expired.is_set():
            raise DockerError(
                f"{doing}: not done within {seconds:.0f} seconds",
                "Run again; if it stays so, look at the load of Docker's machine.",
            )


def sweep() -> int:
    """Remove containers whose process on this host is dead; return how many; raises DockerError."""
    with closing(connect(_REMOVAL_TIMEOUT)) as client, docker_faults("looking for leftovers"):
        found = client.api.containers(all=True, filters={"label": f"{HOST}={this_host()}"})
    dead = [entry["Id"] for entry in found if is_left_over(entry["Labels"])]
    for identifier in dead:
        remove(identifier)
    return len(dead)


def is_left_over(marks: Mapping[str, str]) -> bool:
    """Whether a container's labels name this host and a process that is no more."""
    process = marks.get(PROCESS, "")
    if marks.get(HOST) != this_host() or not process:
        return False
    return process_mark(int(process.partition(":")[0])) != process


@cache
def this_host() -> str:
    """Names this boot of this machine, and the namespace in which its process ids hold.

    Several machines, or jobs in containers of their own, may share a daemon: each must leave the
    others' containers alone.
    """
    boot = Path("/proc/sys/kernel/random/boot_id")
    namespace = Path("/proc/self/ns/pid")
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts += [boot.read_text(encoding="ascii").strip(), str(namespace.readlink())]
    return "/".join(parts)


def process_mark(pid: int) -> str:
    """``pid:start``; ids are used again, start times are not. Empty if there is no such process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return f"{pid}:"
    # The program's name, in parentheses, may hold spaces; the start time is the 22nd field.
    return f"{pid}:{stat.rpartition(')')[2].split()[19]}"


def guard_signals() -> None:
    """Let Ctrl-C, SIGTERM and SIGHUP remove our containers and raise KeyboardInterrupt.

    Not where somebody else handles a signal or has it ignored, as ``nohup`` does. Only the main
    thread may call this. A program that opens containers in other threads calls it once at its
    start: else those threads would keep an interrupted program waiting.
    """
    for number, usual in _USUAL_HANDLERS.items():
        if signal.getsignal(number) is usual:
            signal.signal(number, _interrupt)


_USUAL_HANDLERS: dict[int, Callable[[int, FrameType | None], object] | signal.Handlers] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Remove first: whoever waits for a container ends with it. Then let every block clean up."""
    remove_all()
    raise KeyboardInterrupt


@cache
def _at_exit() -> None:
    atexit.register(remove_all)
