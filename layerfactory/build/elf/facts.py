"""What an ELF file asks of the system that loads it, read as the loader reads it.

Everything comes out of PT_DYNAMIC, so that files without section headers tell as much as others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from layerfactory.build.elf.image import ElfFormatError, ElfImage, read_image
from layerfactory.data.runtimes import SymbolVersion, symbol_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_VERSIONED = re.compile(r"(?P<family>\w+?)_(?P<version>\d{1,9}(?:\.\d{1,9})*)")
_WEAK = 0x2
"""VER_FLG_WEAK: the loader only warns where the version is missing."""


@dataclass(frozen=True, slots=True, order=True)
class SymbolNeed:
    """The highest version of one family of symbols that is needed of one library."""

    library: str
    family: str
    """Such as ``GLIBC``; the whole name where it holds no number: ``GLIBC_ABI_DT_RELR``."""
    version: SymbolVersion
    """Empty where the name holds no number."""

    @property
    def name(self) -> str:
        """As the linker writes it: ``GLIBC_2.34``."""
        number = ".".join(str(part) for part in self.version)
        return f"{self.family}_{number}" if number else self.family


@dataclass(frozen=True, slots=True)
class ElfFacts:
    """What decides whether a system can load a file, and what else has to be there."""

    machine: str
    """The kernel's name, such as ``x86_64`` or ``aarch64``; pyelftools' for others."""
    load_alignment: int
    """The smallest alignment of a PT_LOAD segment, in bytes; 0 where there is none."""
    aligned: bool
    """Each PT_LOAD's offset is congruent to its address, modulo its alignment."""
    needed: tuple[str, ...]
    soname: str
    rpath: tuple[str, ...]
    runpath: tuple[str, ...]
    symbols: tuple[SymbolNeed, ...]


def read_facts(data: bytes) -> ElfFacts | None:
    """Read the facts; None where this is no ELF file, or one that is damaged."""
    try:
        image = read_image(data)
        strings = _Strings.read(image)
        return ElfFacts(
            machine=image.machine.removeprefix("EM_").lower(),
            load_alignment=min((load.align for load in image.loads), default=0),
            aligned=all(
                (load.offset - load.vaddr) % max(load.align, 1) == 0 for load in image.loads
            ),
            needed=strings.all_of("DT_NEEDED"),
            soname="".join(strings.all_of("DT_SONAME")[:1]),
            rpath=_folders(strings.all_of("DT_RPATH")),
            runpath=_folders(strings.all_of("DT_RUNPATH")),
            symbols=_highest(_version_needs(image, strings)),
        )
    except ElfFormatError:
        return None


@dataclass(frozen=True, slots=True)
class _Strings:
    """The dynamic entries and the table of strings that they point into."""

    entries: tuple[tuple[str, int], ...]
    table: bytes

    @classmethod
    def read(cls, image: ElfImage) -> _Strings:
        entries = image.dynamic()
        values = dict(entries)
        if "DT_STRTAB" not in values:
            return cls(entries, b"")
        return cls(entries, image.read(values["DT_STRTAB"], values.get("DT_STRSZ", 0)))

    def at(self, position: int) -> str:
        end = self.table.find(b"\0", position)
        if end < 0:
            msg = "a name is not in its table of strings"
            raise ElfFormatError(msg)
        return self.table[position:end].decode("utf-8", "replace")

    def all_of(self, tag: str) -> tuple[str, ...]:
        return tuple(self.at(value) for name, value in self.entries if name == tag)


def _folders(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(folder for path in paths for folder in path.split(":") if folder)


def _version_needs(image: ElfImage, strings: _Strings) -> Iterator[tuple[str, str]]:
    """Each library and version name of DT_VERNEED."""
    values = dict(strings.entries)
    address = values.get("DT_VERNEED", 0)
    for _ in range(values.get("DT_VERNEEDNUM", 0)):
        need = _parse(image, image.structs.Elf_Verneed, address)
        library = strings.at(need.vn_file)
        at = address + need.vn_aux
        for _ in range(need.vn_cnt):
            version = _parse(image, image.structs.Elf_Vernaux, at)
            if not version.vna_flags & _WEAK:
                yield library, strings.at(version.vna_name)
            if not version.vna_next:
                break
            at += version.vna_next
        if not need.vn_next:
            break
        address += need.vn_next


def _parse(image: ElfImage, layout: Any, address: int) -> Any:
    return layout.parse_stream(BytesIO(image.read(address, layout.sizeof())))


def _highest(needs: Iterable[tuple[str, str]]) -> tuple[SymbolNeed, ...]:
    highest: dict[tuple[str, str], SymbolNeed] = {}
    for library, name in needs:
        match = _VERSIONED.fullmatch(name)
        family = match["family"] if match else name
        version = symbol_version(match["version"]) if match else ()
        need = SymbolNeed(library, family, version)
        highest[library, family] = max(need, highest.get((library, family), need))
    return tuple(sorted(highest.values()))
