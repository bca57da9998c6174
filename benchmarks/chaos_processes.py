"""The processes of a campaign: moto in one, and others that fork the command line from themselves.

Python with boto3, pandas and layerfactory takes most of a second to start. A parent that has them
all and no thread forks a run in milliseconds, and it can be killed as any process.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import multiprocessing
import os
import pkgutil
import signal
import sys
import traceback
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, Self
from unittest import mock

import boto3
import typer
from botocore.loaders import JSONFileLoader
from chaos_checks import Seen
from moto.backends import list_of_moto_modules

import layerfactory
from layerfactory.publish.embedded import embedded_aws

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess
    from pathlib import Path

    from chaos_checks import Having
    from tenacity import RetryCallState

_FORK = multiprocessing.get_context("fork")
_ALSO = ("boto3", "pandas", "s3transfer.manager", "botocore.client", "rich.progress", "filelock")
_ACCOUNT = "123456789012"
"""Moto's."""
_FASTER = 50
"""What waits between attempts are divided by."""


@dataclass(frozen=True, slots=True)
class Order:
    """One run of the command line."""

    words: tuple[str, ...]
    env: dict[str, str]
    folder: Path
    out: Path
    err: Path
    read_seconds: float
    """How long boto3 waits for an answer."""
    direct_upload_bytes: int
    """Zips over this go through S3; 0 leaves it as AWS has it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    code: int
    """The exit code; a signal's number, negative, where one ended it."""

    @property
    def killed(self) -> bool:
        """It was ended by SIGKILL."""
        return self.code == -signal.SIGKILL


class Processes:
    """All of them, for the length of a block; made while this one has no thread yet."""

    def __enter__(self) -> Self:
        self._children: list[ForkProcess] = []
        self._ends: list[Connection] = []
        self._moto = self._start(_serve_moto)
        self.moto_url: str = self._moto.recv()
        self.runners = tuple(Runner(self._start(_serve_runs)) for _ in range(2))
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.terminate()
            child.join()

    def look(self, regions: Sequence[str], layers: Sequence[str]) -> Having:
        """What AWS has of these, seen in moto itself."""
        self._moto.send((regions, layers))
        having: Having = self._moto.recv()
        return having

    def _start(self, target: Callable[[Connection], None]) -> Connection:
        """Start a process; return our end of the pipe to it."""
        ours, theirs = _FORK.Pipe()
        self._ends.append(ours)
        process = _FORK.Process(target=_serve, args=(target, theirs, self._ends), daemon=True)
        process.start()
        theirs.close()
        self._children.append(process)
        return ours


class Runner:
    """Runs the command line, one run after the other.

    Args:
        end: of the pipe to the process that forks them.
    """

    def __init__(self, end: Connection) -> None:
        self._runs = end

    def begin(self, order: Order) -> int:
        """Start a run; return its process id."""
        self._runs.send(order)
        pid: int = self._runs.recv()
        return pid

    def wait(self) -> None:
        """Wait until the run has ended; its process id stays its own until ``end``."""
        self._runs.recv()

    def end(self) -> Ended:
        """Let the process go, and say how it ended."""
        self._runs.send(None)
        status: int = self._runs.recv()
        return Ended(os.waitstatus_to_exitcode(status))


def _serve(
    target: Callable[[Connection], None], end: Connection, inherited: Sequence[Connection]
) -> None:
    """Be one of the processes, and end with the one that started them, however that ends."""
    for other in inherited:
        other.close()
    with contextlib.suppress(EOFError, BrokenPipeError):
        target(end)


def _serve_moto(end: Connection) -> None:
    # Moto lists its own folder twice a call, which is a third of what a call takes.
    modules = tuple(list_of_moto_modules())
    mock.patch("moto.backends.list_of_moto_modules", return_value=modules).start()
    with embedded_aws() as settings:
        end.send(settings.endpoint_url)
        while True:
            end.send(_look(*end.recv()))


def _look(regions: Sequence[str], layers: Sequence[str]) -> Having:
    """What moto has, without a call over HTTP for each version."""
    from moto.awslambda.models import lambda_backends

    return {
        (region, layer): tuple(map(_seen, backend.list_layer_versions(layer)))
        for region in regions
        for backend in [lambda_backends[_ACCOUNT][region]]
        for layer in layers
    }


def _seen(version: Any) -> Seen:
    """A version of moto's; everybody may use it where some statement says so."""
    wanted = ("Allow", "*", "lambda:GetLayerVersion")
    statements = (
        (each["Effect"], each["Principal"], each["Action"]) for each in version.policy.statements
    )
    return Seen(version.version, version.code_sha_256, public=wanted in statements)


def _serve_runs(end: Connection) -> None:
    command = _preload()
    while True:
        order: Order = end.recv()
        pid = os.fork()
        if not pid:
            _run(command, order)
        end.send(pid)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        end.send(None)
        end.recv()
        end.send(os.waitpid(pid, 0)[1])


def _preload() -> Callable[..., object]:
    """Import all that a command may import, so that its fork has it."""
    for module in pkgutil.walk_packages(layerfactory.__path__, "layerfactory."):
        if "guest" not in module.name and "__main__" not in module.name:
            importlib.import_module(module.name)
    for name in _ALSO:
        importlib.import_module(name)
    from layerfactory.cli.app import app

    command = typer.main.get_command(app)
    _read_models()
    gc.freeze()
    return command


def _read_models() -> None:
    """Let each fork have what boto3 reads of a service's model, instead of parsing it anew."""
    load = cache(JSONFileLoader().load_file)
    mock.patch.object(JSONFileLoader, "load_file", lambda _, path: load(path)).start()
    for service in ("lambda", "s3", "sts"):
        boto3.client(service, "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def _run(command: Callable[..., object], order: Order) -> NoReturn:
    """Be the command line, and end as it does."""
    code = 1
    try:
        _redirect(order)
        _hurry(order)
        command(list(order.words), prog_name="layerfactory")
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    finally:
        # What nobody caught is shown, as the interpreter would.
        if (broken := sys.exception()) is not None:
            traceback.print_exception(broken)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(order: Order) -> None:
    for path, number in ((order.out, 1), (order.err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.env)


def _hurry(order: Order) -> None:
    """Shorter waits than a user's, and a lower limit of direct uploads; the rest is as shipped."""
    from layerfactory.data.runtimes import limits
    from layerfactory.publish.aws import session
    from layerfactory.publish.aws.calls import RetryPolicy

    class Hasty(RetryPolicy):
        def _wait(self, state: RetryCallState) -> float:
            return super()._wait(state) / _FASTER

    mock.patch.multiple(session, _READ_SECONDS=order.read_seconds, RetryPolicy=Hasty).start()
    if order.direct_upload_bytes:
        lower = replace(limits(), direct_upload_bytes=order.direct_upload_bytes)
        mock.patch("layerfactory.publish.metadata.limits", return_value=lower).start()
