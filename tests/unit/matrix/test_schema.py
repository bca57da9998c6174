from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from layerfactory.matrix.schema import CellEntry, MatrixFile, json_schema, json_schema_text

ROOT = Path(__file__).resolve().parents[3]
SCHEMA_LINE = re.compile(r"^# yaml-language-server: \$schema=(\S+)$", re.MULTILINE)


def validator() -> Any:
    return Draft202012Validator(json_schema())


def test_the_committed_schema_is_the_generated_one() -> None:
    committed = (ROOT / "docs" / "matrix.schema.json").read_text(encoding="utf-8")
    assert committed == json_schema_text(), "run scripts/write_docs.py"


def test_every_key_is_described() -> None:
    schema = json_schema()
    described = [schema["properties"], schema["$defs"]["CellEntry"]["properties"]]
    for properties in described:
        assert [key for key, value in properties.items() if not value.get("description")] == []
    assert list(described[0])[:2] == ["version", "cells"]
    assert len(described[0]) == len(MatrixFile.model_fields)
    assert len(described[1]) == len(CellEntry.model_fields)


def test_the_shipped_matrix_suits_the_schema() -> None:
    content = YAML(typ="safe", pure=True).load(ROOT / "matrix.yaml")
    assert list(validator().iter_errors(content)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"cells": []},
        {"cells": [{"python": "3.99", "scikit-learn": "1.9.1"}]},
        {"cells": [{"python": 3.9, "scikit-learn": "1.6.1"}]},
        {"cells": [{"python": "3.12"}]},
        {"architectures": ["sparc"]},
        {"regions": []},
        {"groups": {"mine": ["us-moon-1"]}},
        {"public": "yes"},
        {"bytecode": "none"},
        {"images": {"2.7": "x"}},
        {"regoins": ["default"]},
    ],
)
def test_the_schema_refuses(change: dict[str, Any]) -> None:
    good = {"version": 1, "cells": [{"python": "3.12", "scikit-learn": "1.9.1"}]}
    assert validator().is_valid(good)
    assert not validator().is_valid({**good, **change})


def test_the_line_for_editors_points_to_the_schema() -> None:
    """The matrix of a host may do without it; the one that docs/hosting.md shows has it."""
    pages = [(ROOT / name).read_text("utf-8") for name in ("matrix.yaml", "docs/hosting.md")]
    found = {path for page in pages for path in SCHEMA_LINE.findall(page)}
    assert found == {"docs/matrix.schema.json"}
    content = json.loads((ROOT / found.pop()).read_text("utf-8"))
    assert content["title"] == "matrix.yaml"
