"""Makes the image in which the embedded AWS runs a function.

moto runs ``IMAGE HANDLER EVENT`` and reads the answer off the last line. Neither Lambda's runtime
image nor a build image answers to that, so one is derived that does, by committing a container.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager, suppress
from importlib.resources import files
from typing import TYPE_CHECKING

from layerfactory.build.docker.containers import Container, Network
from layerfactory.build.docker.images import (
    STAND_IN_REPOSITORY,
    Image,
    ensure_image,
    find_image,
    remove_image,
)
from layerfactory.errors import DockerError, ImageNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layerfactory.matrix.cell import Cell

REPOSITORY = "layerfactory/function"
"""What MOTO_DOCKER_LAMBDA_IMAGE must be; moto adds the runtime as the tag."""

# moto fills its volumes through a container of this image; all that it must have is `sleep`.
_CARRIER = "busybox:latest"
_HOME = "/layerfactory"
_RECIPE_LABEL = "layerfactory.function.recipe"
_CARRIER_LABEL = "layerfactory.carrier"


def base_image(cell: Cell, image: str = "", progress: Callable[[str], None] | None = None) -> Image:
    """The image nearest to what AWS runs a function of this cell in.

    Args:
        cell: whose Python it must have.
        image: the build image in use, if it is not the runtime's own.
        progress: called with a line while an image is pulled.

    Raises:
        ImageNotFoundError: there is no runtime image, no build image, and no stand-in.
    """
    runtime = cell.runtime
    stand_in = f"{STAND_IN_REPOSITORY}:{runtime.name}"
    names = (runtime.runtime_image, image, runtime.build_image, stand_in)
    for name in dict.fromkeys(filter(None, names)):
        with suppress(DockerError):
            return ensure_image(name, cell.architecture, progress)
    raise ImageNotFoundError(
        f"no image is to be had that runs Python {runtime.python} on {cell.architecture}: "
        f"neither {runtime.runtime_image}, nor a build image, nor {stand_in}",
        f"Make a stand-in: `make stand-in PYTHONS={runtime.python}`.",
    )


def image_kind(cell: Cell, name: str) -> str:
    """What a base image is, for a person."""
    if name == cell.runtime.runtime_image:
        return "Lambda's own image"
    is_stand_in = name.partition(":")[0] == STAND_IN_REPOSITORY
    return "a stand-in" if is_stand_in else "a build image"


def function_image(cell: Cell, base: Image) -> str:
    """Make the image for the cell's Python, unless it is there; return its name.

    Args:
        cell: whose Python it must have.
        base: as base_image gives it.

    Raises:
        DockerError: it cannot be made.
    """
    entry = _entry_script()
    recipe = f"{base.id} {hashlib.sha256(entry).hexdigest()}"
    name = f"{REPOSITORY}:{cell.runtime.name}"
    present = find_image(name)
    if present is not None and present.labels.get(_RECIPE_LABEL) == recipe:
        return name
    settings = {
        "Entrypoint": [cell.runtime.name, f"{_HOME}/entry.py"],
        "Cmd": [""],
        "WorkingDir": "/var/task",
    }
    with _container(base, cell) as container:
        container.put_files({"entry.py": entry}, _HOME)
        container.commit(name, settings, {_RECIPE_LABEL: recipe})
    return name


@contextmanager
def volume_carrier(cell: Cell, image: str) -> Iterator[None]:
    """Have an image named as moto wants it, for the length of the block.

    A true one that lies there is used and stays.

    Raises:
        DockerError: it cannot be made.
    """
    if find_image(_CARRIER) is not None:
        yield
        return
    with _container(ensure_image(image, cell.architecture), cell) as container:
        # `env sleep 100` is `sleep 100`, whatever the image's own entry point was.
        container.commit(_CARRIER, {"Entrypoint": ["env"]}, {_CARRIER_LABEL: image})
    try:
        yield
    finally:
        with suppress(DockerError):
            remove_image(_CARRIER)


def _container(base: Image, cell: Cell) -> Container:
    return Container(
        base.name, architecture=cell.architecture, network=Network.NONE, purpose="function image"
    )


def _entry_script() -> bytes:
    return files("layerfactory.rehearsal").joinpath("guest/entry.py").read_bytes()
