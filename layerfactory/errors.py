"""Every way in which a run can fail on purpose: one class a kind, each with its exit code.

An error says what happened, where, and what to do about it. Whatever is not one of these is a bug
and keeps its traceback.
"""

from __future__ import annotations

from typing import ClassVar


class LayerFactoryError(Exception):
    """Something that the user can act on.

    Args:
        message: what happened, with its place (a file, a key, a cell, a region).
        remedy: what to do next, as one sentence; empty when the message already says it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class OutputError(LayerFactoryError):
    """What a run came to cannot be written where it should go."""


class MatrixError(LayerFactoryError):
    """matrix.yaml, retired.yaml, a selector or a name is wrong; nothing was touched."""

    exit_code = 2


class LockError(LayerFactoryError):
    """A cell cannot be resolved, or its lock does not hold."""

    exit_code = 3


class IndexUnavailableError(LockError):
    """The package index cannot be asked."""


class BuildError(LayerFactoryError):
    """A layer cannot be built."""

    exit_code = 4


class InterpreterNotFoundError(BuildError):
    """The Python of a cell is not on this machine."""


class DockerError(BuildError):
    """The Docker daemon, an image or a container fails."""


class ImageNotFoundError(DockerError):
    """No image is to be had for what shall run in one."""


class VerifyError(LayerFactoryError):
    """A layer does not hold what it promises."""

    exit_code = 5


class PublishError(LayerFactoryError):
    """At least one region did not take its layer; the others did."""

    exit_code = 6


class AwsError(PublishError):
    """AWS refused a call, in words of its own."""


class CredentialsError(AwsError):
    """There are no credentials, or they are not valid."""


class AccessDeniedError(AwsError):
    """The credentials may not do this."""


class RegionUnavailableError(AwsError):
    """The region does not exist, is not enabled for the account, or does not answer."""


class RegionNotEnabledError(RegionUnavailableError):
    """An opt-in region that the account has not enabled, as far as its answer tells."""


class StorageFullError(AwsError):
    """The region has no room for more code."""


class NoAddressError(AwsError):
    """What stands in for AWS keeps zips, and hands none out."""


class AlteredLayerError(PublishError):
    """What lies under a layer's name on AWS is not as layerfactory left it."""


class ThrottledError(AwsError):
    """AWS kept on throttling or failing after all retries."""


class CatalogError(LayerFactoryError):
    """layers.csv or layers.json cannot be read or written, or has no such layer."""

    exit_code = 7


class TrackerError(LayerFactoryError):
    """The repository, its tracker or its pull requests cannot be reached, or refuse."""

    exit_code = 8


def error_fields(error: LayerFactoryError | None) -> dict[str, str]:
    """An error in the two fields that it has beside others in ``--json``; empty for none."""
    return {
        "error": error.message if error else "",
        "remedy": error.remedy if error else "",
    }
