"""How to reach AWS: a value that the command line fills in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from layerfactory.data.regions import partitions
from layerfactory.errors import MatrixError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    """For every partition that has none of its own."""
    profiles: Mapping[str, str] = field(default_factory=dict)
    """By partition: an account belongs to one."""
    access_key_id: str = ""
    """With a key of its own, nothing of the host's AWS configuration is used at all."""
    secret_access_key: str = field(default="", repr=False)
    bucket_template: str = BUCKET_TEMPLATE

    def profile_of(self, partition: str) -> str:
        """Who asks in a partition; empty where it is left to boto3."""
        return self.profiles.get(partition, self.profile)


def read_profiles(words: Iterable[str]) -> tuple[str, Mapping[str, str]]:
    """Read ``NAME``, for all partitions, and ``PARTITION=NAME``, for one.

    Returns:
        The name for all, empty where there is none, and the others by partition.

    Raises:
        MatrixError: a partition does not exist, or one has two names.
    """
    found: dict[str, str] = {}
    for word in words:
        partition, equals, name = word.partition("=")
        partition, name = (partition, name) if equals else ("", word)
        if partition and partition not in partitions():
            raise MatrixError(
                f"--profile {word}: there is no partition {partition!r}",
                f"Use NAME, or PARTITION=NAME with one of {', '.join(partitions())}.",
            )
        if not name or found.setdefault(partition, name) != name:
            raise MatrixError(
                f"--profile {word}: names {'a second profile' if name else 'none'}",
                "Name one profile for all, or one for each partition.",
            )
    return found.pop("", ""), MappingProxyType(found)


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
