"""The lines of a YAML file, for changing a few of them and leaving all else as it stands."""

from __future__ import annotations

import re

from ruamel.yaml.nodes import CollectionNode, Node, ScalarNode

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""As YAML counts lines; Python knows other breaks, which may stand within one."""
BOM = "\ufeff"


def lines_of(text: str) -> list[str]:
    """The lines of a text, each with its break."""
    return _LINE.findall(text)


def line_break(lines: list[str]) -> str:
    """The break that a file uses, by its first line."""
    return "\r\n" if lines and lines[0].endswith("\r\n") else "\n"


def ended(line: str, end: str) -> str:
    """A line with a break behind it."""
    return line if line.endswith(("\r", "\n")) else line + end


def last_line(node: Node) -> int:
    """The line of the last value, from 0; a block's own end lies behind the comments after it."""
    if isinstance(node, CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return last_line(last[1] if isinstance(last, tuple) else last)
    line: int = node.end_mark.line
    block = isinstance(node, ScalarNode) and node.style in {"|", ">"}
    # Where the file ends in a block scalar without a break, that is on the line itself.
    return line - 1 if block and node.end_mark.column == 0 else line
