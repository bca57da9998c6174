"""Is every locked distribution inside, with its metadata and the licence texts of its wheel?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from packaging.metadata import RawMetadata, parse_email
from packaging.utils import canonicalize_name, canonicalize_version

from layerfactory.build.layer import ROOT
from layerfactory.verify.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layerfactory.build.locks.lock import Lock, LockedWheel
    from layerfactory.verify.unzipped import Unzipped


@dataclass(frozen=True, slots=True)
class Installed:
    """A dist-info folder and what its METADATA says."""

    folder: str
    text: str
    raw: RawMetadata

    @property
    def name(self) -> str:
        """Normalised."""
        return canonicalize_name(self.raw.get("name", ""))


def check_contents(unzipped: Unzipped, lock: Lock, licenses: Iterable[str]) -> Iterator[Finding]:
    """Metadata of each wheel, nothing beyond the lock, and no licence text lost.

    Args:
        unzipped: what the zip holds.
        lock: what it should hold.
        licenses: the licence texts that the wheels had, as paths below ``python/``.
    """
    distributions = list(installed(unzipped))
    by_name = {distribution.name: distribution for distribution in distributions}
    for wheel in lock.wheels:
        yield from _check_wheel(wheel, by_name.get(canonicalize_name(wheel.name)), unzipped)
    locked = {canonicalize_name(wheel.name) for wheel in lock.wheels}
    for distribution in distributions:
        if distribution.name not in locked:
            yield Finding("contents", distribution.folder, "is not in the lock")
    names = unzipped.names
    for path in sorted(licenses):
        if ROOT + path not in names:
            yield Finding("contents", path, "is a licence text of its wheel, and is gone")


def installed(unzipped: Unzipped) -> Iterator[Installed]:
    """The distributions that ``importlib.metadata`` would find."""
    for name, text in unzipped.metadata.items():
        path = PurePosixPath(name)
        # Deeper ones belong to copies that packages carry for themselves.
        if path.name == "METADATA" and path.parent.parent == PurePosixPath(ROOT):
            decoded = text.decode("utf-8", errors="replace")
            yield Installed(str(path.parent), decoded, parse_email(text)[0])


def _check_wheel(
    wheel: LockedWheel, found: Installed | None, unzipped: Unzipped
) -> Iterator[Finding]:
    if found is None:
        message = "is locked, but there is no METADATA of it: importlib.metadata would fail"
        yield Finding("contents", wheel.name, message)
        return
    version = found.raw.get("version", "")
    if canonicalize_version(version) != canonicalize_version(wheel.version):
        message = f"is locked at {wheel.version}; METADATA says {version or 'nothing'}"
        yield Finding("contents", wheel.name, message)
    if not unzipped.metadata.get(f"{found.folder}/WHEEL"):
        yield Finding("contents", wheel.name, f"has no {found.folder}/WHEEL")
