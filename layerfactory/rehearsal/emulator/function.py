"""Runs a function as Lambda does: the real runtime client under the real emulator."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from layerfactory.build.docker.containers import NOBODY, Network
from layerfactory.build.processes import Running
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import BuildError
from layerfactory.rehearsal.emulator.tools import emulator_tools

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from layerfactory.matrix.cell import Cell
    from layerfactory.rehearsal.emulator.tools import Tools

_PORTS = range(20000, 32000)
"""Below those that the kernel gives to whoever asks for any."""
_CONTAINER_PORT = 8080
_HARNESS = "/layerfactory"
_TMP = "/tmp"  # noqa: S108 -- the container's own
_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Function:
    """What is deployed."""

    cell: Cell
    code: Path
    """The folder that is ``/var/task``."""
    layer: Path | None
    """The folder that is ``/opt``, with ``python`` inside; None for no layer."""
    handler: str
    environment: Mapping[str, str] = field(default_factory=dict)
    memory_mb: int = 1024
    timeout_seconds: int = 60

    def variables(self) -> dict[str, str]:
        """What Lambda puts into the environment, and then the function's own."""
        return {
            "AWS_DEFAULT_REGION": _REGION,
            "AWS_REGION": _REGION,
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(self.timeout_seconds),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.cell.runtime.name}",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            **self.environment,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invocation gave."""

    status: int
    """Of the emulator's own answer; 200 for a function that fails, too."""
    body: str
    seconds: float
    """From the request to the whole answer."""

    @property
    def value(self) -> Any:
        """The function's answer, or Lambda's words for its failure: ``errorType`` and more.

        Strictly read: what is no JSON by the standard raises ValueError.
        """
        return json.loads(self.body, parse_constant=_refuse)


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


class Emulation:
    """A function that can be invoked, one event at a time."""

    def __init__(self, running: Running, log: Path) -> None:
        """Speak to the harness in ``running``, whose log is ``log``."""
        self._running, self._log = running, log

    def invoke(self, event: Any) -> Answer:
        """Invoke it; the first invocation starts the runtime.

        Args:
            event: a value for JSON; bytes are sent as they are.

        Raises:
            BuildError: emulator or harness are gone.
        """
        text = event.decode() if isinstance(event, bytes) else json.dumps(event)
        return Answer(**self._ask({"event": text}))

    def runtime(self) -> dict[str, int]:
        """The runtime's process: ``pid``, and ``peak_bytes`` that it has held at most so far."""
        return dict(self._ask({"look": True}))

    def log(self) -> str:
        """All that runtime, handler and emulator have said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        answer = json.loads(self._running.ask(json.dumps(request)))
        if not isinstance(answer, dict):
            raise BuildError(f"the emulator's harness answers {answer!r}")
        return answer


class Place(Protocol):
    """Where a function runs."""

    def command(self, function: Function, tools: Tools, script: Path) -> list[str]:
        """The words that start the harness."""

    def environment(self, function: Function, tools: Tools, /) -> dict[str, str]:
        """The whole environment of those words."""


@dataclass(frozen=True, slots=True)
class Here:
    """The target's own Python on this machine, held back by nothing."""

    def command(self, function: Function, tools: Tools, script: Path) -> list[str]:
        """The harness under our own Python; raises InterpreterNotFoundError."""
        python = find_interpreter(function.cell.python).path
        harness = [sys.executable, "-I", "-S", str(script), str(tools.emulator), str(_free_port())]
        return [*harness, str(python), "-m", "awslambdaric", function.handler]

    def environment(self, function: Function, tools: Tools) -> dict[str, str]:
        """Nothing of ours but where programs are."""
        trees = [*([str(function.layer / "python")] if function.layer else []), str(tools.packages)]
        return {
            "PATH": os.defpath,
            "HOME": tempfile.gettempdir(),
            # Its folders are read-only on Lambda.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join(trees),
            "LAMBDA_TASK_ROOT": str(function.code),
            **function.variables(),
        }


@dataclass(frozen=True, slots=True)
class InContainer:
    """A container of the runtime's image or a stand-in; only ``/tmp`` can be written.

    The daemon must be on this machine: folders are mounted, and nothing of them can be written.
    """

    image: str
    memory_mb: int | None = None
    """As much, and no swap; None for all that there is."""
    cpus: float | None = None
    network: Network = Network.NONE

    def command(self, function: Function, tools: Tools, script: Path) -> list[str]:
        """The harness as the container's first process."""
        python = function.cell.runtime.name
        mounts = {
            function.code: "/var/task",
            tools.packages: "/var/runtime",
            tools.emulator: f"{_HARNESS}/emulator",
            script: f"{_HARNESS}/emulation.py",
            **({function.layer: "/opt"} if function.layer else {}),
        }
        words = ["docker", "run", "--rm", "--interactive", "--init", "--read-only"]
        words += ["--network", str(self.network), "--user", NOBODY, "--workdir", "/var/task"]
        words += ["--tmpfs", f"{_TMP}:size=512m,mode=1777"]
        words += [word for at, to in mounts.items() for word in ("--volume", f"{at}:{to}:ro")]
        words += self._limits()
        for name, value in self._variables(function).items():
            words += ["--env", f"{name}={value}"]
        port = _CONTAINER_PORT if self.network is Network.NONE else _free_port()
        words += ["--entrypoint", python, self.image, "-I", "-S", f"{_HARNESS}/emulation.py"]
        words += [f"{_HARNESS}/emulator", str(port)]
        return [*words, python, "-m", "awslambdaric", function.handler]

    def environment(self, _function: Function, _tools: Tools, /) -> dict[str, str]:
        """That of Docker's client; the function has its own."""
        return dict(os.environ)

    def _limits(self) -> list[str]:
        words = []
        if self.memory_mb is not None:
            words += [f"--memory={self.memory_mb}m", f"--memory-swap={self.memory_mb}m"]
        return [*words, f"--cpus={self.cpus}"] if self.cpus is not None else words

    def _variables(self, function: Function) -> dict[str, str]:
        return {
            "HOME": _TMP,
            "PYTHONPATH": "/opt/python:/var/runtime",
            "LAMBDA_TASK_ROOT": "/var/task",
            **function.variables(),
        }


@contextmanager
def emulated(function: Function, place: Place) -> Iterator[Emulation]:
    """Have a function ready for its first event, for the length of the block.

    Raises:
        InterpreterNotFoundError: its Python is not here.
        BuildError: Lambda's own parts cannot be had.
    """
    tools = emulator_tools(function.cell)
    harness = files("layerfactory.rehearsal").joinpath("guest/emulation.py")
    with ExitStack() as stack:
        script = stack.enter_context(as_file(harness))
        log = Path(stack.enter_context(tempfile.TemporaryDirectory()), "log")
        command = place.command(function, tools, script)
        environment = place.environment(function, tools)
        running = Running(command, log=log, env=environment, cwd=function.code)
        yield Emulation(stack.enter_context(running), log)


def _free_port() -> int:
    """A port of which nobody has it or the next one."""
    for _ in range(100):
        port = secrets.choice(_PORTS)
        try:
            with socket.create_server(("127.0.0.1", port)):
                socket.create_server(("127.0.0.1", port + 1)).close()
        except OSError:
            continue
        return port
    raise BuildError("no two ports are free on this machine")
