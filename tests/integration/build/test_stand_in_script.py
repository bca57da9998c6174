from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from layerfactory.build.docker.images import find_image

SCRIPT = Path(__file__).parents[3] / "scripts" / "stand_in_image.py"

pytestmark = pytest.mark.docker


def run(*arguments):
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture
def stand_in(build_image):
    name = build_image("3.13")
    if "stand-in" not in name:
        pytest.skip("the true image is here: no stand-in is needed")
    return name


def test_a_second_run_leaves_it_as_it_is(stand_in):
    before = find_image(stand_in)
    done = run("3.13")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{stand_in}: up to date (3.13.")
    assert find_image(stand_in) == before


def test_the_image_says_that_it_stands_in(stand_in):
    labels = find_image(stand_in).labels
    assert "stands in for public.ecr.aws/sam/build-python3.13" in labels["layerfactory.stand-in"]


def test_it_has_what_lambdas_image_has(stand_in):
    argv = ["docker", "run", "--rm", stand_in, "python3.13", "-c"]
    code = "import sys, pip, ssl, sqlite3; print(sys.prefix)"
    done = subprocess.run([*argv, code], capture_output=True, text=True, check=True)
    assert done.stdout == "/var/lang\n"
