"""A layer as it is built, and copies of it that are spoiled on purpose."""

import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from build_fixtures import built, interpreter

from layerfactory.build.layer import Layer
from layerfactory.build.locks.lock import Lock
from layerfactory.build.locks.lockfile import read_lock
from layerfactory.verify.upstream.report import UpstreamReport
from layerfactory.verify.upstream.run import run_upstream
from layerfactory.verify.upstream.selection import Part, Selection

__all__ = ["built", "interpreter"]

# A few seconds' worth: one folder of each package, and a test extension that trimming takes.
PATHS = (
    "sklearn/tests/test_isotonic.py",
    "numpy/linalg/tests/test_build.py",
    "scipy/_lib/tests/test_ccallback.py",
    "scipy/linalg/tests/test_lapack.py",
)
TINY = Selection("tiny", "why", 5, (Part("tiny", "scikit-learn", PATHS, "why"),))


@dataclass(frozen=True)
class Bench:
    """A built layer with its lock, and how the tests ended on its untrimmed install."""

    layer: Layer
    lock: Lock
    cache: Path

    def test(self, layer: Layer | None = None) -> UpstreamReport:
        return run_upstream(layer or self.layer, self.lock, TINY, cache=self.cache)

    def spoiled(self, folder: Path, drop: str, **added: str) -> Layer:
        """A copy of the layer without one member, and with others."""
        path = folder / self.layer.zip.name
        with zipfile.ZipFile(self.layer.zip) as whole, zipfile.ZipFile(path, "w") as copy:
            for member in whole.infolist():
                if member.filename != drop:
                    copy.writestr(member.filename, whole.read(member))
            for name, text in added.items():
                copy.writestr(name, text)
        return replace(self.layer, zip=path)


@pytest.fixture(scope="module")
def bench(built, tmp_path_factory):
    """The smallest cell."""
    layer = built.layer()
    lock = read_lock(built.root / "locks", layer.cell)
    return Bench(layer, lock, tmp_path_factory.mktemp("baselines"))
