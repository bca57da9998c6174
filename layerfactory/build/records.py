"""Reads what each wheel says it installed, and holds the install against it."""

from __future__ import annotations

import base64
import csv
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Distribution:
    """One installed wheel. Paths are relative to the tree, with ``/``."""

    name: str
    """Normalised: lower case, with hyphens."""
    version: str
    info: str
    """The folder of its metadata, ``numpy-2.5.3.dist-info``."""
    damaged: tuple[str, ...]
    """Files that are missing or not as RECORD has them."""


def read_distributions(tree: Path) -> tuple[Distribution, ...]:
    """Every distribution of an install, sorted by name; each file is hashed.

    Raises:
        BuildError: a distribution has no readable RECORD.
    """
    return tuple(sorted(map(_read, tree.glob("*.dist-info")), key=lambda found: found.name))


def _read(info: Path) -> Distribution:
    from packaging.utils import canonicalize_name

    name, _, version = info.name.removesuffix(".dist-info").partition("-")
    try:
        rows = list(_rows(info / "RECORD"))
    except (OSError, ValueError, csv.Error) as error:
        raise BuildError(
            f"{info.name}: its RECORD cannot be read: {error}",
            "Drop uv's cache (`uv cache clean`), and run again.",
        ) from None
    damaged = [path for path, digest in rows if not _intact(info.parent / path, digest)]
    metadata = f"{info.name}/METADATA"
    if metadata not in {path for path, _ in rows}:
        # A RECORD that was cut short: its last entries are those of its own folder.
        damaged.append(metadata)
    return Distribution(
        name=canonicalize_name(name),
        version=version,
        info=info.name,
        damaged=tuple(damaged),
    )


def _rows(record: Path) -> Iterator[tuple[str, str]]:
    """Path and digest of each entry, with paths out of the tree left aside (a script's)."""
    with record.open(newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            path, digest, _size = row
            if not path.startswith(("/", "../")):
                yield path, digest


def _intact(path: Path, digest: str) -> bool:
    """Whether a file has the digest that RECORD gives, as ``sha256=<urlsafe base64>``."""
    if not digest:
        return path.is_file()
    algorithm, _, expected = digest.partition("=")
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, algorithm).digest()
    except (OSError, ValueError):  # gone, or by an algorithm that nobody knows
        return False
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == expected
