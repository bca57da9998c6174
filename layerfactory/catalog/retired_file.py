"""retired.yaml: read with every fault at once, and changed so that all else stays as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from layerfactory.build.files import disk_faults, write_text
from layerfactory.catalog.retired_form import RetiredEntry, RetiredFile
from layerfactory.catalog.retirement import Retirement, Retirements, faults
from layerfactory.errors import BuildError, CatalogError, MatrixError
from layerfactory.matrix.document import Document, parse_document, read_document, refusal
from layerfactory.matrix.lines import BOM, ended, last_line, line_break, lines_of
from layerfactory.matrix.wording import problems

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pydantic import BaseModel

    from layerfactory.matrix.document import Key

NAME = "retired.yaml"
"""It lies beside matrix.yaml; a trial's beside the trial's index."""

_NEW = """\
# yaml-language-server: $schema=docs/retired.schema.json
#
# Layers that stay published, because somebody's function may use them, and that should not be used
# any more. `layerfactory retire` adds to it; so may you. `layerfactory index` tells it to users, in
# layers.csv and layers.json.
version: 1

retired:
"""
_KEY = "retired"


def read_retired(path: Path) -> Retirements:
    """What is retired; nothing where there is no such file.

    Raises:
        MatrixError: the file has faults; the message lists every one, as
            ``retired.yaml:LINE: retired[0].cell: what is wrong``.
    """
    return _retirements(read_document(path), str(path)) if path.exists() else Retirements()


def plan_change(
    path: Path, *, add: Iterable[Retirement] = (), remove: Iterable[Retirement] = ()
) -> Change:
    """What the file will be; comments and all else in it stay as they stand.

    Args:
        path: of the file, which need not exist yet.
        add: goes to the end.
        remove: is in the file.

    Raises:
        MatrixError: the file has faults, or will have them.
        CatalogError: it is written in a way that only a person can change.
    """
    old = read_retired(path)
    before = path.read_bytes().decode() if path.exists() else _NEW
    mark = BOM if before.startswith(BOM) else ""
    gone, new = {each.key for each in remove}, tuple(add)
    kept = tuple(each for each in old.entries if each.key not in gone)
    places = [old.entries.index(each) for each in old.entries if each.key in gone]
    try:
        text = _with(_without(before[len(mark) :], path.name, places), path.name, new)
        found = _retirements(parse_document(text, str(path)), str(path))
    except MatrixError:
        if any(faults((*kept, *new))):
            raise
        raise _unchangeable(path.name) from None
    if found.entries != (*kept, *new):
        raise _unchangeable(path.name)
    return Change(path, mark + text, found)


@dataclass(frozen=True, slots=True)
class Change:
    """A retired.yaml as it will be."""

    path: Path
    text: str
    retirements: Retirements

    @property
    def outcome(self) -> str:
        """What becomes of the file."""
        return "removed, as it retires nothing more" if self._is_new else "written"

    @property
    def _is_new(self) -> bool:
        """Nothing is in it that anybody has said: what began it goes with its last entry."""
        return self.text == _NEW

    def write(self) -> None:
        """Write it, whole or not at all, or remove it; raises CatalogError."""
        try:
            if self._is_new:
                with disk_faults(self.path):
                    self.path.unlink(missing_ok=True)
            else:
                write_text(self.path.resolve(), self.text)
        except BuildError as error:
            raise CatalogError(error.message, error.remedy) from error


def _retirements(document: Document, source: str) -> Retirements:
    try:
        file = RetiredFile.model_validate(document.value)
    except ValidationError as error:
        found = [document.fault(*problem) for problem in problems(error, _model_at)]
        raise refusal(source, [*document.faults, *found]) from None
    entries = tuple(map(_retirement, file.retired or ()))
    found = [document.fault((_KEY, place, key), text) for place, key, text in faults(entries)]
    if document.faults or found:
        raise refusal(source, [*document.faults, *found])
    return Retirements(entries)


def _retirement(entry: RetiredEntry) -> Retirement:
    return Retirement(entry.cell, entry.date, entry.reason, entry.successor, entry.sha256 or "")


def _model_at(place: tuple[Key, ...]) -> type[BaseModel]:
    return RetiredEntry if len(place) > 1 else RetiredFile


def _without(text: str, source: str, places: list[int]) -> str:
    """The text without the lines of these entries."""
    if not places:
        return text
    _, entries = _under_key(text, source)
    if not isinstance(entries, SequenceNode) or entries.flow_style:
        raise _unchangeable(source)
    lines = lines_of(text)
    for place in sorted(places, reverse=True):
        begin = _first_line(entries, place, lines, source)
        del lines[begin : last_line(entries.value[place]) + 1]
    return "".join(lines)


def _with(text: str, source: str, new: tuple[Retirement, ...]) -> str:
    """The text with these entries behind the others."""
    if not new:
        return text
    key, entries = _under_key(text, source)
    lines = lines_of(text)
    end = line_break(lines)
    if isinstance(entries, SequenceNode) and entries.value and not entries.flow_style:
        after = last_line(entries.value[-1])
        indent = " " * entries.start_mark.column
    else:
        after, indent = _empty(key, entries, lines, end), "  "
    lines[after] = ended(lines[after], end)
    lines[after + 1 : after + 1] = [f"{indent}{line}{end}" for each in new for line in _lines(each)]
    return "".join(lines)


def _empty(key: int | None, entries: Node | None, lines: list[str], end: str) -> int:
    """Make room where nothing is retired; the line behind which entries go."""
    if key is None or entries is None:
        lines[-1:] = [ended(lines[-1], end), f"{_KEY}:{end}"]
        return len(lines) - 1
    # `[]` or `~` goes; of nothing at all the mark is wherever the next thing stands.
    begin, last = entries.start_mark, entries.end_mark
    if begin.line == last.line == key:
        line = lines[key]
        lines[key] = f"{line[: begin.column].rstrip()}{line[last.column :]}"
    return key


def _lines(entry: Retirement) -> list[str]:
    """An entry as a person would write it."""
    import json

    values = {
        "cell": str(entry.cell),
        "sha256": f'"{entry.sha256}"' if entry.sha256 else "",
        "date": entry.since.isoformat(),
        "successor": str(entry.successor or ""),
        "reason": json.dumps(entry.reason, ensure_ascii=False),
    }
    told = [f"{key}: {value}" for key, value in values.items() if value]
    return [f"{'  ' if place else '- '}{line}" for place, line in enumerate(told)]


def _under_key(text: str, source: str) -> tuple[int | None, Node | None]:
    """The key's line, and what stands under it; none where there is no such key."""
    root = parse_document(text, source).root
    pairs: list[tuple[Any, Node]] = root.value if isinstance(root, MappingNode) else []
    found = ((key.start_mark.line, child) for key, child in pairs if key.value == _KEY)
    return next(found, (None, None))


def _first_line(entries: SequenceNode, place: int, lines: list[str], source: str) -> int:
    """The line of an entry's dash, which may stand above the entry."""
    dash = entries.start_mark.column + 1
    above = last_line(entries.value[place - 1]) if place else entries.start_mark.line - 1
    for line in range(entries.value[place].start_mark.line, above, -1):
        if lines[line][:dash].strip() == "-":
            return line
    raise _unchangeable(source)


def _unchangeable(source: str) -> CatalogError:
    return CatalogError(
        f"{source}: is not written entry by entry, each on lines of its own",
        "Change it by hand, then run layerfactory index.",
    )
