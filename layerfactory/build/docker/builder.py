"""Builds inside the Lambda build image: its pip unpacks, its Python compiles."""

from __future__ import annotations

import itertools
import json
import re
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Self

from layerfactory.build.compiling import COMPILE_SCRIPT, steps_json
from layerfactory.build.docker.containers import Container, Network
from layerfactory.build.docker.host_settings import CA_BUNDLE
from layerfactory.build.docker.images import Image, ensure_image
from layerfactory.build.docker.pip_config import read_host_settings
from layerfactory.build.docker.pip_failures import pip_failure
from layerfactory.errors import BuildError, DockerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from layerfactory.build.builder import CompileStep
    from layerfactory.build.docker.host_settings import HostSettings
    from layerfactory.build.locks.lock import Lock
    from layerfactory.build.processes import Completed
    from layerfactory.matrix.cell import Cell

_HOME = "/layerfactory"
_PIP = f"{_HOME}/pip"
_ASK = (
    "import json, platform, sys; print(json.dumps([sys.implementation.name, "
    "'%d.%d.%d' % sys.version_info[:3], platform.machine()]))"
)
# Earlier ones do not know the wheels of today (manylinux_2_17) or look past the hashes when they
# choose. 21.3.1 is the last that runs on Python 3.6.
_OLDEST_PIP = (20, 3)
_PIP_LOCK = (
    "pip==21.3.1 --hash=sha256:deaf32dcd9ab821e359cd8330786bcd077604b5c5730c0b096eda46f95c24a2d\n"
)
_PIP_MANNERS = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_PROGRESS_BAR": "off",
    "PIP_ROOT_USER_ACTION": "ignore",
}


# What Pythons said of themselves: by the image's id, and which Python was asked.
_KNOWN: dict[tuple[str, str], str] = {}


class DockerBuilder:
    """The builder for one cell, in one container: it lives as long as the ``with`` block.

    It starts with the first thing to do in it. Threads may use it side by side.
    """

    name = "docker"

    def __init__(
        self,
        cell: Cell,
        *,
        jobs: int,
        image: str = "",
        settings: HostSettings | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare to build; nothing happens before the ``with`` block.

        Args:
            cell: what is built.
            jobs: how many processes compile at once.
            image: in place of the runtime's own build image.
            settings: of the host, for the container; by default read from this one.
            progress: called with a line while the image is pulled.
        """
        self._cell = cell
        self._jobs = jobs
        self._settings = settings if settings is not None else read_host_settings()
        self._python = f"python{cell.python}"
        self._image_name = image or cell.runtime.build_image
        self._progress = progress
        self._mutex = RLock()
        self._tasks = itertools.count()
        self._container: Container | None = None
        self._newer_pip: str | None = None

    def __enter__(self) -> Self:
        """See that the image is here and that its Python is the cell's.

        Raises:
            DockerError: there is no daemon or no such image.
            BuildError: the image has no such Python.
        """
        self._image: Image = ensure_image(self._image_name, self._cell.architecture, self._progress)
        self._key = self._image.id, self._python
        if self._key not in _KNOWN:
            try:
                _KNOWN[self._key] = self._ask_interpreter()
            except BaseException:
                self._close()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the container, if there is one."""
        self._close()

    @property
    def image(self) -> str:
        """Name and digest of the image."""
        return self._image.reference

    @property
    def interpreter(self) -> str:
        """The full version of the image's Python, such as ``3.12.1``."""
        return _KNOWN[self._key]

    def install(self, lock: Lock, tree: Path) -> None:
        """Unpack the lock's wheels into ``tree`` with the image's pip.

        Raises:
            LockError: a file on the index is not the one that was locked.
            BuildError: a wheel cannot be had or unpacked.
        """
        pip, place = self._pip_folder(lock), self._place()
        done = self._pip_install(lock.requirements(), place, pip)
        self._require_success(done, lock, place)
        self._running.get_tree(f"{place}/tree", tree)
        self._running.exec(["rm", "-rf", place])

    def forget(self, names: Sequence[str]) -> None:
        """Nothing is cached: each container starts empty."""

    def compile(self, tree: Path, steps: Sequence[CompileStep]) -> tuple[str, ...]:
        """Compile into the tree with the image's Python.

        Raises:
            BuildError: the interpreter fails.
        """
        container, place = self._running, self._place()
        script = files("layerfactory.build.guest").joinpath(COMPILE_SCRIPT)
        sources, result = f"{place}/sources", f"{place}/result.json"
        container.put_tree(tree, sources, names=[step.source for step in steps])
        container.put_files(
            {COMPILE_SCRIPT: script.read_bytes(), "steps.json": steps_json(steps).encode()}, place
        )
        argv = [self._python, "-I", "-S", f"{place}/{COMPILE_SCRIPT}", sources]
        argv += [f"{place}/steps.json", result, "--jobs", str(self._jobs)]
        done = container.exec(argv, env={"LC_ALL": "C"})
        if done.returncode != 0:
            raise BuildError(
                f"{self._cell}: Python {self.interpreter} in {self._image_name} cannot compile:\n"
                f"{done.tail}"
            )
        targets = {step.target for step in steps}
        container.get_tree(sources, tree, targets.__contains__)
        failed = tuple(json.loads(container.get_file(result))["failed"])
        container.exec(["rm", "-rf", place])
        return failed

    @property
    def _running(self) -> Container:
        """The container, started where it is not yet; raises DockerError."""
        with self._mutex:
            if self._container is None:
                container = Container(
                    self._image_name,
                    architecture=self._cell.architecture,
                    network=Network.HOST if self._settings.host_network else Network.DEFAULT,
                    purpose=self._cell.identifier,
                    progress=self._progress,
                )
                self._container = container.__enter__()
                self._put_certificates(container)
            return self._container

    def _close(self) -> None:
        with self._mutex:
            if self._container is not None:
                self._container.__exit__(None, None, None)
                self._container = None

    def _place(self) -> str:
        """A folder of the container for one task; parts are made side by side."""
        return f"{_HOME}/{next(self._tasks)}"

    def _ask_interpreter(self) -> str:
        done = self._running.exec([self._python, "-I", "-S", "-c", _ASK])
        if done.returncode != 0:
            raise BuildError(
                f"{self._cell}: the image {self._image_name} has no working {self._python}:\n"
                f"{done.tail}",
                f"Choose a build image of Python {self._cell.python} "
                "(`--image`, or `images:` in matrix.yaml).",
            )
        implementation, version, machine = json.loads(done.stdout)
        wanted = ("cpython", self._cell.python, self._cell.architecture.machine)
        found = (implementation, version.rpartition(".")[0], machine)
        if found != wanted:
            raise BuildError(
                f"{self._cell}: the Python of the image {self._image_name} is {implementation} "
                f"{version} on {machine}, not {' '.join(wanted)}",
                "Choose another image (`--image`, or `images:` in matrix.yaml).",
            )
        return str(version)

    def _put_certificates(self, container: Container) -> None:
        if self._settings.ca_bundle:
            folder, _, name = CA_BUNDLE.rpartition("/")
            content = Path(self._settings.ca_bundle).read_bytes()
            container.put_files({name: content}, folder)

    def _pip_folder(self, lock: Lock) -> str:
        """A folder with a newer pip, where the image's own is too old; else nothing."""
        with self._mutex:
            if self._newer_pip is None:
                self._newer_pip = self._ensure_pip(lock)
            return self._newer_pip

    def _ensure_pip(self, lock: Lock) -> str:
        done = self._running.exec([self._python, "-m", "pip", "--version"])
        version = re.match(r"pip (\d+)\.(\d+)", done.stdout)
        if done.returncode != 0 or version is None:
            raise BuildError(
                f"{self._cell}: {self._python} in {self._image_name} has no pip:\n{done.tail}",
                "Choose a build image (`--image`, or `images:` in matrix.yaml): those that only "
                "run functions need not have pip.",
            )
        if (int(version[1]), int(version[2])) >= _OLDEST_PIP:
            return ""
        place = self._place()
        done = self._pip_install(_PIP_LOCK, place, "")
        self._require_success(done, lock, place)
        return f"{place}/tree"

    def _pip_install(self, requirements: str, place: str, pip_folder: str) -> Completed:
        self._running.put_files({"requirements.txt": requirements.encode()}, place)
        argv = [self._python, "-m", "pip", "install", "--target", f"{place}/tree"]
        argv += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"]
        # Not as PIP_NO_CACHE_DIR, on which pip 18 and 19 die.
        argv += ["--no-cache-dir"]
        argv += ["--log", f"{place}/pip.log", "-r", f"{place}/requirements.txt"]
        env = {**self._settings.environment, **_PIP_MANNERS}
        if pip_folder:
            env["PYTHONPATH"] = pip_folder
        return self._running.exec(argv, env=env)

    def _require_success(self, done: Completed, lock: Lock, place: str) -> None:
        if done.returncode == 0:
            return
        log = ""
        with suppress(DockerError):  # pip may have died before it began one
            log = self._running.get_file(f"{place}/pip.log").decode(errors="replace")
        raise pip_failure(lock, self._image_name, f"{done.stdout}\n{done.stderr}", log)
