"""The matrix as the other rooms see it: every cell with how it is to be built."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layerfactory.data.regions import Region
    from layerfactory.data.runtimes import Runtime
    from layerfactory.matrix.cell import Cell

WITHOUT_UNCHECKED_BYTECODE = frozenset({"3.6"})
"""Pythons whose bytecode cannot be trusted beside its source: PEP 552 came with 3.7."""


class Bytecode(StrEnum):
    """What of the Python code is shipped."""

    SOURCELESS = "sourceless"
    """Bytecode alone; scipy and scikit-learn without docstrings."""
    SOURCELESS_DOCSTRINGS = "sourceless-docstrings"
    """Bytecode alone, docstrings kept everywhere."""
    SOURCES = "sources"
    """Sources beside unchecked-hash bytecode."""


class BuilderChoice(StrEnum):
    """Who unpacks and compiles."""

    AUTO = "auto"
    """Docker where a daemon answers, else wheels."""
    DOCKER = "docker"
    WHEELS = "wheels"


@dataclass(frozen=True, slots=True)
class CellPlan:
    """One cell and how it is to be built."""

    cell: Cell
    bytecode: Bytecode
    image: str
    """The build image: the matrix's own for this Python, or the runtime's."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix.yaml that was found good."""

    source: str
    """The file's name as it was given, for messages."""
    cells: tuple[CellPlan, ...]
    """Sorted by cell."""
    regions: tuple[Region, ...]
    named: frozenset[str]
    """Those of them that the file names itself, and not through a group."""
    groups: Mapping[str, tuple[str, ...]]
    """The file's own groups: names of regions and of built-in groups."""
    public: bool
    bytecode: Bytecode
    builder: BuilderChoice
    images: Mapping[str, str]
    """Build images by Python version, in place of the runtime's."""

    def image(self, runtime: Runtime) -> str:
        """The build image of a runtime under this matrix."""
        return self.images.get(runtime.python, runtime.build_image)


def bytecode_fault(python: str, bytecode: Bytecode) -> str:
    """Why this Python cannot have this bytecode; empty when it can."""
    if bytecode is Bytecode.SOURCES and python in WITHOUT_UNCHECKED_BYTECODE:
        return (
            f"Python {python} has no unchecked-hash bytecode, so it cannot ship sources; "
            "choose sourceless or sourceless-docstrings"
        )
    return ""
