"""Ten cells of one Python out of made-up wheels: all of a build, in a second or two.

The wheels are as those of the index in everything that a build looks at, but small.
"""

from __future__ import annotations

import base64
import hashlib
import random
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from build_fixtures import Workshop

from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.build.locks.lockfile import write_lock
from layerfactory.matrix.cell import Cell

if TYPE_CHECKING:
    from pathlib import Path

    from build_fixtures import Run

PYTHON = "3.7"
CELLS = tuple(
    Cell(PYTHON, version)
    for version in ("0.22", "0.22.1", "0.22.2", "0.22.2.post1", "0.23.0")
    + ("0.23.1", "0.23.2", "0.24.0", "0.24.1", "0.24.2")
)
SHARED = {"joblib": "0.15.1", "numpy": "1.18.4", "scipy": "1.4.1"}
_MODULES = 12


def make_wheel(folder: Path, name: str, version: str, seed: int = 0) -> LockedWheel:
    """A wheel of modules that take a moment to compile; equal arguments give equal bytes."""
    stem = f"{name.replace('-', '_')}-{version}"
    package, info = name.replace("scikit-", "sk"), f"{stem}.dist-info"
    contents = {
        f"{package}/module{number}.py": _source(random.Random(f"{stem} {seed} {number}"))
        for number in range(_MODULES)
    }
    contents[f"{package}/tests/test_one.py"] = b"assert True\n"
    contents[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: BSD-3-Clause\n".encode()
    )
    contents[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    rows = [f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in contents.items()]
    contents[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    path = folder / f"{stem}-py3-none-any.whl"
    path.unlink(missing_ok=True)
    with zipfile.ZipFile(path, "w") as wheel:
        for member, data in contents.items():
            wheel.writestr(zipfile.ZipInfo(member, (2020, 1, 1, 0, 0, 0)), data)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return LockedWheel(name, version, path.name, sha256)


def _source(rng: random.Random) -> bytes:
    lines = [
        f"def function{number}(x):\n    return x * {rng.random()} + len({rng.random()!r})\n"
        for number in range(60)
    ]
    return "\n".join(lines).encode()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Foundry(Workshop):
    """A workshop whose matrix has all CELLS, with an index of its own."""

    index: Path

    def environment(self, **more: str | None) -> dict[str, str | None]:
        nowhere = (self.root / "nowhere").as_uri()
        own = {"UV_DEFAULT_INDEX": nowhere, "UV_FIND_LINKS": str(self.index)}
        return {**own, "UV_CACHE_DIR": str(self.root / "uv"), **more}

    def build(self, *words: str, cells: tuple[Cell, ...] = CELLS[:1], **more: str | None) -> Run:
        """Build these cells; the output folder is the workshop's unless words say otherwise."""
        return self.run("build", "--json", *_only(cells), *words, **self.environment(**more))

    def begin(self, *words: str, cells: tuple[Cell, ...], **more: str | None):
        """Start to build these cells."""
        return self.start("build", *_only(cells), *words, **self.environment(**more))

    def zips(self, folder: str = "dist") -> dict[str, str]:
        """The sha256 of each zip of an output folder."""
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted((self.root / folder).glob("*.zip"))
        }

    def entries(self, kind: str = "parts") -> list[Path]:
        """The cache's entries of a kind, sorted by path."""
        return sorted(path for path in (self.cache / kind).rglob("*") if len(path.name) == 64)


def _only(cells: tuple[Cell, ...]) -> list[str]:
    return [word for cell in cells for word in ("--only", str(cell))]


def make_foundry(root: Path) -> Foundry:
    index = root / "index"
    index.mkdir(parents=True)
    shared = [make_wheel(index, name, version) for name, version in SHARED.items()]
    matrix = ["version: 1", "regions: [us-east-1]", "builder: wheels", "cells:"]
    for cell in CELLS:
        own = make_wheel(index, "scikit-learn", cell.scikit_learn)
        wheels = tuple(sorted([*shared, own], key=lambda wheel: wheel.name))
        (root / "locks").mkdir(exist_ok=True)
        write_lock(root / "locks", Lock(cell, date(2026, 1, 1), wheels))
        which = f'python: "{PYTHON}", scikit-learn: "{cell.scikit_learn}"'
        matrix.append(f"  - {{{which}, architectures: x86_64}}")
    (root / "matrix.yaml").write_text("\n".join([*matrix, ""]))
    return Foundry(root, index)


def compiled(stderr: str) -> Counter[str]:
    """How often the part of each distribution was made, by what builds told."""
    return Counter(re.findall(r": compiling (\S+)", stderr))
