"""Docker images: found here, pulled, imported, removed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.build.docker.daemon import connect, disk_full, docker_faults, is_disk_full
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import DockerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from docker import DockerClient

STAND_IN_REPOSITORY = "layerfactory/stand-in"

_REGISTRY_SECONDS = 60
"""That a registry may keep the daemon waiting."""
_DOCKER_NAMES = {Architecture.X86_64: "amd64", Architecture.ARM64: "arm64"}


@dataclass(frozen=True, slots=True)
class Image:
    """An image that lies at the daemon."""

    name: str
    id: str
    digest: str
    """Of the registry where there is one, else the image's own: ``sha256:…``."""
    architecture: str
    """As Docker names it: ``amd64``, ``arm64``."""
    labels: Mapping[str, str]

    @property
    def reference(self) -> str:
        """Name and digest."""
        return f"{self.name}@{self.digest}"


def find_image(name: str) -> Image | None:
    """The image of this name, if it lies at the daemon; raises DockerError."""
    with closing(connect()) as client:
        return _find(client, name)


def registry_digest(name: str) -> str:
    """The digest that a name stands for at its registry today; nothing is pulled.

    Args:
        name: with or without a tag.

    Raises:
        DockerError: no daemon, no registry, or no such image there.
    """
    with closing(connect(_REGISTRY_SECONDS)) as client, docker_faults(f"asking for {name}"):
        return str(client.images.get_registry_data(name).id)


def ensure_image(
    name: str, architecture: Architecture, progress: Callable[[str], None] | None = None
) -> Image:
    """The image for this architecture, pulled if it is not here.

    Args:
        name: with or without a tag.
        architecture: what it is to run on.
        progress: called with a line whenever a part of the image has come.

    Raises:
        DockerError: it is neither here nor to be pulled.
    """
    wanted = _DOCKER_NAMES[architecture]
    with closing(connect()) as client:
        image = _find(client, name)
        if image is None or image.architecture != wanted:
            _pull(client, name, f"linux/{wanted}", progress or (lambda _line: None))
            image = _find(client, name)
    if image is None or image.architecture != wanted:
        raise _missing(name, wanted, f"what was pulled is not for {wanted}")
    return image


def import_image(archive: Path, name: str, labels: Mapping[str, str]) -> None:
    """Make an image of one layer out of a tar of a root folder; raises DockerError."""
    changes = [f'LABEL "{key}"="{value}"' for key, value in labels.items()]
    repository, _, tag = name.rpartition(":")
    with closing(connect()) as client, docker_faults(f"importing {name}"):
        client.api.import_image_from_file(
            str(archive), repository=repository, tag=tag, changes=changes
        )


def remove_image(name: str) -> None:
    """Take this name away, and the image with it if it has no other; raises DockerError."""
    import docker.errors

    with closing(connect()) as client, docker_faults(f"removing the image {name}"):
        try:
            client.images.remove(name)
        except docker.errors.ImageNotFound:
            return


def remove_volume(name: str) -> None:
    """Remove a named volume, if there is one.

    Raises:
        DockerError: a container uses it.
    """
    import docker.errors

    with closing(connect()) as client, docker_faults(f"removing the volume {name}"):
        try:
            client.api.remove_volume(name)
        except docker.errors.NotFound:
            return


def _find(client: DockerClient, name: str) -> Image | None:
    import docker.errors

    with docker_faults(f"looking for the image {name}"):
        try:
            attributes = client.images.get(name).attrs
        except docker.errors.ImageNotFound:
            return None
    return _image(name, attributes)


def _image(name: str, attributes: dict[str, Any]) -> Image:
    digests = [text.partition("@")[2] for text in attributes.get("RepoDigests") or ()]
    return Image(
        name=name,
        id=attributes["Id"],
        digest=next(iter(digests), attributes["Id"]),
        architecture=attributes["Architecture"],
        labels=(attributes.get("Config") or {}).get("Labels") or {},
    )


def _pull(client: DockerClient, name: str, platform: str, progress: Callable[[str], None]) -> None:
    from docker.utils import parse_repository_tag

    repository, tag = parse_repository_tag(name)
    progress(f"pulling {name} for {platform}")
    try:
        with docker_faults(f"pulling {name}"):
            lines = client.api.pull(
                repository, tag=tag or "latest", stream=True, decode=True, platform=platform
            )
            _report(name, lines, progress)
    except DockerError as error:
        if is_disk_full(error.message):
            raise disk_full(f"pulling {name}") from None
        raise _missing(name, platform, error.message) from None


def _report(name: str, lines: Iterable[dict[str, Any]], progress: Callable[[str], None]) -> None:
    """Count parts as they come; the daemon tells of a failure inside the stream."""
    seen: set[str] = set()
    done: set[str] = set()
    for line in lines:
        if "error" in line:
            raise DockerError(str(line["error"]))
        status, part = line.get("status", ""), line.get("id", "")
        if status == "Pulling fs layer":
            seen.add(part)
        elif status in ("Pull complete", "Already exists"):
            seen.add(part)
            done.add(part)
            progress(f"pulling {name}: {len(done)} of {len(seen)} parts")


def _missing(name: str, platform: str, reason: str) -> DockerError:
    return DockerError(
        f"the image {name} ({platform}) is not here and cannot be pulled: {reason}",
        f"Pull it where there is a way to its registry (`docker pull {name}`), or choose another "
        "image (`--image`, or `images:` in matrix.yaml), or make a stand-in "
        f"(`scripts/stand_in_image.py`, then `--image {STAND_IN_REPOSITORY}:python3.X`), "
        "or build without Docker (`--builder wheels`).",
    )
