"""Changes matrix.yaml in as few places as can be: comments, order and all else stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import Version
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from layerfactory.errors import MatrixError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.checks import matches
from layerfactory.matrix.lines import BOM, ended, last_line, line_break, lines_of
from layerfactory.matrix.load import parse_matrix
from layerfactory.watch.lists import can_take, with_value
from layerfactory.watch.written import NewEntry, entry_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from layerfactory.data.runtimes import Architecture
    from layerfactory.matrix.checks import Entry
    from layerfactory.matrix.load import Written

Place = tuple[str, "Architecture"]


def add_cells(text: str, source: str, cells: Iterable[Cell]) -> str:
    """The text of a matrix.yaml with these cells beside its own.

    A release goes into the lists of entries that stand for just the cells that are wanted; what no
    entry can take gets one of its own.

    Args:
        text: of the file, which is good.
        source: its name, for messages.
        cells: none of them is in it.

    Raises:
        MatrixError: the file is written in a way that only a person can change.
    """
    wanted = frozenset(cells)
    mark = BOM if text.startswith(BOM) else ""
    body = text[len(mark) :]
    before = parse_matrix(body, source)
    listed, alone = _share_out(before, wanted)
    for place in listed:
        body = _with_release(body, source, place)
    for entry in _new_entries(alone):
        body = _with_entry(body, source, entry)
    if _cells(body, source) != {plan.cell for plan in before.matrix.cells} | wanted:
        raise _unchangeable(source)
    return mark + body


def _cells(text: str, source: str) -> set[Cell]:
    """The cells of a text that was made here; none where it came out bad."""
    try:
        return {plan.cell for plan in parse_matrix(text, source).matrix.cells}
    except MatrixError:
        return set()


@dataclass(frozen=True, slots=True)
class _Listed:
    """A release that goes into the list of an entry."""

    entry: int
    version: str


def _share_out(written: Written, cells: frozenset[Cell]) -> tuple[list[_Listed], list[Cell]]:
    """Which release goes into which entry, and the cells that no entry can take."""
    listed: list[_Listed] = []
    alone: list[Cell] = []
    for version, extras in sorted(
        {(cell.scikit_learn, cell.extras) for cell in cells},
        key=lambda pair: (Version(pair[0]), pair[1]),
    ):
        left = {
            (cell.python, cell.architecture): cell
            for cell in cells
            if (cell.scikit_learn, cell.extras) == (version, extras)
        }
        for entry in _candidates(written, extras):
            places = _places(entry, version, written.settings.exclude)
            if places and places <= left.keys():
                listed.append(_Listed(entry.index, version))
                left = {place: cell for place, cell in left.items() if place not in places}
        alone += left.values()
    return listed, alone


def _candidates(written: Written, extras: tuple[str, ...]) -> list[Entry]:
    """The entries of a variant whose lists can take a release, the one with the newest first."""
    entries = _sequence(written)
    able = [
        entry
        for entry in written.entries
        if entry.cells[0].extras == extras and can_take(_releases_node(entries.value[entry.index]))
    ]

    def newest(entry: Entry) -> tuple[Version, int]:
        return max(Version(cell.scikit_learn) for cell in entry.cells), entry.index

    return sorted(able, key=newest, reverse=True)


def _places(entry: Entry, version: str, exclude: Iterable[str]) -> set[Place]:
    """The Pythons and architectures for which a release in this entry's list would stand."""
    found = (Cell(cell.python, version, cell.architecture, cell.extras) for cell in entry.cells)
    return {(cell.python, cell.architecture) for cell in found if not matches(cell, exclude)}


def _new_entries(cells: Iterable[Cell]) -> Iterator[NewEntry]:
    """As few entries as stand for just these cells, one Python each."""
    architectures: dict[tuple[str, str, tuple[str, ...]], set[Architecture]] = {}
    for cell in sorted(cells):
        key = cell.python, cell.scikit_learn, cell.extras
        architectures.setdefault(key, set()).add(cell.architecture)
    alike: dict[tuple[str, tuple[str, ...], tuple[Architecture, ...]], list[str]] = {}
    for (python, release, extras), found in architectures.items():
        ordered = tuple(sorted(found, reverse=True))  # x86_64 first
        alike.setdefault((python, extras, ordered), []).append(release)
    for (python, extras, ordered), releases in alike.items():
        yield NewEntry(python, tuple(releases), ordered, extras)


def _with_release(text: str, source: str, place: _Listed) -> str:
    written = parse_matrix(text, source)
    node = _releases_node(_sequence(written).value[place.entry])
    if not can_take(node):
        raise _unchangeable(source)
    lines = lines_of(text)
    with_value(lines, node, place.version)
    return "".join(lines)


def _with_entry(text: str, source: str, entry: NewEntry) -> str:
    written = parse_matrix(text, source)
    entries = _sequence(written)
    if entries.flow_style:
        raise _unchangeable(source)
    lines = lines_of(text)
    end = line_break(lines)
    after = last_line(entries.value[_neighbour(written.entries, entry)])
    lines[after] = ended(lines[after], end)
    indent = " " * entries.start_mark.column
    new = entry_lines(entry, indent, tuple(written.settings.architectures))
    lines[after + 1 : after + 1] = [line + end for line in new]
    return "".join(lines)


def _neighbour(entries: Iterable[Entry], new: NewEntry) -> int:
    """The entry that a new one goes behind: of its Python and variant, of its variant, the last."""

    def rank(entry: Entry) -> tuple[bool, bool, int]:
        same_variant = entry.cells[0].extras == new.extras
        same_python = any(cell.python == new.python for cell in entry.cells)
        return same_variant, same_variant and same_python, entry.index

    return max(entries, key=rank).index


def pin_images(text: str, source: str, pins: Mapping[str, str]) -> str:
    """The text of a matrix.yaml with other build images.

    Args:
        text: of the file, which is good.
        source: its name, for messages.
        pins: the image by Python; each of them has one in the file.

    Raises:
        MatrixError: the file is written in a way that only a person can change.
    """
    for python, image in pins.items():
        mark = BOM if text.startswith(BOM) else ""
        body = text[len(mark) :]
        node = _child(_child(parse_matrix(body, source).document.root, "images"), python)
        if not can_take(node) or isinstance(node, SequenceNode):
            raise _unchangeable(source)
        lines = lines_of(body)
        begin, end = node.start_mark, node.end_mark
        line = lines[begin.line]
        quote = node.style or ""
        lines[begin.line] = f"{line[: begin.column]}{quote}{image}{quote}{line[end.column :]}"
        text = mark + "".join(lines)
    return text


def _sequence(written: Written) -> SequenceNode:
    found = _child(written.document.root, "cells")
    if not isinstance(found, SequenceNode) or found.anchor:
        raise _unchangeable(written.matrix.source)
    return found


def _releases_node(entry: Node) -> Node | None:
    return None if entry.anchor else _child(entry, "scikit-learn")


def _child(node: Node | None, key: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((child for name, child in pairs if name.value == key), None)


def _unchangeable(source: str) -> MatrixError:
    return MatrixError(
        f"{source}: is not written so that it can be changed in a few places",
        "Change it by hand: layerfactory watch --dry-run tells what is new.",
    )
