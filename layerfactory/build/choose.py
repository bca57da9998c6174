"""Opens the builder that a matrix asks for; where it leaves the choice, the one that can work."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from layerfactory.build.wheels.builder import WheelsBuilder
from layerfactory.errors import DockerError
from layerfactory.matrix.model import BuilderChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layerfactory.build.builder import Builder
    from layerfactory.matrix.model import CellPlan


@contextmanager
def open_builder(
    plan: CellPlan, choice: BuilderChoice, jobs: int, progress: Callable[[str], None]
) -> Iterator[Builder]:
    """The builder of a cell, for the length of the block.

    ``auto`` means Docker where a daemon answers and the image is to be had, else wheels; why it
    is wheels is told to ``progress``.

    Raises:
        DockerError: Docker was asked for by name, and fails.
    """
    if choice is BuilderChoice.AUTO:
        choice = _choose(plan, progress)
    if choice is BuilderChoice.WHEELS:
        yield WheelsBuilder(plan.cell.python, jobs)
        return
    from layerfactory.build.docker.builder import DockerBuilder

    with DockerBuilder(plan.cell, jobs=jobs, image=plan.image, progress=progress) as builder:
        yield builder


def _choose(plan: CellPlan, progress: Callable[[str], None]) -> BuilderChoice:
    from layerfactory.build.docker.daemon import daemon_answers
    from layerfactory.build.docker.images import ensure_image

    if not daemon_answers():
        progress("no Docker daemon answers: building from wheels")
        return BuilderChoice.WHEELS
    try:
        ensure_image(plan.image, plan.cell.architecture, progress)
    except DockerError as error:
        progress(f"building from wheels, because {error.message.splitlines()[0]}")
        return BuilderChoice.WHEELS
    return BuilderChoice.DOCKER
