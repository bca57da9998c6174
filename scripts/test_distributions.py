"""Test both distributions as they were built, where no source of theirs lies.

python scripts/test_distributions.py build/distributions

What is tested is what will be given out: each wheel is installed into a new environment, and the
files of the packages are not in the folder that the tests run in, so that nothing but the wheel can
be imported. The handler's tests fit and serve models with a layer's scikit-learn. A source
distribution has to give the very wheel that was tested.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("layerfactory", "handler/scikit_learn_lambda")
# Data for every estimator, which the handler's tests share.
GUESTS = "layerfactory/verify/guest"
# What reads the sources themselves, as texts.
OF_SOURCES = (
    "tests/unit/docs/test_docs_pages.py::test_messages_of_ours_are_as_the_code_has_them",
    "tests/unit/scripts/test_check_release.py::test_the_project_itself_can_be_read",
)


def main() -> int:
    """Test all that lies in a folder; 1 where something fails, 2 where something is missing."""
    match sys.argv[1:]:
        case [name]:
            folder = Path(name)
        case _:
            print("usage: python scripts/test_distributions.py FOLDER", file=sys.stderr)
            return 2
    wheels = {path.name.partition("-")[0]: path for path in folder.resolve().rglob("*.whl")}
    sources = sorted(folder.resolve().rglob("*.tar.gz"))
    if wheels.keys() != {"layerfactory", "scikit_learn_lambda"} or len(sources) != len(wheels):
        print(f"error: {folder}: not one wheel and one sdist of each package", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        passed = [
            test_layerfactory(list(wheels.values()), work / "layerfactory"),
            test_handler(wheels["scikit_learn_lambda"], work / "handler"),
            *(test_source(path, wheels, work / "sources") for path in sources),
        ]
    return 0 if all(passed) else 1


def test_layerfactory(wheels: list[Path], work: Path) -> bool:
    """The unit tests, on both wheels."""
    python = make_environment(work / "venv", ROOT / "requirements" / "dev.txt")
    install(python, *wheels)
    copy(work / "tree", without=PACKAGES)
    left_out = [f"--deselect={name}" for name in OF_SOURCES]
    return pytest(python, work / "tree", "tests/unit", "-p", "no:cacheprovider", *left_out)


def test_handler(wheel: Path, work: Path) -> bool:
    """The handler's own tests, with nothing beside it but what a layer carries."""
    python = make_environment(
        work / "venv", newest_lock(), ROOT / "requirements" / "handler-tests.txt"
    )
    install(python, wheel)
    copy(work / "tree", only=("handler/tests/", "handler/README.md", f"{GUESTS}/"))
    return pytest(python, work / "tree", "-c", "handler/tests/pytest.ini", "handler/tests")


def test_source(source: Path, wheels: dict[str, Path], work: Path) -> bool:
    """A source distribution gives the wheel that was tested, byte for byte."""
    python = make_environment(work / source.name, ROOT / "requirements" / "build.txt")
    words = ["wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir"]
    pip(python, *words, work / "wheels", source)
    made = next((work / "wheels").glob(f"{source.name.partition('-')[0]}-*.whl"))
    if made.read_bytes() == wheels[made.name.partition("-")[0]].read_bytes():
        print(f"{source.name}: gives the wheel that was tested")
        return True
    print(f"error: {source.name}: gives another wheel than the tested one", file=sys.stderr)
    return False


def newest_lock() -> Path:
    """The newest scikit-learn of this Python that the tests' samples have, without extras."""
    python = re.escape(f"py{sys.version_info[0]}.{sys.version_info[1]}")
    name = re.compile(python + r"-sklearn([\d.]+)-x86_64\.txt")
    locks = {
        tuple(map(int, found[1].split("."))): path
        for path in (ROOT / "tests" / "samples" / "locks").iterdir()
        if (found := name.fullmatch(path.name))
    }
    return locks[max(locks)]


def make_environment(place: Path, *requirements: Path) -> Path:
    """A new environment with what is required, by hash; its Python."""
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    for path in requirements:
        pip(python, "install", "--require-hashes", "-r", path)
    return python


def install(python: Path, *wheels: Path) -> None:
    """Install wheels, and nothing that they ask for."""
    pip(python, "install", "--no-deps", "--no-index", *wheels)


def pip(python: Path, verb: str, *words: str | Path) -> None:
    """Run an environment's pip."""
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([python, "-m", "pip", verb, *quiet, *words], check=True)


def pytest(python: Path, tree: Path, *words: str) -> bool:
    """Whether tests pass; -P keeps the folder itself off the path."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    words = ("-P", "-m", "pytest", "-q", *words)
    return subprocess.run([python, *words], cwd=tree, env=env, check=False).returncode == 0


def copy(tree: Path, *, only: tuple[str, ...] = ("",), without: tuple[str, ...] = ()) -> None:
    """What is committed below some folders, but for packages."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    left_out = tuple(f"{package}/" for package in without)
    for name in listed.stdout.splitlines():
        if name.startswith(only) and not name.startswith(left_out):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)


if __name__ == "__main__":
    sys.exit(main())
