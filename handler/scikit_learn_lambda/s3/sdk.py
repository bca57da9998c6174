"""Reads from S3 with botocore, which the Lambda runtime has."""

from typing import Any, Dict, Mapping, Optional

from scikit_learn_lambda.errors import ModelError, ModelNotFoundError
from scikit_learn_lambda.s3.ranges import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    THREADS,
    Address,
    Fetched,
    Part,
    endpoint_url,
    read,
)

NOT_THERE = {"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "404"}


def fetch(address: Address, environ: Mapping[str, str], part_bytes: int) -> Fetched:
    """Read an object.

    Raises:
        ModelNotFoundError: there is none.
        ModelError: it cannot be read.
    """
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        get_object = _client(environ).get_object

        def get(wanted: str, etag: Optional[str]) -> Part:
            return _part(get_object(**_arguments(address, wanted, etag)))

        return read(get, part_bytes)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        kind = ModelNotFoundError if code in NOT_THERE else ModelError
        raise kind(f"{address}: {error}") from error
    except (BotoCoreError, HTTPClientError, OSError, ValueError) as error:  # no endpoint, say
        raise ModelError(f"{address}: {error}") from error


def _client(environ: Mapping[str, str]) -> Any:
    import botocore.session
    from botocore.config import Config

    options: Dict[str, Any] = {
        "connect_timeout": CONNECT_TIMEOUT,
        "read_timeout": READ_TIMEOUT,
        "max_pool_connections": THREADS,
        "retries": {"max_attempts": 3},
    }
    endpoint = endpoint_url(environ)
    if endpoint:  # whose host need not answer to the bucket's name before its own
        options["s3"] = {"addressing_style": "path"}
    session = botocore.session.get_session()
    return session.create_client("s3", endpoint_url=endpoint, config=Config(**options))


def _arguments(address: Address, wanted: str, etag: Optional[str]) -> Dict[str, str]:
    asked = {"Bucket": address.bucket, "Key": address.key, "Range": wanted}
    if address.version_id:
        asked["VersionId"] = address.version_id
    if etag is not None:
        asked["IfMatch"] = etag
    return asked


def _part(answer: Any) -> Part:
    data = bytes(answer["Body"].read())
    return Part(data, answer["ContentRange"], answer["ETag"], answer.get("VersionId"))
