"""Puts an object together out of ranges, whoever gets them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Mapping, NamedTuple, Optional

# Most models are smaller, and take one request. One connection gives Lambda some tens of MB/s.
PART_BYTES = 16 * 1024 * 1024
THREADS = 6
# Seconds; all of the start must be over in ten.
CONNECT_TIMEOUT = 3
READ_TIMEOUT = 9


class Address(NamedTuple):
    """Where an object is."""

    bucket: str
    key: str
    version_id: Optional[str]

    def __str__(self) -> str:
        version = f"?versionId={self.version_id}" if self.version_id else ""
        return f"s3://{self.bucket}/{self.key}{version}"


class Fetched(NamedTuple):
    """An object's bytes, and which object it was."""

    data: bytes
    etag: str
    version_id: Optional[str]


class Part(NamedTuple):
    """What a request for a range was answered."""

    data: bytes
    content_range: str
    """As ``bytes 0-9/100``."""
    etag: str
    """With its quotes."""
    version_id: Optional[str]


# Gets a range, such as ``bytes=0-9``; and only of the object with this ETag, if there is one.
Get = Callable[[str, Optional[str]], Part]


def endpoint_url(environ: Mapping[str, str]) -> Optional[str]:
    """The endpoint that the environment names; botocore before 1.31 does not look there."""
    if environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    return environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or None


def read(get: Get, part_bytes: int) -> Fetched:
    """Read all of an object.

    Raises:
        OSError: less came than there is; and whatever ``get`` raises.
    """
    first = get(f"bytes=0-{part_bytes - 1}", None)
    size = int(first.content_range.rpartition("/")[2])

    def get_part(start: int) -> bytes:
        wanted = f"bytes={start}-{min(start + part_bytes, size) - 1}"
        # Of the same object, should it be replaced meanwhile.
        return get(wanted, first.etag).data

    starts = range(part_bytes, size, part_bytes)
    data = first.data
    if starts:
        with ThreadPoolExecutor(THREADS) as pool:
            data = b"".join([data, *pool.map(get_part, starts)])
    if len(data) != size:
        raise OSError(f"{len(data)} bytes came, not {size}")
    return Fetched(data, first.etag.strip('"'), first.version_id)
