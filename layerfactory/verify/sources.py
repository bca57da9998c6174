"""Hashes code, so that what other code has seen or judged is told from what this one would."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable


def sources_sha256(*places: Traversable) -> str:
    """Of files, and of every Python and YAML file below folders, by path and content; hex."""
    digest = hashlib.sha256()
    for place in places:
        for name, content in sorted(_sources(place, place.name)):
            digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _sources(place: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    if place.is_dir():
        for entry in place.iterdir():
            yield from _sources(entry, f"{path}/{entry.name}")
    elif path.endswith((".py", ".yaml")):
        yield path, place.read_bytes()
