from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import InterpreterNotFoundError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Install:
    """Real wheels, unpacked for a Python and a processor that need not be here."""

    platform: str
    python: str
    as_of: str
    packages: tuple[str, ...]

    @property
    def page_size(self) -> int:
        return 0x10000 if self.platform.startswith("aarch64") else 0x1000

    def unpack(self, folder: Path) -> Path:
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
        command += ["--target", folder, "--python-platform", self.platform]
        command += ["--python-version", self.python, "--only-binary", ":all:"]
        command += ["--exclude-newer", self.as_of, *self.packages]
        environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
        subprocess.run(command, check=True, env=environment, capture_output=True)
        return folder


NEWEST = (
    "numpy==2.5.4",
    "scipy==1.18.1",
    "scikit-learn==1.9.1",
    "joblib==1.6.0",
    "cloudpickle==3.1.2",
    "narwhals==2.28.0",
    "threadpoolctl==3.7.0",
)
INSTALLS = {
    # Extension modules that patchelf of 2019 stretched, build-ids under the program headers.
    "py37": Install(
        "x86_64-manylinux2014",
        "3.7",
        "2020-06-01",
        (
            "numpy==1.18.4",
            "scipy==1.4.1",
            "scikit-learn==0.23.1",
            "joblib==0.15.1",
            "threadpoolctl==2.1.0",
        ),
    ),
    # Debug sections between segments that are aligned to 2 MiB; strip breaks these.
    "py38": Install(
        "x86_64-manylinux2014",
        "3.8",
        "2021-05-15",
        (
            "numpy==1.20.3",
            "scipy==1.6.3",
            "scikit-learn==0.24.2",
            "joblib==1.0.1",
            "threadpoolctl==2.1.0",
        ),
    ),
    "py313": Install("x86_64-manylinux_2_34", "3.13", "2026-11-01", NEWEST),
    "py313-arm64": Install("aarch64-manylinux_2_34", "3.13", "2026-11-01", NEWEST),
}


@dataclass(frozen=True)
class Tree:
    """An install on disk."""

    install: Install
    folder: Path

    def elf_files(self) -> list[Path]:
        paths = (path for path in sorted(self.folder.rglob("*.so*")) if path.is_file())
        return [path for path in paths if path.read_bytes().startswith(b"\x7fELF")]


@pytest.fixture(scope="session")
def trees(tmp_path_factory):
    """Each install by name, unpacked when it is first asked for."""
    unpacked: dict[str, Tree] = {}

    def tree(name: str) -> Tree:
        if name not in unpacked:
            folder = tmp_path_factory.mktemp(name)
            unpacked[name] = Tree(INSTALLS[name], INSTALLS[name].unpack(folder))
        return unpacked[name]

    return tree


@pytest.fixture
def interpreter():
    """Finds a Python; without it the test is skipped, but never in CI."""

    def find(python: str) -> Path:
        try:
            return find_interpreter(python).path
        except InterpreterNotFoundError as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(error.message)

    return find
