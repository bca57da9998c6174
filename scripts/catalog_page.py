"""The tables of docs/catalog.md: columns of layers.csv and keys of layers.json, out of the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marks import fill

from layerfactory.catalog.json_form import CatalogFile, LayerEntry, RegionEntry
from layerfactory.catalog.row import COLUMNS, COLUMNS_2020

if TYPE_CHECKING:
    from pydantic import BaseModel

NOTES = {
    "Python version": "Of your function.",
    "scikit-learn version": "What pickled your model.",
    "region": "Of your function.",
    "arn": "What your function names.",
    "architecture": "`x86_64` or `arm64`.",
    "version": "The number at the end of the ARN. Regions need not agree.",
    "sha256": "Of the zip, in hex. `aws lambda get-layer-version` shows the same in base64.",
    "zipped bytes": "Of the zip.",
    "unzipped bytes": "What counts against Lambda's limit of 262,144,000.",
    "numpy": "Its version.",
    "scipy": "Its version.",
    "joblib": "Its version.",
    "threadpoolctl": "Its version; empty where there is none.",
    "published": "The day, in UTC.",
    "extras": "What it carries beside scikit-learn, a space between two; mostly empty.",
    "status": "`current` or `retired`.",
    "stale since": "The day since which the region has not answered; empty where it has.",
    "retired": "The day since which it is.",
    "successor": "The cell to take in its place.",
    "reason": "Why it is retired, in a line.",
}


def with_tables(page: str) -> str:
    """The page with each table between its marks as it is today."""
    tables = {
        "columns": _columns(),
        "file": _keys(CatalogFile),
        "layer": _keys(LayerEntry),
        "region": _keys(RegionEntry),
    }
    return fill(page, tables, "docs/catalog.md")


def _columns() -> str:
    lines = ["| column | since 2020 | what |", "|---|---|---|"]
    lines += [
        f"| {column} | {'yes' if column in COLUMNS_2020 else ''} | {NOTES[column]} |"
        for column in COLUMNS
    ]
    return "\n".join(lines) + "\n"


def _keys(model: type[BaseModel]) -> str:
    lines = ["| key | always there | what |", "|---|---|---|"]
    lines += [
        f"| `{name}` | {'yes' if field.is_required() else ''} | {field.description} |"
        for name, field in model.model_fields.items()
    ]
    return "\n".join(lines) + "\n"
