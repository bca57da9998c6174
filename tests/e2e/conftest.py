"""The command as a user runs it, on the embedded AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser_fixtures import chromium, visit, whole_site
from docker_fixtures import build_image
from lock_samples import SAMPLES

from layerfactory.publish.embedded import embedded_aws

__all__ = ["build_image", "chromium", "visit", "whole_site"]

ROOT = Path(__file__).resolve().parents[2]
# The cell that is quickest to build.
CELL = "py3.7-sklearn0.23.1-x86_64"


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Layerfactory:
    """Runs the command in a folder of its own, with the matrix and the locks of the samples."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder = folder
        self.output = folder / "dist"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "embedded",
            "AWS_SECRET_ACCESS_KEY": "embedded",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def popen(self, *words: str) -> subprocess.Popen[str]:
        argv = [sys.executable, "-m", "layerfactory", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            argv, cwd=self.folder, env=self.env, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, *words: str) -> Run:
        process = self.popen(*words)
        out, err = process.communicate(timeout=600)
        return Run(process.returncode, out, err)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A folder with matrix, locks, and one layer that was built and verified there."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "matrix.yaml").write_text((SAMPLES / "matrix.yaml").read_text())
    (folder / "locks").symlink_to(SAMPLES / "locks")
    factory = Layerfactory(folder, "http://127.0.0.1:9")
    for verb in ("build", "verify"):
        done = factory.run(verb, "--builder", "wheels", "--only", CELL)
        assert done.code == 0, done.err
    return folder


@pytest.fixture
def factory(built, tmp_path):
    """The command before an empty AWS, with a verified layer of CELL at hand."""
    for name in ("matrix.yaml", "locks"):
        (tmp_path / name).symlink_to(built / name)
    (tmp_path / "dist").mkdir()
    for path in (built / "dist").glob(f"{CELL}.*"):
        os.link(path, tmp_path / "dist" / path.name)
    with embedded_aws() as settings:
        yield Layerfactory(tmp_path, settings.endpoint_url)
