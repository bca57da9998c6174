"""Layers are retired, never deleted: nothing that is shipped so much as names that call."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import layerfactory

PACKAGE = Path(layerfactory.__file__).parent
CALL = re.compile(r"delete_?layer_?version|remove_?layer_?version(?!_?permission)", re.IGNORECASE)
FILES = [path for path in sorted(PACKAGE.rglob("*")) if path.is_file() and path.suffix != ".pyc"]


@pytest.mark.parametrize(
    "word", ["DeleteLayerVersion", "delete_layer_version", "deleteLayerVersion"]
)
def test_the_pattern_knows_every_spelling(word):
    assert CALL.search(word)
    assert not CALL.search("lambda:RemoveLayerVersionPermission")


def test_no_file_of_the_package_names_it():
    assert len(FILES) > 100
    named = [path.relative_to(PACKAGE).as_posix() for path in FILES if CALL.search(read(path))]
    assert named == []


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")
