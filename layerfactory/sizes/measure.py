"""What sizes are compared by. The command line needs it for its help: nothing heavy is imported."""

from __future__ import annotations

from enum import StrEnum


class Measure(StrEnum):
    """What an area stands for."""

    ZIPPED = "zipped"
    UNZIPPED = "unzipped"
