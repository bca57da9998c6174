"""How to reach AWS: a value that the command line fills in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from layerfactory.errors import MatrixError

BUCKET_TEMPLATE = "layerfactory-{account}-{region}"
"""The bucket of a region, for zips over 50 MiB; made on first use."""

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Where AWS is and who asks. What is empty is left to boto3: environment, profile, role."""

    endpoint_url: str = ""
    profile: str = ""
    access_key_id: str = ""
    """With a key of its own, nothing of the host's AWS configuration is used at all."""
    secret_access_key: str = field(default="", repr=False)
    bucket_template: str = BUCKET_TEMPLATE


def bucket_name(template: str, account: str, region: str) -> str:
    """Fill in ``{account}`` and ``{region}``.

    Raises:
        MatrixError: the result is no name for a bucket.
    """
    name = template.replace("{account}", account).replace("{region}", region)
    if not _BUCKET_NAME.fullmatch(name):
        raise MatrixError(
            f"--bucket {template!r}: {name!r} is no name for a bucket",
            "Use 3 to 63 small letters, digits and hyphens, with {account} and {region} in it.",
        )
    return name
