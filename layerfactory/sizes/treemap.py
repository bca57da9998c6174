"""Draws where the bytes of a layer are: one SVG that holds all it needs, for dark and light.

An area is in proportion to bytes throughout: boxes have no margins, only lines between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from layerfactory.sizes.measure import Measure
from layerfactory.sizes.squarify import Box, squarify
from layerfactory.sizes.svg import COLOURS, FONTS, document, geometry, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from layerfactory.sizes.tree import Node

WIDTH, HEIGHT = 960.0, 560.0
"""Of the picture of the layer, in pixels; what was left out is drawn below it at its scale."""
_TOP, _LEGEND_ROW, _CAPTION, _LEGEND_COLUMNS = 34.0, 20.0, 30.0, 4
_PAD, _GAP = 4.0, 3.0
_NARROW, _WIDE = frozenset("fijlrt.-' "), frozenset("mwMW_%")
_WIDTHS = {"narrow": 0.4, "usual": 0.63, "wide": 0.95}
"""Of letters, in font sizes: those of DejaVu Sans, which is wider than what most people have."""
_BOLD = {"head": 1.1, "subhead": 1.1}
"""How much wider bold letters are."""
_SMALL = 0.01
"""A share that is told as "under 1%"."""
_TENTH = 50_000
"""Bytes from which on a tenth of a megabyte says enough."""
_SHADES = {"bytecode": 0.62, "data": 0.4, "metadata": 0.4, "sources": 0.5}
"""How much of its package's colour a kind of file has; the others have all of it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text in a box."""

    font: str
    words: str

    @property
    def width(self) -> float:
        """How wide it is at most, in pixels."""
        kinds = (
            "narrow" if c in _NARROW else "wide" if c in _WIDE else "usual" for c in self.words
        )
        return sum(_WIDTHS[kind] for kind in kinds) * self.height * _BOLD.get(self.font, 1.0)

    @property
    def height(self) -> float:
        """The size of its font, in pixels."""
        return FONTS[self.font]


Label = tuple[Text, ...]
"""Ways to say one thing; the first that fits is taken."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A box to draw."""

    box: Box
    package: str
    kind: str
    title: str
    labels: tuple[Label, ...]
    """From the most important on; those that do not fit are left out."""


def draw_treemap(layer: Node, left_out: Node, measure: Measure, subtitle: str) -> str:
    """The picture as the text of an SVG file.

    Args:
        layer: package, part, kind (see ``layer_tree``).
        left_out: rule, package (see ``left_out_tree``).
        measure: what areas stand for.
        subtitle: stands behind the layer's name.
    """
    packages = layer.sorted(measure)
    colours = {node.name: min(i, len(COLOURS) - 1) for i, node in enumerate(packages)}
    top = _TOP + -(-len(packages) // _LEGEND_COLUMNS) * _LEGEND_ROW + 6
    picture = Box(0, top, WIDTH, HEIGHT)
    body = [
        text(0, 20, "title", f"{layer.name}: {subtitle}"),
        *_legend(packages, layer, measure, colours),
        *_draw(layer_leaves(layer, picture, measure), colours, _frames(layer, picture, measure)),
    ]
    if not left_out.unzipped_bytes:
        return document(body, WIDTH, picture.y + picture.height)
    below = _below(picture, layer, left_out)
    frames = _frames(left_out, below, Measure.UNZIPPED, depth=1)
    body += [
        text(0, below.y - 9, "caption", _caption(layer, left_out)),
        *_draw(left_out_leaves(left_out, below), colours, frames, hatched=True),
    ]
    return document(body, WIDTH, below.y + below.height)


def layer_leaves(layer: Node, box: Box, measure: Measure) -> Iterator[Leaf]:
    """A box for each kind of file in each part of each package."""
    for package, around in _split(layer, box, measure):
        first: tuple[Label, ...] = (
            tuple(Text(font, package.name) for font in ("head", "subhead", "kind")),
        )
        for part, inner in _split(package, around, measure):
            sized = Text("part", f"{part.name} {_mb(part.bytes(measure))}")
            above: tuple[Label, ...] = (*first, (sized, Text("part", part.name)))
            for kind, own in _split(part, inner, measure):
                title = f"{package.name}, {part.name}, {kind.name}: {_sizes(kind)}"
                labels = (*above, (Text("kind", kind.name),))
                yield Leaf(own, package.name, kind.name, title, labels)
                first = above = ()  # said in the largest box, which is the first


def left_out_leaves(left_out: Node, box: Box) -> Iterator[Leaf]:
    """A box for each package that a rule took from."""
    for rule, around in _split(left_out, box, Measure.UNZIPPED):
        sized = f"{rule.name} {_mb(rule.unzipped_bytes)}"
        name = (Text("head", sized), Text("subhead", sized), Text("kind", rule.name))
        above: tuple[Label, ...] = (name,)
        for package, own in _split(rule, around, Measure.UNZIPPED):
            size = f"{_mb(package.unzipped_bytes)} MB in {_files(package)}"
            title = f"left out of {package.name} by the rule {rule.name}: {size}"
            labels = (*above, (Text("kind", package.name),))
            yield Leaf(own, package.name, "", title, labels)
            above = ()


def _split(node: Node, box: Box, measure: Measure) -> Iterator[tuple[Node, Box]]:
    children = node.sorted(measure)
    sizes = [float(child.bytes(measure)) for child in children]
    return zip(children, squarify(sizes, box), strict=True)


def _frames(node: Node, box: Box, measure: Measure, depth: int = 2) -> tuple[str, ...]:
    """Lines around the boxes of the upper levels, the thickest around the first."""
    inner: list[str] = []
    outer: list[str] = []
    for child, around in _split(node, box, measure):
        outer.append(f'<rect class="frame{depth}" {geometry(around)}/>')
        if depth > 1:
            inner += _frames(child, around, measure, depth - 1)
    return (*inner, *outer)


def _below(picture: Box, layer: Node, left_out: Node) -> Box:
    """As wide as the picture, and as high as its unzipped bytes are beside the layer's."""
    ratio = left_out.unzipped_bytes / layer.unzipped_bytes
    return Box(0, picture.y + picture.height + _CAPTION, WIDTH, HEIGHT * ratio)


def _caption(layer: Node, left_out: Node) -> str:
    return (
        f"Left out: {_mb(left_out.unzipped_bytes)} MB by these rules, drawn to the layer's scale "
        f"unzipped ({_mb(layer.unzipped_bytes)} MB)"
    )


def _legend(
    packages: Sequence[Node], layer: Node, measure: Measure, colours: Mapping[str, int]
) -> Iterator[str]:
    column = WIDTH / _LEGEND_COLUMNS
    for i, node in enumerate(packages):
        x = (i % _LEGEND_COLUMNS) * column
        y = _TOP + (i // _LEGEND_COLUMNS) * _LEGEND_ROW
        share = node.bytes(measure) / layer.bytes(measure)
        yield f'<rect class="c{colours[node.name]}" x="{x:g}" y="{y:g}" width="12" height="12"/>'
        percent = f"{share:.0%}" if share >= _SMALL else "under 1%"
        words = f"{node.name} {_mb(node.bytes(measure))} MB, {percent}"
        yield text(x + 18, y + 10.5, "legend", words)


def _draw(
    leaves: Iterable[Leaf],
    colours: Mapping[str, int],
    frames: Iterable[str],
    *,
    hatched: bool = False,
) -> Iterator[str]:
    texts: list[str] = []
    for leaf in leaves:
        shape = geometry(leaf.box)
        colour = f"c{colours.get(leaf.package, len(COLOURS) - 1)}"
        shade = f' fill-opacity="{_SHADES[leaf.kind]:g}"' if leaf.kind in _SHADES else ""
        hatch = f'<rect class="hatch" {shape}/>' if hatched else ""
        title = f"<title>{escape(leaf.title)}</title>"
        yield f'<g>{title}<rect class="leaf {colour}"{shade} {shape}/>{hatch}</g>'
        texts += _labels(leaf)
    yield from frames
    # Texts last: no box may cover them.
    yield from texts


def _labels(leaf: Leaf) -> Iterator[str]:
    """Those labels that fit into the box, one below the other."""
    y = leaf.box.y + _PAD
    for label in leaf.labels:
        wide = leaf.box.width - 2 * _PAD
        line = next((line for line in label if line.width <= wide), None)
        if line is None or y + line.height + _GAP > leaf.box.y + leaf.box.height:
            continue
        y += line.height + _GAP
        yield text(leaf.box.x + _PAD, y - _GAP, line.font, line.words)


def _sizes(node: Node) -> str:
    zipped, unzipped = _mb(node.zipped_bytes), _mb(node.unzipped_bytes)
    return f"{zipped} MB in the zip, {unzipped} unzipped, {_files(node)}"


def _files(node: Node) -> str:
    return f"{node.files} file{'s' if node.files != 1 else ''}"


def _mb(count: int) -> str:
    return f"{count / 1e6:.1f}" if count >= _TENTH else f"{count / 1e6:.2f}"
