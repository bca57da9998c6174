from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from layerfactory.build.layer import Layer, Manifest, PackagedWheel
from layerfactory.build.licenses import combine, library_licenses
from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.matrix.cell import Cell
from layerfactory.verify.static import check_layer

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = b"\xf3\r\r\n"
PYC = MAGIC + (1).to_bytes(4, "little") + bytes(8) + b"code"
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


@dataclass
class Draft:
    """A layer that is well; tests spoil it, then `check` it."""

    folder: Path
    files: dict[str, bytes]
    cell: Cell
    bytecode: str = "sourceless"
    wheels: tuple[tuple[str, str], ...] = (("joblib", "1.5.0"), ("scikit-learn", "1.7.2"))

    def path(self) -> Path:
        return self.folder / f"{self.cell}.zip"

    def write(self, **odd: Any) -> Layer:
        """Write the zip and tell the truth about it, but for what ``odd`` says of members."""
        with zipfile.ZipFile(self.path(), "w", zipfile.ZIP_DEFLATED) as archive:
            for name in odd.get("order") or sorted(self.files):
                member = zipfile.ZipInfo(
                    name, odd.get("dates", {}).get(name, (1980, 1, 1, 0, 0, 0))
                )
                member.external_attr = odd.get("modes", {}).get(name, 0o100644) << 16
                member.create_system = 3
                member.compress_type = odd.get("methods", {}).get(name, zipfile.ZIP_DEFLATED)
                archive.writestr(member, self.files[name])
        return self.layer()

    def layer(self, **told: Any) -> Layer:
        data = self.path().read_bytes()
        manifest = Manifest(
            cell=self.cell.identifier,
            layer_name=self.cell.layer_name,
            sha256=hashlib.sha256(data).hexdigest(),
            zipped_bytes=len(data),
            unzipped_bytes=sum(map(len, self.files.values())),
            untrimmed_bytes=0,
            bytecode_bytes=0,
            files=len(self.files),
            license=combine(library_licenses(self.files)),
            license_texts=(),
            bytecode=self.bytecode,
            builder="wheels",
            interpreter="3.11.7",
            image="",
            lock_sha256=self.lock().sha256,
            recipe_sha256="",
            source_commit="",
            packages=tuple(
                PackagedWheel(wheel.name, wheel.version, wheel.filename, wheel.sha256, "", 1, 1, ())
                for wheel in self.lock().wheels
            ),
            rules=(),
        )
        return Layer(self.cell, self.path(), replace(manifest, **told))

    def lock(self) -> Lock:
        wheels = tuple(LockedWheel(*wheel, "any.whl", "0" * 64) for wheel in self.wheels)
        return Lock(self.cell, date(2026, 11, 23), wheels)

    def untrimmed(self):
        """Wheels that hold just what the layer does."""
        names = [name.removeprefix("python/") for name in self.files if name[-1] != "/"]
        return {re.sub(r"(__pycache__/)?(\w+)(\.cpython-\d+)?\.pyc$", r"\2.py", n) for n in names}

    def check(self, licenses=(), untrimmed=None, **odd):
        """Write, check, and tell the findings as (check, subject, message)."""
        self.write(**odd)
        names = self.untrimmed() if untrimmed is None else untrimmed
        found = check_layer(self.layer(), self.lock(), {*names, *licenses})
        return [(finding.check, finding.subject, finding.message) for finding in found]

    def check_as_it_is(self, **told):
        """Check the zip that lies there."""
        found = check_layer(self.layer(**told), self.lock(), self.untrimmed())
        return [(finding.check, finding.subject, finding.message) for finding in found]


def dist_info(name, version, files=("LICENSE",)):
    folder = f"python/{name}-{version}.dist-info"
    text = METADATA.format(name=name.replace("_", "-"), version=version).encode()
    licenses = {f"{folder}/{file}": b"BSD" for file in files}
    return {f"{folder}/METADATA": text, f"{folder}/WHEEL": b"Wheel-Version: 1.0\n", **licenses}


@pytest.fixture
def pyc():
    """The start of a bytecode file with an unchecked hash."""
    return PYC


@pytest.fixture
def draft(tmp_path, elf_files):
    """A small layer for 3.11 on x86-64 in which nothing is wrong."""
    module = elf_files.Library(
        needed=("libgomp-1.so", "libc.so.6"),
        rpath="$ORIGIN/../scikit_learn.libs",
        versions={"libc.so.6": ("GLIBC_2.2.5", "GLIBC_2.17")},
    )
    library = elf_files.Library(needed=("libc.so.6",), soname="libgomp-1.so")
    files = {
        **dist_info("joblib", "1.5.0"),
        **dist_info("scikit_learn", "1.7.2"),
        "python/joblib/__init__.pyc": PYC,
        "python/sklearn/__init__.pyc": PYC,
        "python/sklearn/_fast.cpython-311-x86_64-linux-gnu.so": module.build(),
        "python/scikit_learn.libs/libgomp-1.so": library.build(),
    }
    return Draft(tmp_path, files, Cell.parse("py3.11-sklearn1.7.2-x86_64"))
