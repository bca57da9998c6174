"""The bucket through which a zip over 50 MiB reaches Lambda."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypedDict

from botocore.exceptions import ClientError

from layerfactory.errors import AccessDeniedError, AwsError
from layerfactory.publish.aws.failures import error_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import (
        BucketLifecycleConfigurationTypeDef,
        PublicAccessBlockConfigurationTypeDef,
        ServerSideEncryptionConfigurationTypeDef,
    )

    from layerfactory.publish.aws.calls import Calls
    from layerfactory.publish.package import Package


class BucketPlace(TypedDict):
    """Which bucket, and who must own it."""

    Bucket: str
    ExpectedBucketOwner: str


_PREFIX = "layerfactory/"
_WITHOUT_CONSTRAINT = "us-east-1"
_PRIVATE: PublicAccessBlockConfigurationTypeDef = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_ENCRYPTED: ServerSideEncryptionConfigurationTypeDef = {
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
}
_EMPTIED: BucketLifecycleConfigurationTypeDef = {
    "Rules": [
        {
            "ID": "layerfactory-empties-it",
            "Status": "Enabled",
            "Filter": {"Prefix": _PREFIX},
            "Expiration": {"Days": 1},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
    ]
}
_log = logging.getLogger(__name__)


class StagingBucket:
    """A bucket in the layer's own region; Lambda takes no other.

    Args:
        client: S3 of that region.
        calls: how calls are made.
        name: of the bucket; it is made on first use.
        account: who must own it, so that a bucket that a stranger made first is refused.
        ours: nobody but layerfactory uses it.
    """

    def __init__(
        self, client: S3Client, calls: Calls, *, name: str, account: str, ours: bool
    ) -> None:
        self._s3 = client
        self._calls = calls
        self._name = name
        self._owner = account
        self._ours = ours

    @contextmanager
    def holding(self, package: Package) -> Iterator[dict[str, str]]:
        """Keep the zip in the bucket for as long as Lambda needs it.

        Yields:
            The content as PublishLayerVersion wants it.

        Raises:
            AwsError: the bucket or the object cannot be made.
            VerifyError: the zip is not the one that the package describes.
        """
        self._ensure()
        key = f"{_PREFIX}{package.sha256}.zip"
        try:
            self._upload(package, key)
            yield {"S3Bucket": self._name, "S3Key": key}
        finally:
            self._delete(key)

    def _ensure(self) -> None:
        """Make the bucket unless it is there, and give it the settings that a kill left out.

        Ours gets all of them each time. One that the user named keeps what it has, but where it is
        empty and without a lifecycle: so a kill leaves what was made for us.
        """
        missing = self._is_missing()
        if missing:
            self._create()
        whole = missing or self._ours
        if whole or self._is_unfinished():
            self._close()
            if whole:  # one that is found may have a key of the user's
                self._encrypt()
            self._have_it_emptied()

    def _is_missing(self) -> bool:
        def head() -> bool:
            try:
                self._s3.head_bucket(**self._place)
            except ClientError as error:
                if error_code(error) not in {"404", "NoSuchBucket"}:
                    raise
                return True
            return False

        try:
            return self._calls.make("s3:ListBucket", head)
        except AccessDeniedError as error:  # S3 answers so of a stranger's bucket, too
            raise AccessDeniedError(
                f"{error.message}, of the bucket {self._name}",
                f"{error.remedy} Or it is another account's: name one of yours with --bucket.",
            ) from error

    def _create(self) -> None:
        request: dict[str, Any] = {"Bucket": self._name}
        if self._calls.region.name != _WITHOUT_CONSTRAINT:
            request["CreateBucketConfiguration"] = {"LocationConstraint": self._calls.region.name}

        def create() -> None:
            try:
                self._s3.create_bucket(**request)
            except ClientError as error:  # another run was quicker, or the answer was lost
                if error_code(error) != "BucketAlreadyOwnedByYou":
                    raise

        self._calls.make("s3:CreateBucket", create)

    def _is_unfinished(self) -> bool:
        """The lifecycle is the last thing that a new bucket gets, before its first object."""

        def look() -> bool:
            try:
                self._s3.get_bucket_lifecycle_configuration(**self._place)
            except ClientError as error:
                if error_code(error) == "AccessDenied":  # then it is not ours to set either
                    return False
                if error_code(error) != "NoSuchLifecycleConfiguration":
                    raise
                return self._s3.list_objects_v2(**self._place, MaxKeys=1)["KeyCount"] == 0
            return False

        return self._calls.make("s3:GetLifecycleConfiguration", look)

    def _encrypt(self) -> None:
        self._calls.make(
            "s3:PutEncryptionConfiguration",
            lambda: self._s3.put_bucket_encryption(
                **self._place, ServerSideEncryptionConfiguration=_ENCRYPTED
            ),
        )

    def _close(self) -> None:
        self._calls.make(
            "s3:PutBucketPublicAccessBlock",
            lambda: self._s3.put_public_access_block(
                **self._place, PublicAccessBlockConfiguration=_PRIVATE
            ),
        )

    def _have_it_emptied(self) -> None:
        self._calls.make(
            "s3:PutLifecycleConfiguration",
            lambda: self._s3.put_bucket_lifecycle_configuration(
                **self._place, LifecycleConfiguration=_EMPTIED
            ),
        )

    def _upload(self, package: Package, key: str) -> None:
        """Large files go in parts; each attempt begins anew."""
        owner = {"ExpectedBucketOwner": self._owner}
        # Its stubs know less than it takes: whatever can be read.
        send: Any = self._s3.upload_fileobj

        def upload() -> None:
            with package.opened() as zipped:
                send(zipped, self._name, key, ExtraArgs=owner)
                zipped.require_intact()

        self._calls.make("s3:PutObject", upload)

    def _delete(self, key: str) -> None:
        """Failing here fails nothing: Lambda has its copy, and the lifecycle empties the bucket."""
        try:
            self._calls.make(
                "s3:DeleteObject", lambda: self._s3.delete_object(**self._place, Key=key)
            )
        except AwsError as error:
            _log.warning("%s/%s is left behind: %s", self._name, key, error.message)

    @property
    def _place(self) -> BucketPlace:
        return {"Bucket": self._name, "ExpectedBucketOwner": self._owner}
