"""Reaches the Docker daemon, and turns what it refuses into errors with a remedy."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from layerfactory.errors import DockerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import DockerClient

# Seconds. A large archive is taken in silence, so a request may be quiet for long.
REQUEST_TIMEOUT = 600
_QUICK = 1.5

_DEFAULT_ADDRESS = "unix:///var/run/docker.sock"
_WITHOUT = "or build without Docker (`--builder wheels`)."


def connect(timeout: int = REQUEST_TIMEOUT) -> DockerClient:
    """A client for DOCKER_HOST, or else for the current Docker context.

    Args:
        timeout: seconds that the daemon may be silent.

    Raises:
        DockerError: no daemon answers, or this user may not ask it.
    """
    import docker
    import requests

    try:
        _knock(_address()[0], timeout)
        return docker.from_env(timeout=timeout)
    except (docker.errors.DockerException, requests.RequestException, OSError) as error:
        raise _no_daemon(error) from None


def daemon_answers() -> bool:
    """Whether a Docker daemon can be used: asked quickly (under two seconds) and quietly."""
    answers: list[bool] = []
    # In a thread, because neither the lookup of a host's name nor ssh keeps to a timeout.
    asking = threading.Thread(target=lambda: answers.append(_ask()), daemon=True)
    asking.start()
    asking.join(_QUICK)
    return answers == [True]


def _ask() -> bool:
    try:
        connect(timeout=1).close()
    except DockerError:
        return False
    return True


@contextmanager
def docker_faults(doing: str) -> Iterator[None]:
    """Turn the daemon's refusals into errors.

    Args:
        doing: what was being done, as the start of the message.

    Raises:
        DockerError: the daemon refused, or went away.
    """
    import docker.errors
    import requests
    import urllib3
    from docker.utils.socket import SocketError

    try:
        yield
    except docker.errors.APIError as error:
        raise _refused(doing, error.explanation or str(error)) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, SocketError) as error:
        raise _went_away(doing, error) from None
    except (ConnectionError, docker.errors.DockerException) as error:
        raise _went_away(doing, error) from None


def is_disk_full(text: str) -> bool:
    """Whether a message speaks of a full disk."""
    return "no space left on device" in text.lower()


def disk_full(doing: str) -> DockerError:
    """The daemon's disk is full: other remedies than for ours."""
    return DockerError(
        f"{doing}: the disk of the Docker daemon is full",
        "Free some space there (`docker system df`, `docker system prune`), " + _WITHOUT,
    )


def _refused(doing: str, reason: str) -> DockerError:
    if is_disk_full(reason):
        return disk_full(doing)
    if "exec format error" in reason:
        return DockerError(
            f"{doing}: the image is for another processor than this machine's",
            "Build on a machine of that architecture, register an emulator "
            f"(the package qemu-user-static), {_WITHOUT}",
        )
    return DockerError(f"{doing}: Docker refused: {reason}")


def _went_away(doing: str, error: Exception) -> DockerError:
    return DockerError(
        f"{doing}: the Docker daemon at {endpoint()} went away or does not answer ({error})",
        f"See whether it runs (`docker info`) and run the same command again, {_WITHOUT}",
    )


def _no_daemon(error: Exception) -> DockerError:
    if "PermissionError" in str(error) or isinstance(error, PermissionError):
        return DockerError(
            f"this user may not use the Docker daemon at {endpoint()} (permission denied)",
            "Add the user to the group `docker` and log in again, or use rootless Docker, "
            + _WITHOUT,
        )
    return DockerError(
        f"no Docker daemon answers at {endpoint()} ({_innermost(error)})",
        f"Start it, or name it in DOCKER_HOST or with `docker context use`, {_WITHOUT}",
    )


def _innermost(error: BaseException) -> str:
    """The cause of the cause: what the operating system said."""
    # A NameError is the SDK's way to miss paramiko, which it then says in good words.
    while error.__context__ is not None and not isinstance(error.__context__, NameError):
        error = error.__context__
    return str(error)


def endpoint() -> str:
    """Where Docker was looked for, and who says so."""
    address, source = _address()
    return f"{address} ({source})"


def _address() -> tuple[str, str]:
    """The daemon's address, and where it comes from."""
    import docker
    from docker.context import ContextAPI

    host = os.environ.get("DOCKER_HOST")
    if host:
        return host, "from DOCKER_HOST"
    try:
        context = ContextAPI.get_context(os.environ.get("DOCKER_CONTEXT"))
    except docker.errors.DockerException:
        context = None
    if context is None:
        return _DEFAULT_ADDRESS, f"there is no Docker context {os.environ.get('DOCKER_CONTEXT')}"
    host = context.Host or _DEFAULT_ADDRESS
    return host, f"from the Docker context {context.Name!r}; DOCKER_HOST is not set"


def _knock(address: str, timeout: float) -> None:
    """Raise OSError where nobody listens: the SDK would say so too, but leave its socket open."""
    scheme, _, path = address.partition("://")
    if scheme in ("unix", "http+unix"):
        with socket.socket(socket.AF_UNIX) as knocking:
            knocking.settimeout(timeout)
            knocking.connect(path)
