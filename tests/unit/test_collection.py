"""Are the tests of every room collected? A folder that pytest passes over fails nowhere else."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def test_no_folder_with_tests_is_passed_over():
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    passed_over = settings["tool"]["pytest"]["ini_options"]["norecursedirs"]
    tests = REPOSITORY / "tests"
    folders = {
        part for path in tests.rglob("test_*.py") for part in path.relative_to(tests).parent.parts
    }
    assert "build" in folders
    assert {name for name in folders for glob in passed_over if fnmatch(name, glob)} == set()
