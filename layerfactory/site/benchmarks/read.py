"""Reads the committed results; a file that is not there is no fault, one that is damaged is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from layerfactory.data.typed import read_typed
from layerfactory.errors import CatalogError
from layerfactory.site.benchmarks.forms import Chaos, Handler, ManyCells, OneCell, Scale
from layerfactory.verify.records.files import read_records

if TYPE_CHECKING:
    from pathlib import Path

    from layerfactory.verify.records.record import Record

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Results:
    """Every form, by its file; None where there is none."""

    handler: Handler | None = None
    one_cell: OneCell | None = None
    ten_cells: ManyCells | None = None
    all_cells: ManyCells | None = None
    scale: Scale | None = None
    chaos: Chaos | None = None
    records: tuple[Record, ...] = ()


def read_results(folder: Path, records: Path) -> Results:
    """Read them all.

    Args:
        folder: of the benchmarks' results.
        records: of what was proven.

    Raises:
        CatalogError: a result is damaged.
        VerifyError: a record is.
    """
    return Results(
        handler=_read(folder / "handler.json", Handler),
        one_cell=_read(folder / "one_cell.json", OneCell),
        ten_cells=_read(folder / "ten_cells.json", ManyCells),
        all_cells=_read(folder / "all_x86_64.json", ManyCells),
        scale=_read(folder / "publish_scale.json", Scale),
        chaos=_read(folder / "publish_chaos.json", Chaos),
        records=read_records(records) if records.is_dir() else (),
    )


def _read(path: Path, form: type[T]) -> T | None:
    if not path.exists():
        return None
    try:
        return read_typed(form, json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise CatalogError(
            f"{path}: this is no benchmark's result: {error}",
            "Take it back from version control, or run the benchmark again.",
        ) from error
