"""Says what a layer holds: its packages, their licences and sizes, as the manifest has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.build.layer import PackagedWheel
from layerfactory.build.licenses import combine, library_licenses, wheel_license

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from layerfactory.build.locks.lock import Lock
    from layerfactory.build.records import Distribution


def describe_packages(
    lock: Lock,
    tree: Path,
    distributions: tuple[Distribution, ...],
    compiled: Mapping[str, str],
    sizes: Mapping[str, int],
) -> tuple[PackagedWheel, ...]:
    """Book each shipped byte to its distribution.

    Args:
        lock: what was installed.
        tree: the install.
        distributions: what the install says of itself.
        compiled: the bytecode file of each source.
        sizes: bytes of each shipped file.
    """
    wheels = {wheel.name: wheel for wheel in lock.wheels}

    def shipped_bytes(name: str) -> int:
        return sizes.get(name, 0) + sizes.get(compiled.get(name, ""), 0)

    return tuple(
        PackagedWheel(
            name=dist.name,
            version=dist.version,
            wheel=wheels[dist.name].filename,
            sha256=wheels[dist.name].sha256,
            license=wheel_license((tree / dist.info / "METADATA").read_text("utf-8")),
            bytes=sum(map(shipped_bytes, dist.files)),
        )
        for dist in distributions
    )


def layer_license(packages: tuple[PackagedWheel, ...], files: Mapping[str, int]) -> str:
    """The SPDX expression over the distributions and the shared libraries they bring."""
    return combine([*(package.license for package in packages), *library_licenses(files)])
