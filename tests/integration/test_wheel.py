"""The wheel that people install: is all inside, and does it run away from the checkout?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "layerfactory"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    argv = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(argv, check=False, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unpacked, folder, *words):
    """Run the command out of the wheel; -P and the other folder keep the checkout away."""
    argv = [sys.executable, "-P", "-m", "layerfactory", *words]
    env = {**os.environ, "PYTHONPATH": str(unpacked)}
    return subprocess.run(argv, check=False, cwd=folder, env=env, capture_output=True, text=True)


def test_every_file_of_the_package_is_inside(unpacked):
    wanted = {
        path.relative_to(REPOSITORY)
        for pattern in ("*.py", "*.yaml", "*.schema.json", "py.typed", "site/*/*")
        for path in PACKAGE.rglob(pattern)
        if path.is_file() and path.parent.name != "__pycache__"
    }
    guests = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("*/guest/*.py")}
    assert guests == {"build/guest", "verify/guest", "rehearsal/guest"}
    named = {"runtimes.yaml", "trim_rules.yaml", "layers.schema.json", "py.typed", "site.css"}
    assert {path.name for path in wanted} >= named
    assert {path for path in wanted if not (unpacked / path).is_file()} == set()


def test_licence_and_command_are_inside(unpacked):
    (info,) = unpacked.glob("layerfactory-*.dist-info")
    licence = (info / "licenses" / "LICENSE").read_bytes()
    assert licence == (REPOSITORY / "LICENSE").read_bytes()
    entry_points = (info / "entry_points.txt").read_text("utf-8")
    assert "layerfactory = layerfactory.__main__:main" in entry_points


def test_nothing_else_is_inside(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"layerfactory"}


def test_it_is_the_wheel_that_runs(unpacked, tmp_path):
    code = "import layerfactory; print(layerfactory.__file__)"
    argv = [sys.executable, "-P", "-c", code]
    env = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run(argv, check=False, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert Path(done.stdout.strip()).is_relative_to(unpacked)


def test_it_tells_its_version(unpacked, tmp_path):
    (info,) = unpacked.glob("layerfactory-*.dist-info")
    done = run(unpacked, tmp_path, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert info.name.removeprefix("layerfactory-").removesuffix(".dist-info") in done.stdout


def test_it_plans_from_another_folder(unpacked, tmp_path):
    matrix = str(REPOSITORY / "tests/samples/matrix.yaml")
    done = run(unpacked, tmp_path, "plan", "--matrix", matrix, "--json", "--only", "py3.7-*")
    assert done.returncode == 0, done.stderr
    cells = [entry["cell"] for entry in json.loads(done.stdout)["cells"]]
    assert cells
    assert all(cell.startswith("py3.7-") for cell in cells)
