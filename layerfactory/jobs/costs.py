"""What cells cost, estimated from what was recorded of them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_high
from typing import TYPE_CHECKING

from layerfactory.data.jobs import job_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layerfactory.matrix.cell import Cell
    from layerfactory.verify.records.record import Record

_UNHEARD_OF = 50_000_000
"""Bytes of a zip where nothing is recorded at all."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Estimates by cell."""

    zipped_bytes: Mapping[Cell, int]
    """As recorded."""

    @classmethod
    def of(cls, records: Iterable[Record]) -> Costs:
        """Out of the records that there are."""
        return cls({record.cell: record.zipped_bytes for record in records})

    def bytes(self, cell: Cell) -> int:
        """Of its zip; for one without a record the median of the others."""
        if (known := self.zipped_bytes.get(cell)) is not None:
            return known
        return median_high(self.zipped_bytes.values()) if self.zipped_bytes else _UNHEARD_OF

    def making(self, cell: Cell) -> float:
        """Seconds to build and verify it, the one after the other."""
        facts = job_facts()
        return self.bytes(cell) / facts.build_rate + facts.verify_seconds

    def publishing(self, cell: Cell) -> float:
        """Seconds to publish it in one region."""
        facts = job_facts()
        return self.bytes(cell) / facts.upload_rate + facts.publish_seconds
