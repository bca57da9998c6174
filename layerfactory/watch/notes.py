"""What a person should look at, and no edit of the matrix can mend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import Version

from layerfactory.data.runtimes import Runtime, runtimes, symbol_version
from layerfactory.matrix.support import SCIKIT_LEARN
from layerfactory.matrix.universe import releases, why_left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, timedelta

    from layerfactory.matrix.cell import Cell
    from layerfactory.matrix.index import IndexFile

_RUNTIME = re.compile(r"python(3\.\d+)")
_INTERPRETER = re.compile(r"-cp3(\d+)-cp3\d+-manylinux")


@dataclass(frozen=True, slots=True)
class Note:
    """Something to look at. It says the same on each day, so that a proposal stays as it is."""

    subject: str
    text: str
    remedy: str


def runtime_ends(cells: Iterable[Cell], today: date, within: timedelta) -> Iterator[Note]:
    """The runtimes of the matrix that Lambda deprecates soon."""
    for python in sorted({cell.python for cell in cells}, key=symbol_version):
        runtime = runtimes()[python]
        end = runtime.deprecated
        if end is not None and today < end <= today + within:
            yield Note(
                runtime.name,
                f"Lambda deprecates {runtime.name} on {end}",
                "After that day: layerfactory retire "
                f"--only 'py{python}-*' --reason 'Lambda deprecates Python {python}'.",
            )


def unknown_pythons(aws_names: Iterable[str], index_files: Iterable[IndexFile]) -> Iterator[Note]:
    """Pythons newer than all of data/runtimes.yaml, of which AWS or scikit-learn knows.

    Args:
        aws_names: the runtimes that the API of Lambda knows, such as ``python3.14``.
        index_files: everything that the index offers for scikit-learn.
    """
    known = list(runtimes().values())
    newest = max(known, key=lambda runtime: runtime.sort_key)
    found = [_RUNTIME.fullmatch(name) for name in aws_names]
    of_aws = {match[1] for match in found if match}
    wheels = _newest_wheels(index_files)
    for python in sorted(of_aws | wheels.keys(), key=symbol_version):
        if symbol_version(python) > newest.sort_key:
            yield _unknown(python, newest, wheels.get(python, ""), in_aws=python in of_aws)


def _unknown(python: str, newest: Runtime, release: str, *, in_aws: bool) -> Note:
    aws = f"AWS's API names python{python}" if in_aws else f"AWS's API names no python{python} yet"
    wheel = f"has wheels for it from {release} on" if release else "has no wheels for it yet"
    return Note(
        f"python{python}",
        f"{aws}, and {SCIKIT_LEARN} {wheel}; layerfactory knows {newest.name} as the newest",
        "When Lambda offers it, add it to layerfactory/data/runtimes.yaml: the next run proposes "
        "its cells.",
    )


def _newest_wheels(index_files: Iterable[IndexFile]) -> dict[str, str]:
    """By Python, the oldest final release that has a wheel for it on Linux."""
    found: dict[str, str] = {}
    for files in releases(index_files, "0"):
        if why_left_out(files):
            continue
        for file in files:
            if (match := _INTERPRETER.search(file.filename)) and not file.yanked:
                found.setdefault(f"3.{match[1]}", file.version)
    return found


def yanked_releases(cells: Iterable[Cell], index_files: Iterable[IndexFile]) -> Iterator[Note]:
    """The releases of the matrix that their authors have taken back."""
    made = {Version(cell.scikit_learn) for cell in cells}
    for files in releases(index_files, "0"):
        reason = why_left_out(files)
        if Version(files[0].version) in made and reason.startswith("yanked"):
            version = files[0].version
            yield Note(
                f"{SCIKIT_LEARN} {version}",
                f"{SCIKIT_LEARN} {version} was {reason}",
                f"layerfactory retire --only '*-sklearn{version}-*' --reason '…', and take it out "
                "of the matrix.",
            )
