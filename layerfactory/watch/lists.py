"""Puts one more release into a list of a YAML file, in the list's own style."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeGuard

from packaging.version import InvalidVersion, Version
from ruamel.yaml.nodes import ScalarNode, SequenceNode

from layerfactory.matrix.lines import ended, line_break

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

WIDTH = 100
"""Columns to which lines are kept."""
# What YAML takes for text without quotes.
_PLAIN = re.compile(r"\d+\.\d+\.\d+(?:\.[a-z]+\d+)?")


def can_take(node: Node | None) -> TypeGuard[ScalarNode | SequenceNode]:
    """Whether a value or a list of values can be changed where it stands."""
    if isinstance(node, SequenceNode):
        return not node.anchor and all(
            isinstance(child, ScalarNode) and can_take(child) for child in node.value
        )
    if not isinstance(node, ScalarNode) or node.anchor or node.style in {"|", ">"}:
        return False
    return bool(node.start_mark.line == node.end_mark.line)


def with_value(lines: list[str], node: ScalarNode | SequenceNode, version: str) -> None:
    """Change the lines so that the list, or single value, has one more, where it belongs by order.

    Args:
        lines: of the whole file.
        node: that ``can_take`` took.
        version: what is added.
    """
    if isinstance(node, ScalarNode):
        _make_list(lines, node, version)
        return
    older = [child for child in node.value if _precedes(child, version)]
    if not older:
        _put_first(lines, node, version)
    elif node.flow_style:
        _put_behind(lines, node, older[-1], version)
    else:
        line = older[-1].start_mark.line
        lines[line] = ended(lines[line], line_break(lines))
        lines.insert(line + 1, _block_line(lines, older[-1], version))


def quoted(version: str, like: str | None) -> str:
    """A version as its neighbour is written; with quotes where YAML would take it for a number."""
    quote = like or ("" if _PLAIN.fullmatch(version) else '"')
    return f"{quote}{version}{quote}"


def _make_list(lines: list[str], node: ScalarNode, version: str) -> None:
    begin, end = node.start_mark, node.end_mark
    line = lines[begin.line]
    pair = [line[begin.column : end.column], quoted(version, node.style)]
    listed = ", ".join(pair if _precedes(node, version) else reversed(pair))
    lines[begin.line] = f"{line[: begin.column]}[{listed}]{line[end.column :]}"


def _put_first(lines: list[str], node: SequenceNode, version: str) -> None:
    first = node.value[0]
    place, column = first.start_mark.line, first.start_mark.column
    if not node.flow_style:
        lines.insert(place, _block_line(lines, first, version))
        return
    line = lines[place]
    lines[place] = f"{line[:column]}{quoted(version, first.style)}, {line[column:]}"


def _put_behind(lines: list[str], node: SequenceNode, older: ScalarNode, version: str) -> None:
    place, column = older.end_mark.line, older.end_mark.column
    line, value = lines[place], quoted(version, older.style)
    one = f"{line[:column]}, {value}{line[column:]}"
    if len(one.rstrip()) <= WIDTH:
        lines[place] = one
        return
    indent = " " * node.value[0].start_mark.column
    rest = ended(f"{indent}{value}{line[column:]}", line_break(lines))
    lines[place : place + 1] = [f"{line[:column]},{line_break(lines)}", rest]


def _block_line(lines: list[str], like: ScalarNode, version: str) -> str:
    dash = lines[like.start_mark.line][: like.start_mark.column]
    return f"{dash}{quoted(version, like.style)}{line_break(lines)}"


def _precedes(child: ScalarNode, version: str) -> bool:
    try:
        return Version(child.value) < Version(version)
    except InvalidVersion:
        return True
