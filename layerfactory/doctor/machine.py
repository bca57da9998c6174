"""Judges what this machine has: values in, a verdict out; nothing is asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.doctor.check import Check, fail, ok, warn
from layerfactory.matrix.model import BuilderChoice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GIGABYTE = 10**9
_LITTLE, _TOO_LITTLE = 10 * _GIGABYTE, 2 * _GIGABYTE
"""A whole matrix takes 7 GB of zips and 5 GB of parts; a cell, unpacked, half a gigabyte."""


def judge_docker(fault: str, remedy: str, builder: BuilderChoice) -> Check:
    """Whether builds can run in Lambda's own images.

    Args:
        fault: why no daemon can be used; empty where one answers.
        remedy: what to do about that.
        builder: what the matrix asks for.
    """
    if not fault:
        return ok("Docker", "a daemon answers")
    if builder is BuilderChoice.WHEELS:
        return ok("Docker", "none, and the matrix builds from wheels")
    if builder is BuilderChoice.DOCKER:
        return fail("Docker", fault, remedy)
    return warn("Docker", f"{fault}; builds take wheels and the Pythons at hand", remedy)


def judge_images(images: Mapping[str, bool]) -> Check:
    """Whether the build images are here.

    Args:
        images: by name, whether the daemon has it.
    """
    missing = sorted(name for name, here in images.items() if not here)
    if not missing:
        return ok("build images", f"all {len(images)} are here")
    return warn(
        "build images",
        f"not here yet: {', '.join(missing)}",
        "The first build pulls them; where that cannot be, make stand-ins: make stand-in.",
    )


def judge_pythons(found: Mapping[str, str], *, docker: bool) -> Check:
    """Whether the Pythons of the matrix are here.

    Args:
        found: by Python, its full version; empty where there is none.
        docker: builds and probes can run in images.
    """
    missing = [python for python, version in found.items() if not version]
    here = ", ".join(version for version in found.values() if version) or "none"
    if not missing:
        return ok("Pythons", here)
    saw = f"{here}; not here: {', '.join(missing)}"
    if docker:
        return warn(
            "Pythons",
            f"{saw}; these are built and proven in images only",
            f"Without Docker you would need: uv python install {' '.join(missing)}.",
        )
    return fail(
        "Pythons",
        f"{saw}; their cells cannot be built here",
        f"Install them (uv python install {' '.join(missing)}), or start Docker.",
    )


def judge_disk(name: str, place: str, free: int) -> Check:
    """Whether there is room.

    Args:
        name: of the check.
        place: the folder.
        free: bytes that may be written there.
    """
    saw = f"{place}: {free / _GIGABYTE:.1f} GB free"
    if free < _TOO_LITTLE:
        return fail(name, saw, f"Free some: a build takes up to {_TOO_LITTLE // _GIGABYTE} GB.")
    if free < _LITTLE:
        return warn(name, saw, f"A whole matrix takes {_LITTLE // _GIGABYTE} GB and more.")
    return ok(name, saw)


def judge_index(files: int, timed: int) -> Check:
    """Whether the package index tells what locks need.

    Args:
        files: of scikit-learn.
        timed: those of them with the time of their upload.
    """
    if not files:
        return fail("package index", "it has no scikit-learn", "See UV_DEFAULT_INDEX.")
    if not timed:
        return fail(
            "package index",
            f"{files} files of scikit-learn, and no times of upload",
            "Use an index that tells them (PEP 700): locks are made as of a day.",
        )
    return ok("package index", f"{files} files of scikit-learn")


def judge_actions(environ: Mapping[str, str]) -> Sequence[Check]:
    """Whether a job of GitHub Actions can get what it needs; nothing anywhere else."""
    if environ.get("GITHUB_ACTIONS") != "true":
        return ()
    name = "GitHub's identity"
    if environ.get("ACTIONS_ID_TOKEN_REQUEST_URL"):
        return (ok(name, "the job may ask for a token"),)
    return (
        warn(
            name,
            "the job may not ask for a token, so it can assume no role",
            "Give the job `permissions: {id-token: write}`.",
        ),
    )
