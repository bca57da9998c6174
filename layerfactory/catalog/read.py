"""Reads layers.csv: today's, that from before there were variants, and that of 2020."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from packaging.utils import is_normalized_name
from packaging.version import InvalidVersion, Version

from layerfactory.catalog.row import (
    COLUMNS,
    COLUMNS_2020,
    COLUMNS_WITHOUT_EXTRAS,
    Content,
    Row,
)
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import CatalogError
from layerfactory.matrix.cell import Cell

if TYPE_CHECKING:
    from pathlib import Path

_ARN = re.compile(
    r"arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):\d{12}:layer:[A-Za-z0-9_-]{1,140}:(?P<version>\d+)"
)
_PYTHON = re.compile(r"\d+\.\d+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REMEDY = "Take the file from version control, or move it away and make it anew: layerfactory index"


def read_rows(path: Path) -> tuple[Row, ...]:
    """All rows; none where there is no such file.

    Raises:
        CatalogError: the file is no catalogue; the message names the line.
    """
    if not path.exists():
        return ()
    header, *records = _parse(path)
    columns = tuple(header)
    if columns not in {COLUMNS, COLUMNS_WITHOUT_EXTRAS, COLUMNS_2020}:
        msg = f"{path}:1: the columns are {', '.join(columns)}; wanted: {', '.join(COLUMNS)}"
        raise CatalogError(msg, _REMEDY)
    return tuple(
        _read_row(dict(zip(columns, record, strict=True)), f"{path}:{line}")
        for line, record in enumerate(records, start=2)
        if any(record)
    )


def _parse(path: Path) -> list[list[str]]:
    """Every line as its fields, the header's too; a short line is filled with empty fields."""
    import pandas as pd

    try:
        # As without a header: pandas would take a line that is too long for one with an index.
        frame = pd.read_csv(
            path, header=None, dtype=str, keep_default_na=False, skip_blank_lines=False
        )
    except pd.errors.EmptyDataError:
        raise CatalogError(f"{path}:1: has no header", _REMEDY) from None
    except (pd.errors.ParserError, UnicodeDecodeError, OSError) as error:
        raise CatalogError(f"{path}: cannot be read: {error}", _REMEDY) from None
    lines: list[list[str]] = frame.fillna("").to_numpy().tolist()
    return lines


def _read_row(record: dict[str, str], place: str) -> Row:
    try:
        arn = _match(_ARN, record["arn"], "arn")
        if arn["region"] != record["region"]:
            raise ValueError(f"region {record['region']!r} is not that of the ARN")
        version = int(arn["version"])
        if int(record.get("version") or version) != version:
            raise ValueError(f"version {record['version']} is not that of the ARN")
        cell = _read_cell(record)
        published = record.get("published")
        return Row(
            python=cell.python,
            scikit_learn=cell.scikit_learn,
            region=record["region"],
            arn=record["arn"],
            architecture=cell.architecture,
            version=version,
            content=_read_content(cell, record) if record.get("sha256") else None,
            published=date.fromisoformat(published) if published else None,
            extras=cell.extras,
        )
    except (ValueError, InvalidVersion) as error:
        raise CatalogError(f"{place}: {error}", _REMEDY) from None


def _read_cell(record: dict[str, str]) -> Cell:
    """The cell of a row; Lambda had nothing but x86-64 in 2020."""
    python = _match(_PYTHON, record["Python version"], "Python version")[0]
    scikit_learn = record["scikit-learn version"]
    Version(scikit_learn)
    architecture = Architecture(record.get("architecture") or "x86_64")
    return Cell(python, scikit_learn, architecture, _read_extras(record.get("extras", "")))


def _read_extras(text: str) -> tuple[str, ...]:
    names = tuple(text.split())
    if not all(is_normalized_name(name) for name in names):
        raise ValueError(f"extras is {text!r}")
    return names


def _read_content(cell: Cell, record: dict[str, str]) -> Content:
    return Content(
        cell=cell,
        sha256=_match(_SHA256, record["sha256"], "sha256")[0],
        zipped_bytes=int(record["zipped bytes"]),
        unzipped_bytes=int(record["unzipped bytes"]),
        numpy=record["numpy"],
        scipy=record["scipy"],
        joblib=record["joblib"],
        threadpoolctl=record["threadpoolctl"],
    )


def _match(pattern: re.Pattern[str], value: str, column: str) -> re.Match[str]:
    match = pattern.fullmatch(value)
    if match is None:
        raise ValueError(f"{column} is {value!r}")
    return match
