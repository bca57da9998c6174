"""What a builder does for the pipeline: the only two steps that need the target's world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layerfactory.build.locks.lock import Lock


@dataclass(frozen=True, slots=True)
class CompileStep:
    """One source file to compile. Paths are relative to the tree, with ``/``."""

    source: str
    target: str
    docstrings: bool
    """Keep docstrings; assertions stay in any case."""


class Builder(Protocol):
    """Unpacks wheels and compiles sources for one cell; all else happens on the host."""

    @property
    def name(self) -> str:
        """``docker`` or ``wheels``."""

    @property
    def image(self) -> str:
        """Name and digest of the image; empty without Docker."""

    @property
    def interpreter(self) -> str:
        """The full version of the target's Python, such as ``3.12.1``."""

    def install(self, lock: Lock, tree: Path) -> None:
        """Unpack the lock's wheels into the folder ``tree``; nothing is compiled or built.

        Raises:
            BuildError: a wheel cannot be had, or is not the one that was locked.
        """

    def forget(self, names: Sequence[str]) -> None:
        """Drop what is cached of these distributions, because it was found damaged."""

    def compile(self, tree: Path, steps: Sequence[CompileStep]) -> tuple[str, ...]:
        """Write each step's bytecode into the tree; return the sources that do not compile.

        Raises:
            BuildError: the interpreter fails.
        """
