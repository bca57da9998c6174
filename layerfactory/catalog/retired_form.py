"""The form of retired.yaml, and its JSON Schema for editors."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Annotated, Any, Literal

from packaging.version import InvalidVersion, Version
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)

from layerfactory.errors import MatrixError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.wording import number

REASON_LENGTH = 300
"""In characters: it stands beside each of a layer's regions, on every page."""
_SHA256 = re.compile("[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _read_cell(value: Any) -> Cell:
    if not isinstance(value, str):
        raise ValueError("must be the identifier of a cell")  # noqa: TRY004 (pydantic's way)
    try:
        cell = Cell.parse(value)
        Version(cell.scikit_learn)
    except (MatrixError, InvalidVersion):
        msg = f"{value!r} is not the identifier of a cell; write it like py3.12-sklearn1.9.1-x86_64"
        raise ValueError(msg) from None
    return cell


def _read_day(value: Any) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError(f"{value!r} is not a day; write it like 2026-11-23")


def _check_sha256(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise ValueError(f"{text!r} is not a sha256 of 64 hexadecimal digits")
    return text


def check_reason(text: str) -> str:
    """The reason without blanks around it; raises ValueError where it is not one short line."""
    reason = text.strip()
    if not reason or not reason.isprintable():
        raise ValueError("must be one line of text")
    if len(reason) > REASON_LENGTH:
        raise ValueError(f"has {len(reason)} characters; {REASON_LENGTH} are the most")
    return reason


_IDENTIFIER = {"type": "string", "pattern": "^py[^-]+-sklearn.+-(x86_64|arm64)$"}
CellName = Annotated[Cell, PlainValidator(_read_cell), WithJsonSchema(_IDENTIFIER)]
Day = Annotated[
    date, PlainValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})
]
Sha256 = Annotated[
    str,
    AfterValidator(_check_sha256),
    WithJsonSchema({"type": "string", "pattern": f"^{_SHA256.pattern}$"}),
]
Reason = Annotated[
    str,
    AfterValidator(check_reason),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": REASON_LENGTH}),
]


class RetiredEntry(BaseModel):
    """One retired cell, or one content of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cell: CellName = Field(description="Its identifier, such as py3.12-sklearn1.9.1-x86_64.")
    sha256: Sha256 | None = Field(
        default=None, description="Of the one zip that is retired; left out, the whole cell is."
    )
    date: Day = Field(description="The day since which it is, in UTC.")
    successor: CellName | None = Field(
        default=None,
        description="The cell to take in its place: of the same architecture, with the same "
        "extras or more. For one zip it may be the same cell.",
    )
    reason: Reason = Field(description="One line for those who use it.")


class RetiredFile(BaseModel):
    """Layers that stay published and should not be used any more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[Literal[1], BeforeValidator(number)] = Field(
        description="The version of this form."
    )
    retired: list[RetiredEntry] | None = Field(
        default=None, description="What is retired; nothing where it is empty."
    )


def json_schema_text() -> str:
    """The JSON Schema (2020-12) of retired.yaml; docs/retired.schema.json holds it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **RetiredFile.model_json_schema(),
        "title": "retired.yaml",
    }
    return json.dumps(schema, indent=2) + "\n"
