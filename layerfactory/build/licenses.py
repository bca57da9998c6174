"""What may be done with a layer: one SPDX expression over all that is inside."""

from __future__ import annotations

import re
from email.parser import HeaderParser
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from layerfactory.data.files import read_data

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import Message

_CLASSIFIER = "License :: "
_TEXT = re.compile(r"licen[sc]e|copying|copyright|notice|authors", re.IGNORECASE)
_PYTHON = frozenset({".py", ".pyc", ".pyo", ".pyi", ".pyx", ".pxd", ".pxi", ".tp"})
_CODE = _PYTHON | {".so", ".a", ".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".f", ".f90"}
_FOLDERS = frozenset({"licenses", "license_files"})
"""Of a dist-info folder: all that lies there is a licence text, as PEP 639 has it."""


def license_texts(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths that are licence texts; sorted."""
    return tuple(sorted(filter(is_license_text, paths)))


def is_license_text(name: str) -> bool:
    """Whether a file is one by its name, wherever it lies, or by its folder in a dist-info.

    This alone decides which files trimming never takes, and which a layer must have.
    """
    path = PurePosixPath(name)
    named = path.suffix.lower() not in _CODE and _TEXT.search(path.name) is not None
    return named or any(
        outer.endswith(".dist-info") and inner in _FOLDERS
        for outer, inner in pairwise(path.parts[:-1])
    )


def wheel_license(metadata: str) -> str:
    """The SPDX expression of a distribution, out of its METADATA; empty where it tells none."""
    headers = HeaderParser().parsestr(metadata)
    return headers.get("License-Expression") or _by_name(headers)


def _by_name(headers: Message) -> str:
    names = read_data("licenses.yaml")["names"]
    classifiers = headers.get_all("Classifier", ())
    told = [headers.get("License", "")] + [
        classifier.rpartition(" :: ")[2]
        for classifier in classifiers
        if classifier.startswith(_CLASSIFIER)
    ]
    # Some projects put the whole licence text into the field: its first line names it.
    first_lines = (text.strip().partition("\n")[0].strip().lower() for text in told)
    return next((names[line] for line in first_lines if line in names), "")


def library_licenses(files: Iterable[str]) -> frozenset[str]:
    """The SPDX expressions of the shared libraries that wheels bring along."""
    known = read_data("licenses.yaml")["libraries"]
    # numpy.libs/ beside the package, or scipy/.libs/ inside it in wheels of before 2021.
    carried = [path for path in map(PurePosixPath, files) if path.parent.name.endswith(".libs")]
    return frozenset(
        spdx for path in carried for prefix, spdx in known.items() if path.name.startswith(prefix)
    )


def combine(expressions: Iterable[str]) -> str:
    """All terms of several expressions, joined by AND, each once and sorted."""
    terms = {
        term.strip() for expression in expressions if expression for term in _terms(expression)
    }
    return " AND ".join(sorted(terms))


def _terms(expression: str) -> list[str]:
    """What an expression joins by AND; one with OR or parentheses stays whole."""
    if " OR " in expression or "(" in expression:
        return [f"({expression})"]
    return expression.split(" AND ")
