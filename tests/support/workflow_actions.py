"""What stands in for the steps of layers.yml that are actions of others; each is named in a table.

A step that uses anything else is an error: nothing is passed over in silence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow_runner import JobPlace


class ActionError(Exception):
    """An action that would fail on GitHub as well."""


@dataclass
class Stores:
    """What outlives a job, and what outlives a run."""

    artifacts: Path
    caches: Path
    attested: dict[str, str] = field(default_factory=dict)
    """Hashes by the names of files."""
    lock: Lock = field(default_factory=Lock)


def check_out(place: JobPlace, options: dict[str, str]) -> None:
    """A clone of the last commit alone; what it may push is what the job's permissions say."""
    if options != {"persist-credentials": "false"}:
        raise ActionError(f"checkout with {options}")
    place.require("contents", "read")
    words = ["git", "clone", "--quiet", "--branch", "main", "--depth", "1"]
    words += [place.origin.as_uri(), "."]
    subprocess.run(words, cwd=place.workspace, check=True, env=place.environment())
    if place.permissions.get("contents") != "write":
        words = ["git", "remote", "set-url", "--push", "origin", "/nowhere"]
        subprocess.run(words, cwd=place.workspace, check=True)


def install(place: JobPlace, options: dict[str, str]) -> None:
    """The clone's own code under the Python of the tests, in place of a .venv."""
    assert not options
    for name, words in (("layerfactory", "-m layerfactory "), ("python", "")):
        script = place.tools / name
        script.write_text(
            f'#!/bin/sh\nPYTHONPATH="{place.workspace}" exec "{place.python}" {words}"$@"\n'
        )
        script.chmod(0o755)


def credentials(place: JobPlace, options: dict[str, str]) -> None:
    """Keys of the embedded AWS, for a job that may ask GitHub who it is."""
    place.require("id-token", "write")
    if not options["role-to-assume"] or place.deployment is None:
        raise ActionError("no role, or no environment whose token it takes")
    place.exported |= {"AWS_ACCESS_KEY_ID": "embedded", "AWS_SECRET_ACCESS_KEY": "embedded"}
    place.roles.append((options["role-to-assume"], place.deployment))


def restore_cache(place: JobPlace, options: dict[str, str]) -> None:
    """What an earlier run kept under this key, or the newest that begins as wanted."""
    folder = Path(options["path"].replace("~", str(place.home)))
    with place.stores.lock:
        kept = sorted(place.stores.caches.iterdir(), key=lambda each: each.stat().st_mtime_ns)
        names = [each.name for each in kept]
        fitting = [n for n in names if n.startswith(options["restore-keys"].strip())]
        found = options["key"] if options["key"] in names else next(reversed(fitting), None)
        if found:
            shutil.copytree(place.stores.caches / found, folder, dirs_exist_ok=True)

    def save() -> None:
        target = place.stores.caches / options["key"]
        if not target.exists() and folder.exists():
            shutil.copytree(folder, target)

    place.at_end.append(save)


def upload(place: JobPlace, options: dict[str, str]) -> None:
    """Files under a name; their paths begin at the folder that all have in common."""
    known = {"name", "path", "compression-level", "retention-days", "if-no-files-found"}
    assert options.keys() <= known, options
    patterns = options["path"].split()
    wanted = [name for name in patterns if not name.startswith("!")]
    barred = [name[1:] for name in patterns if name.startswith("!")]
    files = {path for name in wanted for path in _matching(place.workspace, name)}
    files -= {path for name in barred for path in place.workspace.glob(name)}
    if not files:
        if options.get("if-no-files-found") == "ignore":
            return
        raise ActionError(f"{options['name']}: no file")
    roots = [place.workspace / name.partition("/*")[0] for name in wanted]
    root = roots[0] if len(roots) == 1 else Path(os.path.commonpath(roots))
    target = place.stores.artifacts / options["name"]
    if target.exists():
        raise ActionError(f"{options['name']}: there is such an artifact already")
    for path in files:
        copy = target / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)


def download(place: JobPlace, options: dict[str, str]) -> None:
    """All artifacts whose name fits, into one folder; none is no failure."""
    assert options.keys() <= {"pattern", "path", "merge-multiple"}, options
    assert options["merge-multiple"] == "true"
    for artifact in sorted(place.stores.artifacts.glob(options["pattern"])):
        target = place.workspace / options.get("path", ".")
        shutil.copytree(artifact, target, dirs_exist_ok=True)


def attest(place: JobPlace, options: dict[str, str]) -> None:
    """Remember what was attested, with its hash."""
    place.require("id-token", "write")
    place.require("attestations", "write")
    assert options.keys() == {"subject-checksums"}, options
    path = place.workspace / options["subject-checksums"]
    if not path.exists() or not (lines := path.read_text().splitlines()):
        raise ActionError("nothing to attest")
    pairs = (line.split("  ") for line in lines)
    place.stores.attested.update((name, sha256) for sha256, name in pairs)


STAND_INS = {
    "actions/checkout": check_out,
    "./.github/actions/layerfactory": install,
    "aws-actions/configure-aws-credentials": credentials,
    "actions/cache": restore_cache,
    "actions/upload-artifact": upload,
    "actions/download-artifact": download,
    "actions/attest-build-provenance": attest,
}


def _matching(folder: Path, pattern: str) -> list[Path]:
    """The files of a path, or of a pattern such as ``dist/*.json``."""
    return list(folder.glob(pattern)) if "*" in pattern else _files(folder / pattern)


def _files(path: Path) -> list[Path]:
    """Those below a path, hidden ones left out as GitHub leaves them."""
    if path.is_file():
        return [path]
    return [
        each
        for each in path.rglob("*")
        if each.is_file() and not any(p.startswith(".") for p in each.relative_to(path).parts)
    ]
