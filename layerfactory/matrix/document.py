"""A YAML file as plain values that remember where they stand, so that a fault can name its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from layerfactory.errors import MatrixError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Key = str | int
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a file, and where: lines and columns count from 1."""

    line: int
    column: int
    """0 where the line says enough."""
    path: str
    """The key path, such as ``cells[0].python``."""
    message: str

    def text(self, source: str) -> str:
        """One line for a person, beginning with ``file:line:`` so that editors can jump there."""
        place = f"{source}:{self.line}" + (f":{self.column}" if self.column else "")
        return ": ".join(part for part in (place, self.path, self.message) if part)


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a YAML file.

    Scalars are the text that was written, so that 3.10 stays 3.10; only true, false and null are
    values of their own. Of a key that stands twice the first counts, and the second is a fault.
    """

    value: Any
    root: Node
    faults: tuple[Fault, ...]

    def fault(self, location: Sequence[Key], message: str) -> Fault:
        """Put a message to the place that the keys lead to, or as near to it as the file goes."""
        node, line, path = self.root, _line(self.root), ""
        for key in location:
            child = _child(node, key)
            if child is None:
                if isinstance(node, MappingNode) and isinstance(key, str):
                    path += _segment(key, first=not path)
                break
            node, line = child
            path += _segment(key, first=not path)
        return Fault(line, 0, path, message)


def read_document(path: Path) -> Document:
    """Read a YAML file whose root is a mapping.

    Raises:
        MatrixError: there is no such file, or it is not YAML; with line and column.
    """
    return parse_document(_text(path), str(path))


def parse_document(text: str, source: str) -> Document:
    """Read YAML whose root is a mapping.

    Args:
        text: of the file.
        source: its name, for messages.

    Raises:
        MatrixError: it is not YAML; with line and column.
    """
    root = _compose(text, source)
    if root is None:
        raise MatrixError(f"{source}: the file is empty", "It needs at least `version: 1`.")
    values = _Values()
    value = values.convert(root)
    if not isinstance(value, dict):
        raise refusal(source, [Fault(_line(root), 0, "", "must be a mapping of keys")])
    return Document(value, root, tuple(values.faults))


def refusal(source: str, faults: Iterable[Fault]) -> MatrixError:
    """One error that lists every fault, each once, from the top of the file down."""
    message = "\n".join(fault.text(source) for fault in sorted(set(faults)))
    return MatrixError(message, f"Correct {source}; nothing was touched.")


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        msg = f"{path}: there is no such file"
        raise MatrixError(msg, "Run in the folder that holds it, or name another.") from None
    except IsADirectoryError:
        raise MatrixError(f"{path}: is a folder, not a file", "Name the file in it.") from None
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror or error})"
        raise MatrixError(msg, "Look at its permissions.") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        msg = f"{path}:{line}: byte 0x{content[error.start]:02x} is not UTF-8"
        raise MatrixError(msg, "Save the file as UTF-8.") from None


def _compose(text: str, source: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False
    try:
        node: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 0)
        problem = " ".join(part for part in (error.context, error.problem) if part)
        fault = Fault(line, column, "", f"not YAML: {problem}")
        raise refusal(source, [fault]) from None
    except YAMLError as error:  # a character that YAML does not allow; it knows its offset only
        offset = getattr(error, "position", 0)
        line = text.count("\n", 0, offset) + 1
        column = offset - (text.rfind("\n", 0, offset) + 1) + 1
        fault = Fault(line, column, "", "not YAML: a control character stands here")
        raise refusal(source, [fault]) from None
    except RecursionError:
        raise MatrixError(f"{source}: not YAML that can be read: nested too deeply") from None
    return node


@dataclass(slots=True)
class _Values:
    """Turns nodes into plain values; an alias gives the value that its anchor gave."""

    faults: list[Fault] = field(default_factory=list)
    _done: dict[int, Any] = field(default_factory=dict)
    _open: set[int] = field(default_factory=set)

    def convert(self, node: Node) -> Any:
        """Return the value of a node."""
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if id(node) in self._open:
            self._add(node, "an alias that holds itself")
            return None
        if id(node) not in self._done:
            self._open.add(id(node))
            self._done[id(node)] = self._collection(node)
            self._open.discard(id(node))
        return self._done[id(node)]

    def _collection(self, node: Node) -> Any:
        if isinstance(node, SequenceNode):
            return [self.convert(child) for child in node.value]
        lines: dict[str, int] = {}
        result: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, ScalarNode):
                self._add(key, "a key must be text")
            elif key.value in lines:
                first = lines[key.value]
                self._add(key, f"the key {key.value!r} stands twice, first in line {first}")
            else:
                lines[key.value] = _line(key)
                result[key.value] = self.convert(child)
        return result

    def _add(self, node: Node, message: str) -> None:
        self.faults.append(Fault(_line(node), node.start_mark.column + 1, "", message))


def _scalar(node: ScalarNode) -> Any:
    text: str = node.value
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        return _BOOLEANS.get(text.lower(), text)
    return text


def _child(node: Node, key: Key) -> tuple[Node, int] | None:
    """The node below and the line to show for it; None where the file has none."""
    if isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
        child = node.value[key]
        return child, _line(child)
    if isinstance(node, MappingNode):
        for name, child in node.value:
            if isinstance(name, ScalarNode) and name.value == key:
                # A list or mapping begins below its key, and so may nothing at all; there the key
                # is what a person looks for.
                written = isinstance(child, ScalarNode) and child.value
                return child, _line(child if written else name)
    return None


def _line(node: Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def _segment(key: Key, *, first: bool) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    if not _PLAIN_KEY.fullmatch(key):
        return f'["{key}"]'
    return key if first else f".{key}"
