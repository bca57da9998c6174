"""matrix.yaml -> Matrix: a bad file gets all its faults at once, each with line and key path."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from layerfactory.matrix.checks import Entry, Problem, cell_problems, expand
from layerfactory.matrix.document import (
    Document,
    Key,
    parse_document,
    read_document,
    refusal,
)
from layerfactory.matrix.model import CellPlan, Matrix
from layerfactory.matrix.regions import named_regions, resolve_regions
from layerfactory.matrix.schema import CellEntry, MatrixFile, Settings
from layerfactory.matrix.wording import problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel


def load_matrix(path: Path) -> Matrix:
    """Read and check a matrix.yaml.

    Raises:
        MatrixError: the file cannot be read or has faults; the message lists every one, as
            ``matrix.yaml:LINE: cells[0].python: what is wrong``.
    """
    return _load(read_document(path), str(path)).matrix


@dataclass(frozen=True, slots=True)
class Written:
    """A matrix, and how its file puts it: for whoever changes the file."""

    matrix: Matrix
    document: Document
    entries: tuple[Entry, ...]
    """Those of `cells`, multiplied out, in the file's order."""
    settings: Settings


def parse_matrix(text: str, source: str) -> Written:
    """Read and check the text of a matrix.yaml; raises MatrixError as ``load_matrix`` does."""
    return _load(parse_document(text, source), source)


def _load(document: Document, source: str) -> Written:
    form = list(_form_problems(document.value))
    settings, entries = _salvage(document.value, form)
    found = [*form, *cell_problems(entries)]
    faults = [*document.faults, *(document.fault(*problem) for problem in found)]
    if faults:
        raise refusal(source, faults)
    return Written(_matrix(source, settings, entries), document, tuple(entries), settings)


def _matrix(source: str, settings: Settings, entries: list[Entry]) -> Matrix:
    images = MappingProxyType(dict(settings.images))
    plans = (
        CellPlan(cell, entry.bytecode, images.get(cell.python, cell.runtime.build_image))
        for entry in entries
        for cell in entry.kept
    )
    return Matrix(
        source=source,
        cells=tuple(sorted(plans, key=lambda plan: plan.cell)),
        regions=resolve_regions(settings.regions, settings.groups),
        named=named_regions(settings.regions),
        groups=MappingProxyType({name: tuple(names) for name, names in settings.groups.items()}),
        public=settings.public,
        bytecode=settings.bytecode,
        builder=settings.builder,
        images=images,
    )


def _form_problems(value: dict[str, Any]) -> Iterator[Problem]:
    try:
        MatrixFile.model_validate(value, context=_context(value))
    except ValidationError as error:
        yield from problems(error, _model_at)


def _context(value: dict[str, Any]) -> dict[str, Any]:
    """The names of the file's own groups, be they sound or not: `regions` may use them."""
    groups = value.get("groups")
    return {"groups": tuple(groups) if isinstance(groups, dict) else ()}


def _model_at(place: tuple[Key, ...]) -> type[BaseModel]:
    return CellEntry if place[0] == "cells" else MatrixFile


def _salvage(value: dict[str, Any], form: list[Problem]) -> tuple[Settings, list[Entry]]:
    """What is sound beside the faults, so that what lies between places is looked at as well."""
    faulty = {location[:2] if location[0] == "cells" else location[:1] for location, _ in form}
    settings = Settings.model_validate(
        {
            key: part
            for key, part in value.items()
            if key in Settings.model_fields and (key,) not in faulty
        },
        context=_context(value),
    )
    cells = value.get("cells")
    sound = [
        (index, CellEntry.model_validate(raw))
        for index, raw in enumerate(cells if isinstance(cells, list) else [])
        if ("cells", index) not in faulty
    ]
    return settings, [
        expand(index, entry, settings)
        for index, entry in sound
        # Without the top's architectures it is not known which cells the entry stands for.
        if entry.architectures or ("architectures",) not in faulty
    ]
