"""Hashes code, so that what other code has seen or judged is told from what this one would."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable


def sources_sha256(*folders: Traversable) -> str:
    """Of every Python and YAML file in the folders and below, by its path and content; hex."""
    digest = hashlib.sha256()
    for folder in folders:
        for name, content in sorted(_sources(folder, folder.name)):
            digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, name)
        elif entry.name.endswith((".py", ".yaml")):
            yield name, entry.read_bytes()
