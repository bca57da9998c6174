"""Parts for tests, made of nothing but names and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.build.archive import compress
from layerfactory.build.layer import ROOT
from layerfactory.build.parts.part import Part

if TYPE_CHECKING:
    from collections.abc import Mapping


def make_part(name: str, files: Mapping[str, bytes]) -> Part:
    """A part with these files, by their paths below ``python/``."""
    members = tuple(
        compress(ROOT + path, data, executable=False) for path, data in sorted(files.items())
    )
    size = sum(map(len, files.values()))
    return Part(name, "1.0", "MIT", members, (), (), untrimmed_bytes=size, bytecode_bytes=0)
