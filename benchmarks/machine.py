"""Where and with what something was measured."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from layerfactory import __version__
from layerfactory.build.source import source_commit

_TOOLS = ("uv", "deflate")


@dataclass(frozen=True, slots=True)
class Machine:
    """What a figure is worth nothing without."""

    date: str
    processor: str
    architecture: str
    cores: int
    memory_bytes: int
    system: str
    load: float
    """Processes that wanted a core in the minute before; well under 1 where it is quiet."""
    python: str
    versions: dict[str, str]
    commit: str

    def __str__(self) -> str:
        where = f"{self.processor}, {self.cores} cores, {self.memory_bytes / 2**30:.0f} GiB"
        tools = ", ".join(f"{name} {of}" for name, of in self.versions.items())
        number, _, dirty = self.commit.partition("-")
        commit = f"{number[:12] or 'unknown'}{' with changes' if dirty else ''}"
        return (
            f"{self.date}, {where}, {self.system} ({self.architecture}), load {self.load:.1f} "
            f"before; Python {self.python}, {tools}, commit {commit}."
        )


def this_machine(root: Path) -> Machine:
    """Look at the machine, and at the checkout in ``root``."""
    return Machine(
        date=datetime.now(tz=UTC).date().isoformat(),
        processor=processor_name(_read("/proc/cpuinfo")) or platform.processor() or "unknown",
        architecture=platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        system=system_name(_read("/etc/os-release")) or platform.system(),
        load=os.getloadavg()[0],
        python=platform.python_version(),
        versions={"layerfactory": __version__, **{name: version(name) for name in _TOOLS}},
        commit=source_commit(root),
    )


def processor_name(cpuinfo: str) -> str:
    """The first processor's name out of ``/proc/cpuinfo``; empty on arm64, which tells none."""
    match = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return " ".join(match[1].split()) if match else ""


def system_name(os_release: str) -> str:
    """The system's name out of ``/etc/os-release``."""
    match = re.search(r'^PRETTY_NAME="?([^"\n]+)', os_release, re.MULTILINE)
    return match[1] if match else ""


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
