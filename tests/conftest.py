"""For all rings: own caches, skips that fail in CI, hypothesis without a clock, small ELF files."""

from __future__ import annotations

import os
import signal
import struct
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import settings

from layerfactory.build.cache.folder import VARIABLE

# A busy machine is no fault of the code.
settings.register_profile("layerfactory", deadline=None)
settings.load_profile("layerfactory")


def pytest_configure():
    """Let programs that tests start hear signals: a shell's ``&`` and ``nohup`` make them deaf.

    A program that is started is deaf to what its parent ignores, not to what its parent handles.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: None)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """No test reads or fills the cache of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """A machine that lacks Docker or a Python may skip; CI is made to have them all."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") and skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} tests were skipped, and in CI none may be", red=True)


MACHINES = {"x86_64": 62, "aarch64": 183, "386": 3}
HEADER_TYPES = {
    "PT_LOAD": 1,
    "PT_DYNAMIC": 2,
    "PT_INTERP": 3,
    "PT_NOTE": 4,
    "PT_PHDR": 6,
    "PT_TLS": 7,
    "PT_GNU_STACK": 0x6474E551,
    "PT_GNU_RELRO": 0x6474E552,
    "PT_GNU_PROPERTY": 0x6474E553,
}
EHDR = struct.Struct("<16sHHIQQQIHHHHHH")
PHDR = struct.Struct("<IIQQQQQQ")


@dataclass(frozen=True)
class Header:
    """A program header; numbers as in the file."""

    type: str
    offset: int
    vaddr: int
    filesz: int
    memsz: int = -1
    align: int = 8
    flags: int = 4

    def pack(self):
        memsz = self.filesz if self.memsz < 0 else self.memsz
        numbers = (self.offset, self.vaddr, self.vaddr, self.filesz, memsz, self.align)
        return PHDR.pack(HEADER_TYPES[self.type], self.flags, *numbers)


@dataclass(frozen=True)
class Library:
    """A shared library that asks for things; `build` writes it with dead bytes inside."""

    machine: str = "x86_64"
    align: int = 0x1000
    needed: tuple[str, ...] = ()
    soname: str = ""
    rpath: str = ""
    runpath: str = ""
    versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    weak: tuple[str, ...] = ()
    dead: int = 3000

    def build(self):
        strings = _Strings()
        table = 64 + 4 * PHDR.size
        verneed = self._version_needs(strings)
        names = [(1, name) for name in self.needed]
        names += [(14, self.soname), (15, self.rpath), (29, self.runpath)]
        entries = [(tag, strings.put(name)) for tag, name in names if name]
        text = strings.data
        if self.versions:
            entries += [(0x6FFFFFFE, table), (0x6FFFFFFF, len(self.versions))]
        entries += [(5, table + len(verneed)), (10, len(text)), (0, 0)]
        dynamic = b"".join(struct.pack("<qQ", *entry) for entry in entries)
        first = table + len(verneed) + len(text)
        # The dead bytes between the segments end where the second one's place begins.
        offset = -(-(first + self.dead) // 16) * 16
        vaddr = offset + self.align
        headers = [
            Header("PT_LOAD", 0, 0, first, align=self.align, flags=5),
            Header("PT_LOAD", offset, vaddr, len(dynamic), align=self.align, flags=6),
            Header("PT_DYNAMIC", offset, vaddr, len(dynamic), flags=6),
            Header("PT_GNU_STACK", 0, 0, 0, flags=6, align=16),
        ]
        body = bytearray(b"\xdd" * (offset + len(dynamic) + self.dead))
        body[table:first] = verneed + text
        body[offset : offset + len(dynamic)] = dynamic
        return pack_elf(body, headers, machine=self.machine)

    def _version_needs(self, strings):
        records = b""
        for index, (library, names) in enumerate(self.versions.items()):
            last = index == len(self.versions) - 1
            following = 0 if last else 16 + 16 * len(names)
            records += struct.pack("<HHIII", 1, len(names), strings.put(library), 16, following)
            for place, name in enumerate(names):
                beyond = 0 if place == len(names) - 1 else 16
                flags = 2 if name in self.weak else 0
                records += struct.pack("<IHHII", 0, flags, 2, strings.put(name), beyond)
        return records


class _Strings:
    def __init__(self):
        self.data = b"\0"

    def put(self, name):
        position = len(self.data)
        self.data += name.encode() + b"\0"
        return position


def pack_elf(body, headers, *, machine="x86_64", kind=3, phoff=64):
    """Put an ELF header and a table of program headers over a body; return the bytes."""
    identity = b"\x7fELF\x02\x01\x01"
    whole = bytearray(body)
    sections = (64, 7, 6) if len(whole) > 64 else (64, 0, 0)
    numbers = (phoff, len(whole) - 64, 0, 64, PHDR.size, len(headers), *sections)
    EHDR.pack_into(whole, 0, identity, kind, MACHINES[machine], 1, 0, *numbers)
    table = b"".join(header.pack() for header in headers)
    whole[phoff : phoff + len(table)] = table
    return bytes(whole)


class ElfFiles:
    """The builders, for tests."""

    Header = Header
    Library = Library
    pack = staticmethod(pack_elf)
    replace = staticmethod(replace)


@pytest.fixture(scope="session")
def elf_files():
    """Builders of small ELF files."""
    return ElfFiles
