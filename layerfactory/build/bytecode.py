"""Which sources become bytecode, where it goes, and which sources stay. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from layerfactory.build.builder import CompileStep
from layerfactory.matrix.model import Bytecode

if TYPE_CHECKING:
    from collections.abc import Sequence

# Docstrings may go only where nothing reads them at import: numpy before 2.5 and threadpoolctl 2.1
# die without theirs. These two hold most of them.
_WITHOUT_DOCSTRINGS = frozenset({"scipy", "sklearn"})


@dataclass(frozen=True, slots=True)
class BytecodePlan:
    """What to compile; for each source, the bytecode that stands for it."""

    steps: tuple[CompileStep, ...]
    sources_stay: bool


def plan_bytecode(kept: Sequence[str], policy: Bytecode, python: str) -> BytecodePlan:
    """Plan for the files that trimming keeps.

    Args:
        kept: paths relative to the tree.
        policy: what to ship.
        python: the minor version of the target, such as ``3.12``.
    """
    stay = policy is Bytecode.SOURCES
    steps = tuple(
        CompileStep(
            source=name,
            target=cached_path(name, python) if stay else f"{name}c",
            docstrings=policy is not Bytecode.SOURCELESS
            or name.split("/")[0] not in _WITHOUT_DOCSTRINGS,
        )
        for name in kept
        if name.endswith(".py")
    )
    return BytecodePlan(steps, stay)


def cached_path(source: str, python: str) -> str:
    """Where Python looks for the bytecode of a source that lies beside it."""
    path = PurePosixPath(source)
    return str(path.parent / "__pycache__" / f"{path.stem}.cpython-{python.replace('.', '')}.pyc")
