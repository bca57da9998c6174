"""Sums files up into what a treemap shows: package, then part, then kind of file. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layerfactory.sizes.measure import Measure
from layerfactory.sizes.members import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layerfactory.build.layer import PackagedWheel
    from layerfactory.sizes.members import FileSize


@dataclass(frozen=True, slots=True)
class Node:
    """A named share of the bytes; a leaf has no children."""

    name: str
    zipped_bytes: int = 0
    unzipped_bytes: int = 0
    files: int = 0
    children: tuple[Node, ...] = field(default=())

    def bytes(self, measure: Measure) -> int:
        """Its size."""
        return self.zipped_bytes if measure is Measure.ZIPPED else self.unzipped_bytes

    def sorted(self, measure: Measure) -> tuple[Node, ...]:
        """The children that have a size, the largest first."""
        there = [child for child in self.children if child.bytes(measure) > 0]
        return tuple(sorted(there, key=lambda child: (-child.bytes(measure), child.name)))


def layer_tree(name: str, files: Iterable[FileSize], packages: Sequence[PackagedWheel]) -> Node:
    """What is in a layer: package, part of it, kind of file.

    Args:
        name: of the layer.
        files: its files.
        packages: the distributions inside.
    """
    names = {package.name for package in packages}
    found: dict[str, dict[str, dict[str, list[FileSize]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for file in files:
        where = place(file.path, names)
        found[where.package][where.part][where.kind].append(file)
    return parent(
        name,
        (
            parent(package, (_part(part, kinds) for part, kinds in parts.items()))
            for package, parts in found.items()
        ),
    )


def left_out_tree(packages: Sequence[PackagedWheel]) -> Node:
    """What is not in the layer: rule, then the package that it took from. Sizes are unzipped."""
    taken: dict[str, list[Node]] = defaultdict(list)
    for package in packages:
        for use in package.rules:
            leaf = Node(package.name, unzipped_bytes=use.bytes, files=use.files)
            taken[use.rule].append(leaf)
    return parent("left out", (parent(rule, leaves) for rule, leaves in taken.items()))


def parent(name: str, children: Iterable[Node]) -> Node:
    """A node that is the sum of its children."""
    nodes = tuple(children)
    return Node(
        name=name,
        zipped_bytes=sum(node.zipped_bytes for node in nodes),
        unzipped_bytes=sum(node.unzipped_bytes for node in nodes),
        files=sum(node.files for node in nodes),
        children=nodes,
    )


def _part(name: str, kinds: dict[str, list[FileSize]]) -> Node:
    return parent(name, (_leaf(kind, files) for kind, files in kinds.items()))


def _leaf(kind: str, files: list[FileSize]) -> Node:
    return Node(
        name=kind,
        zipped_bytes=sum(file.zipped_bytes for file in files),
        unzipped_bytes=sum(file.unzipped_bytes for file in files),
        files=len(files),
    )
