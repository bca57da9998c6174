"""Reads an object from S3 straight into memory, large ones in ranges side by side."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Mapping, NamedTuple, Optional

from scikit_learn_lambda.errors import ModelError, ModelNotFoundError

ADDRESS = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+?)(?:\?versionId=(?P<version>[^&]+))?$")
# Most models are smaller, and take one request. One connection gives Lambda some tens of MB/s.
PART_BYTES = 16 * 1024 * 1024
THREADS = 6
# Seconds; all of the start must be over in ten.
CONNECT_TIMEOUT = 3
READ_TIMEOUT = 9
NOT_THERE = {"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "404"}


class Address(NamedTuple):
    """Where an object is."""

    bucket: str
    key: str
    version_id: Optional[str]


class Fetched(NamedTuple):
    """An object's bytes, and which object it was."""

    data: bytes
    etag: str
    version_id: Optional[str]


def is_s3(path: str) -> bool:
    """Whether a path is an object's and no file's."""
    return path.startswith("s3://")


def parse(path: str) -> Address:
    """Read ``s3://bucket/key?versionId=…``; raises ModelError."""
    match = ADDRESS.match(path)
    if match is None:
        raise ModelError(f"{path}: s3://bucket/key is wanted")
    return Address(match.group("bucket"), match.group("key"), match.group("version"))


def fetch(path: str, part_bytes: int = PART_BYTES) -> Fetched:
    """Read an object.

    Raises:
        ModelNotFoundError: there is none.
        ModelError: it cannot be read.
    """
    # Part of the Lambda runtime, and slow to import: only here.
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    address = parse(path)
    try:
        return _fetch(_client(os.environ), address, part_bytes)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        kind = ModelNotFoundError if code in NOT_THERE else ModelError
        raise kind(f"{path}: {error}") from error
    except (BotoCoreError, HTTPClientError, OSError) as error:
        raise ModelError(f"{path}: {error}") from error


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


def endpoint_url(environ: Mapping[str, str]) -> Optional[str]:
    """The endpoint that the environment names; botocore before 1.31 does not look there."""
    if environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    return environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or None


def _fetch(client: Any, address: Address, part_bytes: int) -> Fetched:
    asked = {"Bucket": address.bucket, "Key": address.key}
    if address.version_id:
        asked["VersionId"] = address.version_id
    first = client.get_object(Range=f"bytes=0-{part_bytes - 1}", **asked)
    size = int(first["ContentRange"].rpartition("/")[2])
    # The other parts must be of the same object, should it be replaced meanwhile.
    asked["IfMatch"] = first["ETag"]

    def fetch_part(start: int) -> bytes:
        wanted = f"bytes={start}-{min(start + part_bytes, size) - 1}"
        return bytes(client.get_object(Range=wanted, **asked)["Body"].read())

    starts = range(part_bytes, size, part_bytes)
    if not starts:
        return _fetched(first["Body"].read(), size, first)
    with ThreadPoolExecutor(THREADS) as pool:
        others = pool.map(fetch_part, starts)
        parts = [first["Body"].read(), *others]
    return _fetched(b"".join(parts), size, first)


def _fetched(data: bytes, size: int, answer: Any) -> Fetched:
    if len(data) != size:
        raise OSError(f"{len(data)} bytes came, not {size}")
    return Fetched(data, answer["ETag"].strip('"'), answer.get("VersionId"))
