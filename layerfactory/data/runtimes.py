"""Lambda's Python runtimes and limits, out of runtimes.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from layerfactory.data.files import read_data

if TYPE_CHECKING:
    from datetime import date

SymbolVersion = tuple[int, ...]
"""A dotted symbol version as numbers: ``GLIBC_2.34`` is ``(2, 34)``."""


class Architecture(StrEnum):
    """A processor as Lambda names it."""

    X86_64 = "x86_64"
    ARM64 = "arm64"

    @property
    def machine(self) -> str:
        """The name that wheels and the kernel use: ``x86_64`` or ``aarch64``."""
        return "aarch64" if self is Architecture.ARM64 else "x86_64"

    @property
    def page_size(self) -> int:
        """The largest page, in bytes, that a kernel of this architecture may use."""
        return 0x10000 if self is Architecture.ARM64 else 0x1000


@dataclass(frozen=True, slots=True)
class Runtime:
    """One Python of Lambda: the operating system beneath it and the images that stand for it."""

    python: str
    os: str
    glibc: SymbolVersion
    glibcxx: SymbolVersion
    uv_glibc: SymbolVersion
    architectures: tuple[Architecture, ...]
    deprecated: date | None
    build_image: str
    runtime_image: str

    @property
    def name(self) -> str:
        """Lambda's identifier, such as ``python3.12``."""
        return f"python{self.python}"

    @property
    def sort_key(self) -> tuple[int, ...]:
        """Orders 3.9 before 3.10."""
        return symbol_version(self.python)


@dataclass(frozen=True, slots=True)
class Limits:
    """Lambda's quotas for layers, in bytes."""

    direct_upload_bytes: int
    unzipped_bytes: int


def symbol_version(text: str) -> SymbolVersion:
    """Turn ``2.34`` into ``(2, 34)``."""
    return tuple(int(part) for part in text.split("."))


@cache
def runtimes() -> dict[str, Runtime]:
    """All runtimes by Python version, oldest first."""
    return {
        entry["python"]: Runtime(
            python=entry["python"],
            os=entry["os"],
            glibc=symbol_version(entry["glibc"]),
            glibcxx=symbol_version(entry["glibcxx"]),
            uv_glibc=symbol_version(entry["uv_glibc"]),
            architectures=tuple(Architecture(name) for name in entry["architectures"]),
            deprecated=entry.get("deprecated"),
            build_image=entry["build_image"],
            runtime_image=entry["runtime_image"],
        )
        for entry in read_data("runtimes.yaml")["runtimes"]
    }


@cache
def system_libraries() -> frozenset[str]:
    """Sonames that every runtime has and a layer may need without carrying them."""
    return frozenset(read_data("runtimes.yaml")["system_libraries"])


@cache
def limits() -> Limits:
    """The quotas that a layer is held to."""
    return Limits(**read_data("runtimes.yaml")["limits"])
