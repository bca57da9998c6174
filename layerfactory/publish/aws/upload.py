"""The one call that cannot be undone: it is never made twice without a look in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from layerfactory.errors import AwsError
from layerfactory.publish.aws.failures import error_code, is_throttled, is_transient

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerfactory.publish.aws.calls import Calls
    from layerfactory.publish.package import Package

_PUBLISH = "lambda:PublishLayerVersion"
# How a region may say that it does not know a parameter.
_REFUSALS = {
    "InvalidParameterValueException",
    "InvalidRequestContentException",
    "SerializationException",
    "UnknownParameter",
    "ValidationError",
    "ValidationException",
}


def publish_once(
    calls: Calls,
    call: Callable[..., Any],
    package: Package,
    content: dict[str, Any],
    find: Callable[[], int | None],
) -> int:
    """Make one new version; return its number.

    Args:
        calls: how calls are made.
        call: PublishLayerVersion.
        package: what is published.
        content: where Lambda finds the zip.
        find: looks for the version, where an answer was lost after the deed.

    Raises:
        AwsError: AWS refused it, or got other bytes than the package tells.
    """
    request = {**package.request, "Content": content}
    doubtful = False

    def publish() -> int:
        nonlocal doubtful
        if doubtful and (found := find()):
            return found
        try:
            return _send(calls, call, package, request)
        except Exception as error:
            doubtful = doubtful or (is_transient(error) and not is_throttled(error))
            raise

    return calls.make(_PUBLISH, publish)


def _send(calls: Calls, call: Callable[..., Any], package: Package, request: dict[str, Any]) -> int:
    try:
        answer = call(**request)
    except ClientError as error:
        if not _refuses_architectures(error) or "CompatibleArchitectures" not in request:
            raise
        # Some regions do not know the parameter; the layer is the same without it.
        del request["CompatibleArchitectures"]
        return _send(calls, call, package, request)
    if answer["Content"]["CodeSha256"] != package.code_sha256:
        raise AwsError(
            f"{calls.region}: {answer['LayerVersionArn']} holds other bytes than {package.zip}",
            "It was left private. Build the cell again, then publish again.",
        )
    version: int = answer["Version"]
    return version


def _refuses_architectures(error: ClientError) -> bool:
    said = error.response.get("Error", {}).get("Message", "")
    return error_code(error) in _REFUSALS and "architectures" in said.lower()
