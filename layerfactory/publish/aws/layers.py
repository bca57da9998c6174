"""The layers of one region, in the few verbs that publishing needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from layerfactory.errors import AwsError
from layerfactory.publish.aws.failures import error_code, is_throttled, is_transient
from layerfactory.publish.metadata import fits_in_request, version_request
from layerfactory.publish.remote import READ_ACTION, RemoteVersion, grants_everybody

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_lambda import LambdaClient

    from layerfactory.build.layer import Layer
    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.calls import Calls
    from layerfactory.publish.aws.staging import StagingBucket

T = TypeVar("T")

STATEMENT_ID = "public"
"""The one permission that layerfactory gives, and so may take back."""

_PUBLISH = "lambda:PublishLayerVersion"
_LIST = "lambda:ListLayerVersions"
_READ_POLICY = "lambda:GetLayerVersionPolicy"
_GRANT = "lambda:AddLayerVersionPermission"
_NOT_FOUND = "ResourceNotFoundException"


class LayerClient:
    """Reads and publishes layer versions. Every verb raises AwsError when AWS refuses for good.

    Args:
        region: where the layers are.
        client: Lambda of that region.
        calls: how calls are made.
        open_staging: gives the region's bucket; called only for a zip over 50 MiB.
    """

    def __init__(
        self,
        region: Region,
        client: LambdaClient,
        calls: Calls,
        open_staging: Callable[[], StagingBucket],
    ) -> None:
        self.region = region
        self._lambda = client
        self._calls = calls
        self._open_staging = open_staging

    def versions(self, layer_name: str) -> tuple[int, ...]:
        """The numbers of all versions, newest first; none where there is no such layer."""

        def pages() -> tuple[int, ...]:
            paginator = self._lambda.get_paginator("list_layer_versions")
            found = (
                version["Version"]
                for page in paginator.paginate(LayerName=layer_name)
                for version in page["LayerVersions"]
            )
            return tuple(sorted(found, reverse=True))

        return self._calls.make(_LIST, _or(pages, default=()))

    def latest_version(self, layer_name: str) -> RemoteVersion | None:
        """The newest version as AWS has it; None where there is no such layer."""
        versions = self.versions(layer_name)
        return self.read(layer_name, versions[0]) if versions else None

    def read(self, layer_name: str, version: int) -> RemoteVersion:
        """One version with its policy."""

        def read() -> RemoteVersion:
            answer = self._lambda.get_layer_version(LayerName=layer_name, VersionNumber=version)
            return RemoteVersion(
                layer_name=layer_name,
                version=version,
                arn=answer["LayerVersionArn"],
                code_sha256=answer["Content"]["CodeSha256"],
                created=datetime.fromisoformat(answer["CreatedDate"]),
                public=False,
            )

        found = self._calls.make(READ_ACTION, read)
        return replace(found, public=self._is_public(layer_name, version))

    def publish(self, layer: Layer) -> int:
        """Upload the zip as a new version, private still; return its number.

        Raises:
            AwsError: AWS refused it, or got other bytes than the manifest tells.
        """
        if fits_in_request(layer.manifest.zipped_bytes):
            return self._publish(layer, {"ZipFile": layer.zip.read_bytes()})
        with self._open_staging().holding(layer) as place:
            return self._publish(layer, place)

    def grant(self, layer_name: str, version: int) -> None:
        """Let every account use a version; one that is public already is left as it is."""

        def grant() -> None:
            try:
                self._lambda.add_layer_version_permission(
                    LayerName=layer_name,
                    VersionNumber=version,
                    StatementId=STATEMENT_ID,
                    Action=READ_ACTION,
                    Principal="*",
                )
            except ClientError as error:  # granted before, or by this call whose answer was lost
                taken = error_code(error) == "ResourceConflictException"
                if not taken or not self._is_public(layer_name, version):
                    raise

        self._calls.make(_GRANT, grant)

    def _is_public(self, layer_name: str, version: int) -> bool:
        def is_public() -> bool:
            answer = self._lambda.get_layer_version_policy(
                LayerName=layer_name, VersionNumber=version
            )
            return grants_everybody(answer["Policy"])

        return self._calls.make(_READ_POLICY, _or(is_public, default=False))

    def _publish(self, layer: Layer, content: dict[str, Any]) -> int:
        request = {**version_request(layer), "Content": content}
        doubtful = False

        def publish() -> int:
            nonlocal doubtful
            if doubtful and (found := self._find_published(layer)):
                return found
            try:
                return self._send(layer, request)
            except Exception as error:
                # The answer may have been lost after the deed, and a second one cannot be undone.
                doubtful = doubtful or (is_transient(error) and not is_throttled(error))
                raise

        return self._calls.make(_PUBLISH, publish)

    def _find_published(self, layer: Layer) -> int | None:
        latest = self.latest_version(layer.cell.layer_name)
        same = latest is not None and latest.code_sha256 == layer.manifest.code_sha256
        return latest.version if latest and same else None

    def _send(self, layer: Layer, request: dict[str, Any]) -> int:
        try:
            answer = self._lambda.publish_layer_version(**request)
        except ClientError as error:
            if not _refuses_architectures(error) or "CompatibleArchitectures" not in request:
                raise
            # Some regions do not know the parameter; the layer is the same without it.
            del request["CompatibleArchitectures"]
            return self._send(layer, request)
        if answer["Content"]["CodeSha256"] != layer.manifest.code_sha256:
            raise AwsError(
                f"{self.region}: {answer['LayerVersionArn']} holds other bytes than {layer.zip}",
                "It was left private. Build the cell again, then publish again.",
            )
        return answer["Version"]


def _or(operation: Callable[[], T], *, default: T) -> Callable[[], T]:
    """The operation, with ``default`` where AWS knows no such layer or policy."""

    def guarded() -> T:
        try:
            return operation()
        except ClientError as error:
            if error_code(error) != _NOT_FOUND:
                raise
            return default

    return guarded


def _refuses_architectures(error: ClientError) -> bool:
    said = error.response.get("Error", {}).get("Message", "")
    return error_code(error) == "InvalidParameterValueException" and "rchitectures" in said
