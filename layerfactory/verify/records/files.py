"""The folder of records: one file a cell, and one for all cells that cannot exist."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.build.files import write_json
from layerfactory.errors import MatrixError, VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.universe import Entry, LeftOut
from layerfactory.verify.records.record import RECORD_VERSION, Record

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "records"
"""Beside the matrix."""
_UNSUPPORTED = "unsupported.json"
_UNSUPPORTED_VERSION = 1
_RESTORE = "Take it back from version control, or remove it and run `layerfactory record` again."


@dataclass(frozen=True, slots=True)
class Unsupported:
    """What no layer is made of, in the order of cells and of releases."""

    cells: tuple[Entry, ...]
    """Each with its reason."""
    left_out: tuple[LeftOut, ...]
    """Releases that were yanked, or are none that is final."""


def record_path(folder: Path, cell: Cell) -> Path:
    """Where the record of a cell lies."""
    return folder / f"{cell.identifier}.json"


def read_record(folder: Path, cell: Cell) -> Record | None:
    """The record of a cell; None where there is none.

    Raises:
        VerifyError: the file is no record of this cell and version.
    """
    path = record_path(folder, cell)
    return _record(path) if path.exists() else None


def read_records(folder: Path) -> tuple[Record, ...]:
    """All records, sorted by cell.

    Raises:
        VerifyError: a file is no record.
    """
    paths = (path for path in folder.glob("*.json") if path.name != _UNSUPPORTED)
    return tuple(sorted(map(_record, paths), key=lambda record: record.cell))


def write_record(folder: Path, record: Record) -> bool:
    """Write a record, whole or not at all; says whether the file is another than before.

    Raises:
        BuildError: the file cannot be written.
    """
    return _write(record_path(folder, record.cell), record.to_json())


def read_unsupported(folder: Path) -> Unsupported:
    """What cannot exist; nothing where nothing was written.

    Raises:
        VerifyError: the file is not such a list.
    """
    path = folder / _UNSUPPORTED
    if not path.exists():
        return Unsupported((), ())
    value = _read(path, _UNSUPPORTED_VERSION)
    try:
        cells = [Entry(Cell.parse(name), str(why)) for name, why in value["cells"].items()]
        releases = [LeftOut(version, str(why)) for version, why in value["left_out"].items()]
    except (KeyError, AttributeError, TypeError, MatrixError) as error:
        raise VerifyError(f"{path}: not a list of cells ({error})", _RESTORE) from None
    return Unsupported(tuple(cells), tuple(releases))


def write_unsupported(folder: Path, found: Unsupported) -> bool:
    """Write what cannot exist; says whether the file is another than before.

    Raises:
        BuildError: the file cannot be written.
    """
    value = {
        "version": _UNSUPPORTED_VERSION,
        "cells": {entry.cell.identifier: entry.reason for entry in found.cells},
        "left_out": {release.version: release.reason for release in found.left_out},
    }
    return _write(folder / _UNSUPPORTED, value)


def _record(path: Path) -> Record:
    value = _read(path, RECORD_VERSION)
    try:
        record = Record.from_json(value)
    except (ValueError, MatrixError) as error:
        raise VerifyError(f"{path}: not a record ({error})", _RESTORE) from None
    if path != record_path(path.parent, record.cell):
        raise VerifyError(f"{path}: is the record of {record.cell}", _RESTORE)
    return record


def _read(path: Path, version: int) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise VerifyError(f"{path}: cannot be read ({error})", _RESTORE) from None
    found = value.get("version") if isinstance(value, dict) else None
    if found != version:
        msg = f"{path}: is of version {found}, not {version}"
        raise VerifyError(msg, _RESTORE)
    return dict(value)


def _write(path: Path, value: dict[str, Any]) -> bool:
    plain = json.loads(json.dumps(value))  # tuples as lists
    try:
        if json.loads(path.read_text(encoding="utf-8")) == plain:
            return False
    except (OSError, ValueError):
        pass  # there is none, or it is damaged: written anew
    write_json(path, plain)
    return True
