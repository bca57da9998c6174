"""Install both wheels into a new environment, and test them where no source of theirs lies.

python scripts/test_distributions.py build/distributions

What is tested is what will be given out: the files of the packages are not in the folder that the
tests run in, so that nothing but the wheels can be imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("layerfactory", "handler/scikit_learn_lambda")
# What reads the sources themselves, as texts.
OF_SOURCES = (
    "tests/unit/docs/test_docs_pages.py::test_messages_of_ours_are_as_the_code_has_them",
    "tests/unit/scripts/test_check_release.py::test_the_project_itself_can_be_read",
)


def main() -> int:
    """Run the unit tests against what is installed; the exit code is pytest's."""
    (folder,) = map(Path, sys.argv[1:])
    wheels = sorted(folder.resolve().rglob("*.whl"))
    if len(wheels) != len(PACKAGES):
        print(f"error: {folder}: there are {len(wheels)} wheels", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        python = install(Path(name, "venv"), wheels)
        tree = Path(name, "tree")
        copy_without_packages(tree)
        words = [python, "-P", "-m", "pytest", "-q", "tests/unit", "-p", "no:cacheprovider"]
        words += [f"--deselect={name}" for name in OF_SOURCES]
        env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        return subprocess.run(list(map(str, words)), cwd=tree, env=env, check=False).returncode


def install(place: Path, wheels: list[Path]) -> Path:
    """An environment with the wheels and what the tests need, by their hashes; its Python."""
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for words in (
        [*pip, "--require-hashes", "-r", ROOT / "requirements" / "dev.txt"],
        [*pip, "--no-deps", "--no-index", *wheels],
    ):
        subprocess.run(list(map(str, words)), check=True)
    return python


def copy_without_packages(tree: Path) -> None:
    """All that is committed but the packages' own sources."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in listed.stdout.splitlines():
        if not name.startswith(tuple(f"{package}/" for package in PACKAGES)):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)


if __name__ == "__main__":
    sys.exit(main())
