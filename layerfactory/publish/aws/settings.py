"""How to reach AWS: a value that the command line fills in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layerfactory.errors import MatrixError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.data.regions import Region

BUCKET_TEMPLATE = "layerfactory-{account}-{region}"
"""The bucket of a region, for zips over 50 MiB; made on first use."""

_BUCKET_NAME = re.compile(
    r"""
    (?!\d+\.\d+\.\d+\.\d+\Z)                            # an address
    (?!xn--|sthree-|amzn-s3-demo-)                        # beginnings and ends that S3 keeps
    (?!.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)\Z)
    (?!.*\.\.)
    [a-z0-9][a-z0-9.-]{1,61}[a-z0-9]
    """,
    re.VERBOSE,
)
_ANY_ACCOUNT = "0" * 12


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


def check_buckets(template: str, regions: Iterable[Region]) -> None:
    """See that a template names a bucket of its own for each region, before AWS is asked.

    Raises:
        MatrixError: a name is none for S3, or two regions would share one.
    """
    owners: dict[str, str] = {}
    for region in sorted({region.name for region in regions}):
        name = bucket_name(template, _ANY_ACCOUNT, region)
        if (other := owners.setdefault(name, region)) != region:
            raise MatrixError(
                f"--bucket {template!r}: {other} and {region} would share one bucket, and Lambda "
                "reads a zip only from a bucket of its own region",
                "Put {region} into the name.",
            )
