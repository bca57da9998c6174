"""Lays out the two trees that are tested: the untrimmed install, and the layer with its tests."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING

from layerfactory.build.files import disk_faults
from layerfactory.build.layer import ROOT
from layerfactory.build.wheels import uv
from layerfactory.verify.upstream.plan import missing_in

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from layerfactory.build.layer import Layer
    from layerfactory.build.locks.lock import Lock


def install_untrimmed(lock: Lock, folder: Path) -> Path:
    """Unpack a lock's wheels as they are; return the tree.

    Raises:
        LockError: a wheel is not the one that was locked.
        BuildError: the wheels cannot be had or unpacked.
    """
    tree = folder / "untrimmed" / "python"
    with disk_faults(folder):
        tree.mkdir(parents=True)
        uv.install(lock, tree, folder / "requirements.txt")
    return tree


def install_tools(lock: Lock, names: Collection[str], folder: Path) -> Path:
    """Unpack what runs the tests, of the lock's days; return the folder.

    Raises:
        BuildError: it cannot be had.
    """
    tools = folder / "tools"
    uv.install_beside(lock, names, tools, folder / "constraints.txt")
    return tools


def unpack_layer(layer: Layer, folder: Path) -> Path:
    """Unpack a layer that verification found whole; return its ``python/``."""
    place = folder / "layer"
    with disk_faults(place), zipfile.ZipFile(layer.zip) as archive:
        archive.extractall(place)
    return place / ROOT


def lay_over(tree: Path, source: Path, overlay: Sequence[str]) -> int:
    """Add the tests to a layer, as sources; nothing that it has is touched.

    Args:
        tree: the layer's ``python/``.
        source: the untrimmed install, on the same disk.
        overlay: what to take of it.

    Returns:
        How many files were added.
    """
    added = missing_in(overlay, set(file_names(tree)))
    with disk_faults(tree):
        for name in added:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(source / name, tree / name)
    return len(added)


def file_names(tree: Path) -> tuple[str, ...]:
    """Every file of a tree, relative, sorted."""
    files = (path for path in tree.rglob("*") if path.is_file())
    return tuple(sorted(path.relative_to(tree).as_posix() for path in files))
