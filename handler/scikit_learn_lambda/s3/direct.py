"""Reads from S3 with the standard library alone: what Lambda as it stands needs, and no more.

Credentials are those that Lambda puts into the environment. What is configured otherwise, and any
answer but the object or its absence, is left to the SDK.
"""

import re
import time
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Mapping, NamedTuple, Optional
from urllib.parse import quote

from scikit_learn_lambda.errors import ModelNotFoundError
from scikit_learn_lambda.s3.ranges import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    Address,
    Get,
    Part,
    endpoint_url,
)
from scikit_learn_lambda.s3.signature import Credentials, Target, sign

# Whoever sets one of these means the SDK to follow it.
FOR_THE_SDK = {
    "ALL_PROXY",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "HTTPS_PROXY",
    "HTTP_PROXY",
}
# By the form of a region's name; there are partitions beyond these.
SUFFIXES = (
    (re.compile(r"cn-[a-z]+-\d+$"), "amazonaws.com.cn"),
    (re.compile(r"eusc-[a-z]+-[a-z]+-\d+$"), "amazonaws.eu"),
    (re.compile(r"(?:us-gov|[a-z]{2})-[a-z]+-\d+$"), "amazonaws.com"),
)
# Two dashes are of buckets that answer elsewhere, such as those of S3 Express.
BUCKET = re.compile(r"(?!.*--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
NOT_THERE = ("NoSuchKey", "NoSuchBucket", "NoSuchVersion")
CODE = re.compile(rb"<Code>(\w+)</Code>")
MAX_ERROR_BYTES = 10000
PARTIAL, NOT_FOUND = 206, 404
# With nothing that would have to be escaped, and nobody's name.
ENDPOINT = re.compile(
    r"(?P<scheme>https?)://(?P<host>[\w.-]+|\[[0-9a-fA-F:.]+\])(?::(?P<port>\d+))?(?P<path>[\w./-]*)$",
    re.ASCII,
)
DEFAULT_PORTS = {"http": 80, "https": 443}


class NotPlainError(Exception):
    """S3 gave another answer than the object."""


# What the SDK may yet make good.
FAULTS = (NotPlainError, HTTPException, OSError, ValueError)


class Place(NamedTuple):
    """Where a bucket answers."""

    scheme: str
    host: str
    """With its port, unless that is the scheme's own."""
    path: str
    """What stands before the key."""


def reader(address: Address, environ: Mapping[str, str]) -> Optional[Get]:
    """What gets ranges of an object; None where that is the SDK's to do."""
    credentials = Credentials(
        environ.get("AWS_ACCESS_KEY_ID", ""),
        environ.get("AWS_SECRET_ACCESS_KEY", ""),
        environ.get("AWS_SESSION_TOKEN"),
    )
    # The SDK's own name for it; Lambda sets both that there are.
    region = environ.get("AWS_DEFAULT_REGION", "")
    is_lambda = bool(environ.get("AWS_LAMBDA_RUNTIME_API"))
    is_plain = is_lambda and not {name.upper() for name in environ} & FOR_THE_SDK
    if not (is_plain and region and credentials.key_id and credentials.secret):
        return None
    place = find_place(address.bucket, region, endpoint_url(environ))
    if place is None:
        return None
    return partial(_get, address, place, credentials, region)


def find_place(bucket: str, region: str, endpoint: Optional[str]) -> Optional[Place]:
    """Where a bucket answers; None where that is for the SDK to know."""
    if not BUCKET.match(bucket):
        return None
    if endpoint:
        return _place_at(endpoint, bucket)
    suffix = next((suffix for form, suffix in SUFFIXES if form.match(region)), None)
    if suffix is None:
        return None
    host = f"s3.{region}.{suffix}"
    if "." in bucket:  # no certificate covers it as part of a host's name
        return Place("https", host, f"/{bucket}/")
    return Place("https", f"{bucket}.{host}", "/")


def _place_at(endpoint: str, bucket: str) -> Optional[Place]:
    match = ENDPOINT.match(endpoint)
    if match is None:
        return None
    scheme, host, port, path = match.group("scheme", "host", "port", "path")
    if port and int(port) != DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    return Place(scheme, host, f"{path.rstrip('/')}/{bucket}/")


def find_target(address: Address, place: Place) -> Target:
    """What to ask for an object."""
    # A plus would be a space to S3, and older Pythons would escape the tilde.
    query = "versionId=" + quote(address.version_id, safe="~") if address.version_id else ""
    return Target(place.host, place.path + quote(address.key, safe="/~"), query)


def _get(
    address: Address,
    place: Place,
    credentials: Credentials,
    region: str,
    wanted: str,
    etag: Optional[str],
) -> Part:
    target = find_target(address, place)
    asked = {"range": wanted, **({"if-match": etag} if etag else {})}
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    headers = sign(target, asked, credentials, region, now)
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    connection = kind(place.host, timeout=CONNECT_TIMEOUT)
    try:
        connection.connect()
        connection.sock.settimeout(READ_TIMEOUT)
        query = "?" + target.query if target.query else ""
        connection.request("GET", target.path + query, headers=headers)
        return _part(connection.getresponse(), address)
    finally:
        connection.close()


def _part(response: HTTPResponse, address: Address) -> Part:
    if response.status == PARTIAL:
        return Part(
            response.read(),
            response.headers["content-range"] or "",
            response.headers["etag"] or "",
            response.headers["x-amz-version-id"],
        )
    code = CODE.search(response.read(MAX_ERROR_BYTES))
    name = code.group(1).decode() if code else "no code"
    if response.status == NOT_FOUND and name in NOT_THERE:
        raise ModelNotFoundError(f"{address}: S3 answers {name}")
    raise NotPlainError(f"S3 answers {response.status}, {name}.")
