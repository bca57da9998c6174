"""Tar archives on their way into and out of a container. Regular files and folders only."""

from __future__ import annotations

import io
import shutil
import tarfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from layerfactory.errors import BuildError, DockerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from _typeshed import WriteableBuffer

_CHUNK = 1 << 20


def pack_files(files: Mapping[str, bytes], output: IO[bytes]) -> None:
    """Write files, given by path and content, readable by everyone."""
    with tarfile.open(fileobj=output, mode="w") as tar:
        for name, content in files.items():
            member = _owned_by_root(tarfile.TarInfo(name))
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def pack_tree(
    folder: Path, output: IO[bytes], *, writable: bool, names: Iterable[str] | None = None
) -> None:
    """Write a folder's content, owned by root.

    Args:
        folder: whose content it is.
        output: receives the tar.
        writable: leave write permission to the owner; else take it from everybody.
        names: only these files, relative to the folder; None for all.
    """
    paths = sorted(folder.rglob("*")) if names is None else [folder / name for name in names]
    with tarfile.open(fileobj=output, mode="w") as tar:
        for path in paths:
            tar.add(
                path,
                arcname=path.relative_to(folder).as_posix(),
                recursive=False,
                filter=_owned_by_root if writable else _read_only,
            )


def unpack(
    chunks: Iterable[bytes], folder: Path, select: Callable[[str], bool] | None = None
) -> int:
    """Unpack what Docker's archive of one folder holds, without that folder's own name.

    Args:
        chunks: the tar, in pieces.
        folder: receives the content; made if it is not there.
        select: which files to keep, by path relative to the folder; None for all.

    Returns:
        How many files were written.

    Raises:
        BuildError: the archive holds a link or a path that leads out of the folder.
        DockerError: the archive is cut short.
    """
    count = 0
    folder.mkdir(parents=True, exist_ok=True)
    source = io.BufferedReader(_Chunks(iter(chunks)), _CHUNK)
    with _whole(), tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            name = _inside(member.name)
            if member.isdir():
                continue
            if not member.isreg():
                raise BuildError(f"{member.name}: a link or device where a file is expected")
            if select is None or select(name):
                _write(tar, member, folder / name)
                count += 1
    return count


def read_single(chunks: Iterable[bytes]) -> bytes:
    """The content of the one file that Docker's archive holds; raises DockerError."""
    with _whole(), tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
        member = tar.extractfile(tar.getmembers()[0])
        return member.read() if member else b""


@contextmanager
def _whole() -> Iterator[None]:
    """A daemon that is stopped may end an archive midway, yet in good order."""
    try:
        yield
    except tarfile.TarError as error:
        raise DockerError(
            f"Docker's archive is cut short ({error})",
            "See whether the daemon runs (`docker info`) and run the same command again.",
        ) from None


def _inside(name: str) -> str:
    parts = PurePosixPath(name).parts[1:]
    if ".." in parts or name.startswith("/"):
        raise BuildError(f"{name}: an archive's path that leads out of its folder")
    return "/".join(parts)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    source = tar.extractfile(member)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        if source is not None:
            shutil.copyfileobj(source, target, _CHUNK)
    path.chmod(0o644 | (member.mode & 0o111))


def _owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode |= 0o444
    return member


def _read_only(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member = _owned_by_root(member)
    member.mode &= ~0o222
    return member


class _Chunks(io.RawIOBase):
    """An iterator of bytes as something to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        while not self._rest:
            following = next(self._chunks, None)
            if following is None:
                return 0
            self._rest = following
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
