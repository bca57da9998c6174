"""Whether the build images that a matrix pins by digest are still what their tags name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from layerfactory.build.docker.images import registry_digest
from layerfactory.errors import DockerError
from layerfactory.watch.notes import Note

if TYPE_CHECKING:
    from collections.abc import Mapping


class Registry(Protocol):
    """Where images come from."""

    def digest(self, image: str) -> str:
        """The digest that an image's name stands for today: ``sha256:…``; raises DockerError."""


class DockerRegistry:
    """Asks through the Docker daemon, which knows proxies and credentials; pulls nothing."""

    def digest(self, image: str) -> str:
        """As ``Registry`` has it."""
        return registry_digest(image)


@dataclass(frozen=True, slots=True)
class NewImage:
    """A pinned build image whose name stands for another one by now."""

    python: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Images:
    """What was found of the pinned build images."""

    new: tuple[NewImage, ...] = ()
    notes: tuple[Note, ...] = ()
    """Those that could not be asked for."""


def find_images(images: Mapping[str, str], registry: Registry) -> Images:
    """Ask for each image that is pinned by digest; one without a digest is always the newest.

    Args:
        images: those of the matrix, by Python.
        registry: where they come from.
    """
    new: list[NewImage] = []
    notes: list[Note] = []
    for python, image in images.items():
        name, at, digest = image.partition("@")
        if not at:
            continue
        try:
            today = registry.digest(name)
        except DockerError as error:
            told = error.message.splitlines()[0]
            text = f"whether {name} is newer than {digest[:19]} could not be asked: {told}"
            notes.append(Note(f"build image of python{python}", text, error.remedy))
            continue
        if today != digest:
            new.append(NewImage(python, image, f"{name}@{today}"))
    return Images(tuple(new), tuple(notes))
