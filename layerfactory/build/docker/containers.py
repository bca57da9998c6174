"""A container as a context manager with a narrow door: put, exec, get.

Files go through archives, never through bind mounts, so that a remote daemon serves as well.
"""

from __future__ import annotations

import tempfile
import uuid
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self

from layerfactory.build.docker import leftovers
from layerfactory.build.docker.archives import pack_files, pack_tree, read_single, unpack
from layerfactory.build.docker.daemon import connect, disk_full, docker_faults, is_disk_full
from layerfactory.build.docker.images import Image, ensure_image
from layerfactory.build.files import disk_faults
from layerfactory.build.processes import Completed
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import DockerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import IO

# Seconds after which a container ends by itself, if nobody is left to end it.
LIFETIME = 3600
NOBODY = "65534:65534"
_KILLED = 137
# Archives up to this many bytes stay in memory.
_SPOOL = 1 << 24


class Network(StrEnum):
    """What a container can reach."""

    DEFAULT = "default"
    NONE = "none"
    HOST = "host"
    """The host's own network: for a proxy or an index on the host's localhost."""


class Container:
    """A running container of one image; it is removed when the ``with`` block ends.

    Whatever ends the block (an exception, Ctrl-C, SIGTERM), the container goes.
    """

    def __init__(
        self,
        image: str,
        *,
        architecture: Architecture = Architecture.X86_64,
        network: Network = Network.DEFAULT,
        purpose: str = "",
        progress: Callable[[str], None] | None = None,
    ) -> None:
        """Describe the container; nothing happens before the ``with`` block.

        Args:
            image: name of the image, pulled if it is not at the daemon.
            architecture: of the image.
            network: what it can reach.
            purpose: what it is for, such as a cell's identifier; shown by ``docker ps``.
            progress: called with a line while the image is pulled.
        """
        self._image_name = image
        self._architecture = architecture
        self._network = network
        self._purpose = purpose
        self._progress = progress
        self._name = f"layerfactory-{uuid.uuid4().hex[:12]}"

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            DockerError: no daemon, no such image, or it does not start.
        """
        leftovers.sweep()
        self.image: Image = ensure_image(self._image_name, self._architecture, self._progress)
        self._client = connect()
        try:
            leftovers.watch(self._name)
            self._start()
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
        """Remove it. A daemon that is gone cannot be asked; the sweep will see to it."""
        self._close()

    @property
    def image_digest(self) -> str:
        """Name and digest of the image."""
        return self.image.reference

    def exec(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        user: str = "0:0",
        cwd: str = "/",
        timeout: float | None = None,
    ) -> Completed:
        """Run a program inside to its end; its exit code is the caller's to judge.

        Args:
            argv: the program and its arguments; never a shell.
            env: variables beside the image's own.
            user: who runs it; see NOBODY.
            cwd: the folder to run in.
            timeout: seconds after which it is killed, and the container with it.

        Raises:
            DockerError: the daemon or the container went away, or it took too long.
        """
        doing = f"running {argv[0]} in {self._image_name}"
        with docker_faults(doing), leftovers.deadline(self._name, timeout, doing):
            code, stdout, stderr = self._exec(list(argv), dict(env or {}), user, cwd)
        if code is None:
            raise DockerError(
                f"{doing}: the container ended before its work",
                "Run the same command again; if it stays so, look into the daemon's log.",
            )
        if code != 0 and is_disk_full(stdout + stderr):
            raise disk_full(doing)
        return Completed(tuple(argv), code, stdout, stderr)

    def put_files(self, files: Mapping[str, bytes], target: str) -> None:
        """Write files, by path relative to the folder ``target``; raises DockerError."""
        with self._putting(target) as archive:
            pack_files(files, archive)

    def put_tree(
        self,
        folder: Path,
        target: str,
        *,
        writable: bool = True,
        names: Iterable[str] | None = None,
    ) -> None:
        """Copy a folder's content into the folder ``target``, owned by root.

        Args:
            folder: on the host.
            target: in the container; made if it is not there.
            writable: else nobody may write to any file or folder in it.
            names: only these files, relative to ``folder``.

        Raises:
            DockerError: the daemon refuses, or its disk is full.
        """
        with self._putting(target) as archive:
            pack_tree(folder, archive, writable=writable, names=names)

    def get_tree(
        self, source: str, folder: Path, select: Callable[[str], bool] | None = None
    ) -> int:
        """Copy the content of a folder in the container into one on the host.

        Args:
            source: in the container.
            folder: on the host; made if it is not there.
            select: which files, by path relative to ``source``; None for all.

        Returns:
            How many files came.

        Raises:
            DockerError: the daemon refuses, or goes away midway.
            BuildError: the host's folder cannot be written.
        """
        with disk_faults(folder):
            return unpack(self._fetch(source), folder, select)

    def get_file(self, source: str) -> bytes:
        """The content of one small file in the container; raises DockerError."""
        return read_single(self._fetch(source))

    def commit(self, name: str, settings: Mapping[str, object], labels: Mapping[str, str]) -> None:
        """Make an image of the container as it is.

        Args:
            name: of the image, with its tag.
            settings: the image's configuration as Docker names it: ``Entrypoint``, ``Env``.
            labels: of the image.

        Raises:
            DockerError: the daemon refuses.
        """
        repository, _, tag = name.rpartition(":")
        conf = {**settings, "Labels": {**leftovers.no_labels(), **labels}}
        with docker_faults(f"making the image {name}"):
            self._client.api.commit(self._name, repository, tag, conf=conf)

    def _start(self) -> None:
        api = self._client.api
        with docker_faults(f"starting {self._image_name}"):
            api.create_container(
                # By its id: with images of two architectures the name moves from one to the other.
                self.image.id,
                name=self._name,
                entrypoint=["sleep"],
                command=[str(LIFETIME)],
                user="0:0",
                labels=leftovers.labels(self._purpose),
                host_config=api.create_host_config(
                    auto_remove=True, network_mode=str(self._network)
                ),
                use_config_proxy=self._network is not Network.NONE,
            )
            api.start(self._name)

    def _fetch(self, source: str) -> Iterator[bytes]:
        """Docker's archive of a path, in pieces.

        A connection that breaks is an OSError too: it is told of here, where the pieces come from,
        lest it be taken for a fault of the disk to which they go.
        """
        with docker_faults(f"fetching {source}"):
            chunks, _about = self._client.api.get_archive(self._name, source)
            yield from chunks

    def _close(self) -> None:
        with suppress(DockerError):
            leftovers.remove(self._name)
        self._client.close()

    def _exec(
        self, argv: list[str], env: dict[str, str], user: str, cwd: str
    ) -> tuple[int | None, str, str]:
        api = self._client.api
        job = api.exec_create(self._name, argv, environment=env, user=user, workdir=cwd)["Id"]
        stdout, stderr = api.exec_start(job, demux=True)
        code = api.exec_inspect(job)["ExitCode"]
        if code == _KILLED and self._has_ended():
            code = None
        return code, *((text or b"").decode(errors="replace") for text in (stdout, stderr))

    def _has_ended(self) -> bool:
        """Whether nothing can run in it: its state still says so for a moment after its end."""
        api = self._client.api
        with suppress(DockerError), docker_faults("asking"):
            job = api.exec_create(self._name, ["true"])["Id"]
            api.exec_start(job)
            return bool(api.exec_inspect(job)["ExitCode"] != 0)
        return True

    @contextmanager
    def _putting(self, target: str) -> Iterator[IO[bytes]]:
        """An archive to write to, which is then unpacked in ``target``."""
        made = self.exec(["mkdir", "-p", target])
        if made.returncode != 0:
            raise DockerError(f"{target}: cannot be made in {self._image_name}:\n{made.tail}")
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as archive:
            yield archive
            archive.seek(0)
            with docker_faults(f"copying into {PurePosixPath(target)}"):
                self._client.api.put_archive(self._name, target, archive)
