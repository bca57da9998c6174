"""Where layers lie on disk, and how two runs keep out of each other's way."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.cache.hashes import file_sha256
from layerfactory.build.cache.store import FORGETFUL
from layerfactory.build.files import disk_faults
from layerfactory.build.layer import Layer, Manifest
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from filelock import BaseFileLock

    from layerfactory.build.cache.store import Cache
    from layerfactory.matrix.cell import Cell

# Seconds; a build of one cell takes under ten, a slow index a few minutes.
_PATIENCE = 1800.0


def zip_path(output: Path, cell: Cell) -> Path:
    """Where the zip of a cell lies; its manifest lies beside it."""
    return output / f"{cell.identifier}.zip"


def load_layer(output: Path, cell: Cell, cache: Cache = FORGETFUL) -> Layer | None:
    """The layer of a cell as it lies on disk; None where zip, manifest and cell do not agree.

    Args:
        output: where it lies.
        cell: what it is of.
        cache: spares reading a zip that is untouched since it was last read.
    """
    layer = find_layer(output, cell)
    if layer is None:
        return None
    try:
        sha256 = file_sha256(layer.zip, cache)
    except OSError:
        return None
    return layer if layer.manifest.sha256 == sha256 else None


def find_layer(output: Path, cell: Cell) -> Layer | None:
    """The layer of a cell as its manifest has it; None where there is none for a zip of its size.

    The zip itself is not read, so that hundreds are found in a moment: enough to tell of them, too
    little to publish them.
    """
    path = zip_path(output, cell)
    manifest = read_manifest(path.with_suffix(".json"))
    try:
        size = path.stat().st_size
    except OSError:
        return None
    if manifest is None or (manifest.zipped_bytes, manifest.cell) != (size, cell.identifier):
        return None
    return Layer(cell, path, manifest)


def read_manifest(path: Path) -> Manifest | None:
    """A manifest as it lies on disk; None where the file is none."""
    try:
        return Manifest.from_json(json.loads(path.read_text(encoding="utf-8")), path)
    except (OSError, ValueError, BuildError):
        return None


@contextmanager
def alone(output: Path, cell: Cell, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold a cell against other runs that build into the same folder.

    What a killed run left of the cell is removed.

    Raises:
        BuildError: the folder cannot be written, or the other run does not end.
    """
    from filelock import FileLock

    with disk_faults(output):
        output.mkdir(parents=True, exist_ok=True)
        lock = FileLock(output / f".{cell.identifier}.lock")
        _acquire(lock, progress)
    try:
        _sweep(output, cell)
        yield
    finally:
        # Once more: uv or a compiler of a killed run may have outlived it for some seconds.
        _sweep(output, cell)
        lock.release()


def _acquire(lock: BaseFileLock, progress: Callable[[str], None]) -> None:
    from filelock import Timeout

    try:
        lock.acquire(blocking=False)
    except Timeout:
        progress("waiting for another build")
    else:
        return
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout:
        raise BuildError(
            f"{lock.lock_file}: another build has held it for {_PATIENCE / 60:.0f} minutes",
            "End that build, then run again.",
        ) from None


def _sweep(output: Path, cell: Cell) -> None:
    """Remove folders of ``workspace`` and unfinished files of ``replacing``."""
    # The folder may hold hundreds of cells: it is read once.
    for path in output.glob(f".{cell.identifier}.*"):
        rest = path.name.removeprefix(f".{cell.identifier}.")
        if rest.startswith("work-"):
            shutil.rmtree(path, ignore_errors=True)
        elif rest.startswith(("zip.", "json.")):
            path.unlink(missing_ok=True)


@contextmanager
def workspace(output: Path, cell: Cell) -> Iterator[Path]:
    """A folder for the install, gone at the end.

    Only for a run that holds the cell (see ``alone``). Its name is new each time: a compiler that
    outlives a killed run must not write into the next one's folder.
    """
    with disk_faults(output):
        folder = Path(tempfile.mkdtemp(prefix=f".{cell.identifier}.work-", dir=output))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
