"""Reads layers.csv in each form that it ever had, from that of 2020 on."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from packaging.utils import is_normalized_name
from packaging.version import InvalidVersion, Version

from layerfactory.catalog.row import COLUMNS, KNOWN_COLUMNS, Content, Retired, Row, Status
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import CatalogError
from layerfactory.matrix.cell import Cell

if TYPE_CHECKING:
    from pathlib import Path

ARN = re.compile(
    r"arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12})"
    r":layer:[A-Za-z0-9_-]{1,140}:(?P<version>[1-9]\d*)"
)
"""Of a layer version."""

_PYTHON = re.compile(r"\d+\.\d+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
REMEDY = "Take the file from version control, or move it away and make it anew: layerfactory index"


def read_csv(path: Path) -> tuple[Row, ...]:
    """All rows.

    Raises:
        CatalogError: the file is no catalogue; the message names the line.
    """
    header, *records = _parse(path)
    columns = tuple(header)
    if columns not in KNOWN_COLUMNS:
        msg = f"{path}:1: the columns are {', '.join(columns)}; wanted: {', '.join(COLUMNS)}"
        raise CatalogError(msg, REMEDY)
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
        raise CatalogError(f"{path}:1: has no header", REMEDY) from None
    except (pd.errors.ParserError, UnicodeDecodeError, OSError) as error:
        raise CatalogError(f"{path}: cannot be read: {str(error).strip()}", REMEDY) from None
    lines: list[list[str]] = frame.fillna("").to_numpy().tolist()
    return lines


def _read_row(record: dict[str, str], place: str) -> Row:
    try:
        arn = _match(ARN, record["arn"], "arn")
        if arn["region"] != record["region"]:
            raise ValueError(f"region {record['region']!r} is not that of the ARN")
        version = int(arn["version"])
        if int(record.get("version") or version) != version:
            raise ValueError(f"version {record['version']} is not that of the ARN")
        cell = _read_cell(record)
        return Row(
            python=cell.python,
            scikit_learn=cell.scikit_learn,
            region=record["region"],
            arn=record["arn"],
            architecture=cell.architecture,
            version=version,
            content=_read_content(cell, record) if record.get("sha256") else None,
            published=_read_day(record, "published"),
            extras=cell.extras,
            retired=_read_retired(record),
            stale_since=_read_day(record, "stale since"),
        )
    except (ValueError, InvalidVersion) as error:
        raise CatalogError(f"{place}: {error}", REMEDY) from None


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


def _read_retired(record: dict[str, str]) -> Retired | None:
    since = _read_day(record, "retired")
    status = Status.RETIRED if since else Status.CURRENT
    if record.get("status", status) != status:
        day = since.isoformat() if since else ""
        raise ValueError(f"status is {record['status']!r}, and retired is {day!r}")
    return Retired(since, record["successor"], record["reason"]) if since else None


def _read_day(record: dict[str, str], column: str) -> date | None:
    text = record.get(column)
    return date.fromisoformat(text) if text else None


def _match(pattern: re.Pattern[str], value: str, column: str) -> re.Match[str]:
    match = pattern.fullmatch(value)
    if match is None:
        raise ValueError(f"{column} is {value!r}")
    return match
