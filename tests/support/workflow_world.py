"""A repository of its own, an embedded AWS and a `gh`, to rehearse the workflow of the layers."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import gh_stand_in
from fault_proxy import FaultProxy
from lock_samples import LOCKS
from workflow_runner import Workflow, World

from layerfactory.build.files import write_text
from layerfactory.publish.embedded import embedded_aws

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from layerfactory.matrix.cell import Cell

ROOT = Path(__file__).resolve().parents[2]
REGIONS = ("eu-west-1", "us-west-2")
CATALOG = "listed"
# What another matrix has no use for, and what is not looked at.
_LEFT_OUT = ("locks/", "tests/", "layers.", "matrix.yaml")


@dataclass
class Rehearsal:
    """What is there before and after each run."""

    workflow: Workflow
    world: World
    aws: FaultProxy
    seed: Path
    """A clone from which a person pushes."""
    tracker: Path

    def push(self, cells: Iterable[Cell]) -> None:
        """Push a matrix of these cells, with their locks, as a maintainer would."""
        write_repository(self.seed, cells)
        self._push("Change the matrix")

    def write(self, path: str, text: str) -> None:
        """Push a file."""
        write_text(self.seed / path, text)
        self._push(f"Write {path}")

    def _push(self, message: str) -> None:
        _git(self.seed, "add", "--all")
        _git(self.seed, "commit", "--quiet", "--message", message)
        _git(self.seed, "push", "--quiet", "origin", "HEAD:main")

    def put(self, name: str, text: str) -> None:
        """Push a file as a maintainer would."""
        write_text(self.seed / name, text)
        _git(self.seed, "add", name)
        _git(self.seed, "commit", "--quiet", "--message", f"Change {name}")
        _git(self.seed, "push", "--quiet", "origin", "HEAD:main")

    def another(self, name: str, env: Mapping[str, str]) -> Workflow:
        """Another workflow of the same repository, with more in the environment of its steps."""
        world = replace(self.world, env={**self.world.env, **env})
        return Workflow(ROOT / ".github" / "workflows" / name, world)

    def merge(self, branch: str) -> None:
        """Merge a pull request, as a maintainer would."""
        _git(self.seed, "pull", "--quiet", "origin", "main")
        _git(self.seed, "pull", "--quiet", "--no-rebase", "origin", branch)
        _git(self.seed, "push", "--quiet", "origin", "HEAD:main")
        gh_stand_in.merged(self.tracker, branch)

    def file(self, ref: str, path: str) -> str:
        """A file of the repository; empty where there is none."""
        _git(self.seed, "fetch", "--quiet", "origin", ref)
        done = _run(self.seed, "show", f"FETCH_HEAD:{path}")
        return done.stdout if done.returncode == 0 else ""

    def refs(self) -> str:
        """What every branch is at."""
        return _git(self.seed, "ls-remote", "--heads", "origin")

    @property
    def issues(self) -> list[dict]:
        return gh_stand_in.read(self.tracker)["issue"]

    @property
    def pull_requests(self) -> list[dict]:
        return gh_stand_in.read(self.tracker)["pr"]


@contextmanager
def rehearsal(
    folder: Path, cells: Iterable[Cell], *, side_by_side: int = 2, **more: str
) -> Iterator[Rehearsal]:
    """A world with a first commit, in which nothing is published yet.

    Args:
        folder: where all of it lies.
        cells: of the first matrix.
        side_by_side: jobs at once.
        more: variables of the repository.
    """
    origin, seed = folder / "origin.git", folder / "seed"
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(origin))
    _git(folder, "clone", "--quiet", str(origin), str(seed))
    _git(seed, "checkout", "--quiet", "-B", "main")
    for key, value in (("user.name", "maintainer"), ("user.email", "maintainer@localhost")):
        _git(seed, "config", key, value)
    _copy_project(seed)
    tracker = folder / "tracker.json"
    tools = gh_stand_in.install(folder / "tools", tracker)
    with embedded_aws() as settings, FaultProxy(settings.endpoint_url) as aws:
        env = {**_environment(), "AWS_ENDPOINT_URL": aws.url}
        variables = {
            "BUILDER": "wheels",
            "CATALOG": CATALOG,
            "READING_ROLE_ARN": "arn:aws:iam::123456789012:role/reader",
            "PUBLISHING_ROLE_ARN": "arn:aws:iam::123456789012:role/publisher",
            **more,
        }
        world = World(folder, origin, tools, variables, env)
        path = ROOT / ".github" / "workflows" / "layers.yml"
        workflow = Workflow(path, world, side_by_side=side_by_side)
        found = Rehearsal(workflow, world, aws, seed, tracker)
        found.push(cells)
        yield found


def write_repository(seed: Path, cells: Iterable[Cell]) -> None:
    """A matrix of these cells and no others, with the locks of the samples."""
    lines = ["version: 1", f"regions: [{', '.join(REGIONS)}]", "public: true", "cells:"]
    for cell in cells:
        lines.append(
            f'  - {{python: "{cell.python}", scikit-learn: "{cell.scikit_learn}", '
            f"architectures: {cell.architecture}}}"
        )
        name = f"{cell}.txt"
        write_text(seed / "locks" / name, (LOCKS / name).read_text("utf-8"))
    write_text(seed / "matrix.yaml", "\n".join([*lines, ""]))


def _copy_project(seed: Path) -> None:
    """What is in the working tree, committed or not."""
    listed = _git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard")
    for name in listed.splitlines():
        if not name.startswith(_LEFT_OUT):
            source = ROOT / name
            if source.exists():
                (seed / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, seed / name)


def _environment() -> dict[str, str]:
    """What a machine tells of its package index and Pythons, and nothing of who tests."""
    kept = ("UV_", "PIP_", "SSL_", "REQUESTS_", "CURL_", "LANG", "LC_", "TZ", "PYENV_ROOT")
    env = {name: value for name, value in os.environ.items() if name.startswith(kept)}
    home = Path.home()
    for name, path in (
        ("PIP_CONFIG_FILE", home / ".config/pip/pip.conf"),
        ("PYENV_ROOT", home / ".pyenv"),
    ):
        if path.exists():
            env.setdefault(name, str(path))
    return env | {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _git(folder: Path, *words: str) -> str:
    done = _run(folder, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
