"""The layers of one region, in the few verbs that publishing needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from layerfactory.publish.aws.failures import error_code
from layerfactory.publish.aws.upload import publish_once
from layerfactory.publish.metadata import fits_in_request
from layerfactory.publish.policy import NOBODY, READ_ACTION, STATEMENT_ID, Access, read_access
from layerfactory.publish.remote import ListedVersion, RemoteVersion
from layerfactory.publish.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from types_boto3_lambda import LambdaClient

    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.calls import Calls
    from layerfactory.publish.aws.staging import StagingBucket
    from layerfactory.publish.package import Package

T = TypeVar("T")

_PAGE = 50
"""Entries that AWS puts on a page at most."""
_PAGES = 1000
"""More than there is room for in a region, whatever its quota."""
_LARGEST = 2**63
"""Bytes; what is told to be larger is no size."""
_LIST_LAYERS = "lambda:ListLayers"
_LIST = "lambda:ListLayerVersions"
_READ_POLICY = "lambda:GetLayerVersionPolicy"
_GRANT = "lambda:AddLayerVersionPermission"
_REVOKE = "lambda:RemoveLayerVersionPermission"
_SETTINGS = "lambda:GetAccountSettings"
_NOT_FOUND = "ResourceNotFoundException"


class LayerClient:
    """Reads and publishes layer versions. Every verb raises AwsError when AWS refuses for good.

    Args:
        region: where the layers are.
        client: Lambda of that region.
        calls: how calls are made.
        open_staging: gives the region's bucket; called only for a zip over 50 MiB.
        account: tells whose layers they are; empty as long as it is not known.
    """

    def __init__(
        self,
        region: Region,
        client: LambdaClient,
        calls: Calls,
        open_staging: Callable[[], StagingBucket],
        account: Callable[[], str] = str,
    ) -> None:
        self.region = region
        self._lambda = client
        self._calls = calls
        self._open_staging = open_staging
        self._account = account

    def list_layers(self) -> Mapping[str, ListedVersion]:
        """The newest version of each layer of the account, by the layer's name."""

        def read(answer: Any) -> list[tuple[str, ListedVersion]]:
            layers = answer["Layers"]
            return [(each["LayerName"], _listed(each["LatestMatchingVersion"])) for each in layers]

        return dict(self._by_page(_LIST_LAYERS, self._lambda.list_layers, read))

    def list_versions(self, layer_name: str) -> tuple[ListedVersion, ...]:
        """All versions of a layer, newest first; none where there is no such layer."""

        def ask(**page: Any) -> Any:
            return self._lambda.list_layer_versions(LayerName=layer_name, **page)

        def read(answer: Any) -> list[ListedVersion]:
            return [_listed(each) for each in answer["LayerVersions"]]

        found = self._by_page(_LIST, _or(ask, default={"LayerVersions": []}), read)
        return tuple(sorted(found, key=lambda each: each.version, reverse=True))

    def read(self, layer_name: str, version: int) -> RemoteVersion:
        """One version with its policy."""

        def read() -> RemoteVersion:
            answer = self._lambda.get_layer_version(LayerName=layer_name, VersionNumber=version)
            self._require_asked_for(answer["LayerVersionArn"], layer_name, version)
            return RemoteVersion(
                layer_name=layer_name,
                version=version,
                arn=answer["LayerVersionArn"],
                code_sha256=answer["Content"]["CodeSha256"],
                created=datetime.fromisoformat(answer["CreatedDate"]),
                description=answer.get("Description", ""),
                zipped_bytes=_bytes(answer["Content"]["CodeSize"]),
            )

        found = self._calls.make(READ_ACTION, read)
        return replace(found, access=self._access(layer_name, version))

    def publish(self, package: Package, *, after: int = 0) -> int:
        """Upload a zip as a new version, private still; return its number.

        Args:
            package: the zip, and what AWS is told of it.
            after: the newest version before. A later one that holds this very zip is taken for
                ours where AWS's answer was lost.

        Raises:
            AwsError: AWS refused it, or got other bytes than the package tells.
            VerifyError: the zip is not the one that the package describes; nothing was published.
        """
        if fits_in_request(package.zipped_bytes):
            return self._publish(package, {"ZipFile": package.content()}, after)
        with self._open_staging().holding(package) as place:
            return self._publish(package, place, after)

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
                if not taken or not self._access(layer_name, version).public:
                    raise

        self._calls.make(_GRANT, grant)

    def revoke(self, layer_name: str, version: int) -> None:
        """Take back the permission that ``grant`` gave, and no other; none to take is no fault."""

        def revoke() -> None:
            self._lambda.remove_layer_version_permission(
                LayerName=layer_name, VersionNumber=version, StatementId=STATEMENT_ID
            )

        self._calls.make(_REVOKE, _or(revoke, default=None))

    def storage(self) -> Storage:
        """How much of the region's room for code is taken, and how much there is."""

        def ask() -> Storage:
            answer = self._lambda.get_account_settings()
            used, limit = answer["AccountUsage"], answer["AccountLimit"]
            return Storage(_bytes(used["TotalCodeSize"]), _bytes(limit["TotalCodeSize"]))

        return self._calls.make(_SETTINGS, ask)

    def _require_asked_for(self, arn: str, layer_name: str, version: int) -> None:
        """What stands in AWS's place may answer for another version; raises ValueError."""
        _, partition, _, region, account, *version_of = arn.split(":")
        told = (partition, region, *version_of)
        asked = (self.region.partition, self.region.name, "layer", layer_name, str(version))
        ours = self._account()
        if told != asked or (ours and account != ours):
            raise ValueError(f"it is of {arn}")

    def _access(self, layer_name: str, version: int) -> Access:
        def ask() -> Access:
            answer = self._lambda.get_layer_version_policy(
                LayerName=layer_name, VersionNumber=version
            )
            return read_access(answer["Policy"])

        return self._calls.make(_READ_POLICY, _or(ask, default=NOBODY))

    def _publish(self, package: Package, content: dict[str, Any], after: int) -> int:
        def find() -> int | None:
            name = package.layer_name
            later = (each.version for each in self.list_versions(name) if each.version > after)
            codes = ((version, self.read(name, version).code_sha256) for version in sorted(later))
            return next((version for version, code in codes if code == package.code_sha256), None)

        return publish_once(self._calls, self._lambda.publish_layer_version, package, content, find)

    def _by_page(
        self, action: str, ask: Callable[..., Any], read: Callable[[Any], list[T]]
    ) -> Iterator[T]:
        """Ask page by page: each is a call of its own, paced and tried again by itself."""
        place: dict[str, str] = {}
        seen: set[str] = set()
        while True:

            def turn(place: dict[str, str] = place) -> tuple[list[T], str]:
                answer = ask(MaxItems=_PAGE, **place)
                marker = answer.get("NextMarker") or ""
                if marker in seen:
                    raise ValueError("its pages lead round in a circle")
                if len(seen) == _PAGES:
                    raise ValueError("its pages have no end")
                return read(answer), marker

            entries, marker = self._calls.make(action, turn)
            yield from entries
            if not marker:
                return
            seen.add(marker)
            place = {"Marker": marker}


def _bytes(told: int) -> int:
    """A size; raises ValueError where it cannot be one."""
    if not 0 <= told < _LARGEST:
        raise ValueError("a size is out of all bounds")
    return told


def _listed(entry: Any) -> ListedVersion:
    return ListedVersion(
        version=entry["Version"],
        arn=entry["LayerVersionArn"],
        description=entry.get("Description", ""),
        created=datetime.fromisoformat(entry["CreatedDate"]),
    )


def _or(operation: Callable[..., T], *, default: T) -> Callable[..., T]:
    """The operation, with ``default`` where AWS knows no such layer, version or policy."""

    def guarded(**arguments: Any) -> T:
        try:
            return operation(**arguments)
        except ClientError as error:
            if error_code(error) != _NOT_FOUND:
                raise
            return default

    return guarded
