"""A new entry of matrix.yaml, as a person would write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.watch.lists import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layerfactory.data.runtimes import Architecture

_RELEASES = "  scikit-learn: "


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that is to be written."""

    python: str
    releases: tuple[str, ...]
    """Oldest first."""
    architectures: tuple[Architecture, ...]
    extras: tuple[str, ...]


def entry_lines(entry: NewEntry, indent: str, usual: Iterable[Architecture]) -> Iterator[str]:
    """The lines of an entry, without their breaks.

    Args:
        entry: what it stands for.
        indent: before its dash.
        usual: the architectures of entries that name none.
    """
    yield f'{indent}- python: "{entry.python}"'
    yield from _release_lines(entry.releases, indent + _RELEASES)
    if set(entry.architectures) != set(usual):
        yield f"{indent}  architectures: {_one_or_more(entry.architectures)}"
    if entry.extras:
        yield f"{indent}  extras: {_one_or_more(entry.extras)}"


def _release_lines(releases: tuple[str, ...], key: str) -> Iterator[str]:
    if len(releases) == 1:
        yield f'{key}"{releases[0]}"'
        return
    line = f"{key}["
    for place, release in enumerate(releases):
        last = place == len(releases) - 1
        piece = f'"{release}"' + ("]" if last else ",")
        if place and len(line) + 1 + len(piece) > WIDTH:
            yield line
            line = " " * (len(key) + 1) + piece
        else:
            line += f" {piece}" if place else piece
    yield line


def _one_or_more(names: Iterable[str]) -> str:
    words = list(map(str, names))
    return words[0] if len(words) == 1 else f"[{', '.join(words)}]"
