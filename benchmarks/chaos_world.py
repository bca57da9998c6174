"""One AWS behind a fault proxy, a folder of layers, and the command line that publishes them."""

from __future__ import annotations

import csv
import http.client
import json
import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from chaos_checks import Having, Listed, read_entries, read_listed
from chaos_plan import READ_SECONDS, REGIONS, AtCall, AtTime, Verb, Weather
from chaos_processes import Order, Processes
from chaos_workshop import LIMIT, make_workshop
from fault_proxy import FaultProxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from chaos_plan import Dead, Run, Scenario
    from chaos_processes import Ended
    from fault_proxy import Exchange

_PATIENT_SECONDS = 60.0
"""How long the client waits for an answer in fair weather."""
_TOO_LONG = 120.0
"""Seconds after which a run hangs, and is ended."""
_JOBS = "4"
_KEYS = ("chaos", "rival")
"""The access keys of a command, and of one beside it."""
_KEPT = ("PATH", "LANG", "TMPDIR", "PYENV_ROOT", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one command."""

    verb: Verb
    ended: Ended
    out: str
    err: str
    hung: bool

    @property
    def code(self) -> int:
        """The exit code."""
        return self.ended.code

    @property
    def killed(self) -> bool:
        """It did not end by itself."""
        return self.ended.killed


@dataclass(frozen=True, slots=True)
class _Task:
    """What a command is to do."""

    verb: Verb
    read_seconds: float
    regions: tuple[str, ...] = REGIONS
    build: str = "new"


class World:
    """Everything that a seed is played in; one at a time.

    Args:
        folder: an empty one, for all that is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes = Processes()
        self.workshop = make_workshop(folder, REGIONS)
        self.large = False
        self.catalog = folder / "seed" / "layers.csv"

    def __enter__(self) -> Self:
        self._processes.__enter__()  # before there are threads
        self.proxy = FaultProxy(self._processes.moto_url, strict=True).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.proxy.__exit__(None, None, None)
        self._processes.__exit__()

    def begin(self, *, page_length: int, large: bool) -> None:
        """An empty AWS, and no index."""
        self._empty()
        self.proxy.forget()
        self.proxy.page_length = page_length
        self.large = large
        shutil.rmtree(self.catalog.parent, ignore_errors=True)
        self.catalog.parent.mkdir()

    def run(self, run: Run, scenario: Scenario, dead: Dead | None) -> tuple[Done, ...]:
        """One command while faults are about, or two of them side by side."""
        aim = run.aim if isinstance(run.aim, AtCall) else None
        self.proxy.weather = Weather(scenario.seed, run.severity, dead, aim)
        seconds = run.aim.seconds if isinstance(run.aim, AtTime) else _TOO_LONG
        task = _Task(run.verb, READ_SECONDS)
        if run.rival is None:
            return (self._command(task, seconds),)
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(self._command_later, task, run.rival)
            return self._command(task, seconds), other.result()

    def run_calmly(
        self,
        verb: Verb,
        dead: Dead | None = None,
        regions: Sequence[str] = REGIONS,
        build: str = "new",
    ) -> Done:
        """One command without faults, but for a region that is gone."""
        self.proxy.weather = Weather(0, 0.0, dead)
        return self._command(_Task(verb, _PATIENT_SECONDS, tuple(regions), build), _TOO_LONG)

    def having(self, regions: Sequence[str] = REGIONS) -> Having:
        """What AWS has, asked behind the proxy's back."""
        return self._processes.look(regions, tuple(self.workshop.new))

    def listed(self) -> tuple[Listed, ...]:
        """The rows of the index; none where there is no file."""
        if not self.catalog.exists():
            return ()
        with self.catalog.open(encoding="utf-8", newline="") as file:
            return read_listed(csv.DictReader(file))

    def entries(self) -> tuple[Listed, ...]:
        """The same out of layers.json."""
        path = self.catalog.with_suffix(".json")
        return read_entries(json.loads(path.read_bytes())) if path.exists() else ()

    def _command_later(self, task: _Task, seconds: float) -> Done:
        """The same command again, beside the other one; this one is not killed."""
        time.sleep(seconds)
        return self._command(task, _TOO_LONG, rival=True)

    def _command(self, task: _Task, patience: float, *, rival: bool = False) -> Done:
        """Run a command to its end, which comes after ``patience`` seconds at the latest."""
        order = self._order(task, rival=rival)
        runner = self._processes.runners[rival]
        first = len(self.proxy.exchanges)
        victim = _Victim(runner.begin(order))
        if not rival:
            self.proxy.kill = victim.kill
        with _after(patience, victim.kill) as fired:
            runner.wait()
        victim.spare()
        ended = runner.end()
        _unhear(self.proxy.exchanges[first:], _KEYS[rival], victim.killed_at)
        hung = fired.is_set() and patience == _TOO_LONG
        return Done(task.verb, ended, _text(order.out), _text(order.err), hung)

    def _order(self, task: _Task, *, rival: bool) -> Order:
        words = [str(task.verb), "--output", task.build, "--jobs", _JOBS, "--json"]
        words += [word for region in task.regions for word in ("--region", region)]
        if task.verb is not Verb.PUBLISH:
            words += ["--catalog", str(self.catalog)]
        if task.verb is Verb.RELEASE:
            words += ["--builder", "wheels"]
        return Order(
            words=tuple(words),
            env=self._environment(_KEYS[rival]),
            folder=self._folder,
            out=self._folder / f"stdout-{_KEYS[rival]}",
            err=self._folder / f"stderr-{_KEYS[rival]}",
            read_seconds=task.read_seconds,
            direct_upload_bytes=LIMIT if self.large else 0,
        )

    def _environment(self, key: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return kept | {
            "HOME": str(self._folder),
            "LAYERFACTORY_CACHE_DIR": str(self._folder / "cache"),
            "AWS_ENDPOINT_URL": self.proxy.url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": key,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _empty(self) -> None:
        connection = http.client.HTTPConnection(
            urlsplit(self._processes.moto_url).netloc, timeout=60
        )
        try:
            connection.request("POST", "/moto-api/reset")
            connection.getresponse().read()
        finally:
            connection.close()


class _Victim:
    """A process that may be killed for as long as its id is its own."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._lock = threading.Lock()
        self._spared = False
        self.killed_at = 0.0

    def kill(self) -> None:
        with self._lock:
            if not self._spared and not self.killed_at:
                self.killed_at = time.monotonic()
                os.kill(self._pid, signal.SIGKILL)

    def spare(self) -> None:
        with self._lock:
            self._spared = True


@contextmanager
def _after(seconds: float, action: Callable[[], None]) -> Iterator[threading.Event]:
    """Do something if the block takes too long; yields what tells whether it did."""
    fired = threading.Event()

    def fire() -> None:
        fired.set()
        action()

    timer = threading.Timer(seconds, fire)
    timer.start()
    try:
        yield fired
    finally:
        timer.cancel()
        timer.join()


def _unhear(exchanges: Sequence[Exchange], key: str, killed_at: float) -> None:
    """What was answered after the kill was heard by nobody."""
    for exchange in exchanges:
        if killed_at and exchange.call.key == key and exchange.heard >= killed_at:
            exchange.delivered = False


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
