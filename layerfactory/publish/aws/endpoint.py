"""Whether AWS is the real one, or what somebody has set up in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3

from layerfactory.errors import RegionUnavailableError
from layerfactory.publish.aws.failures import AWS_ERRORS, translate

if TYPE_CHECKING:
    from layerfactory.data.regions import Region

# Of the partitions aws, aws-cn and aws-eusc; .api.aws is that of dual-stack endpoints.
_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws")
# A key at hand keeps boto3 from looking for one.
_NOBODY = "nobody"


def goes_to_aws(client: Any) -> bool:
    """Whether a client's calls go to AWS itself, whoever may set endpoints."""
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    return host.endswith(_AWS_DOMAINS)


def real_by_default(region: Region) -> bool:
    """Whether what asks nobody, and so needs no credentials, is about the real AWS.

    Raises:
        AwsError: the environment names a profile or an endpoint that is none.
    """
    try:
        session = boto3.Session(aws_access_key_id=_NOBODY, aws_secret_access_key=_NOBODY)
        return goes_to_aws(session.client("lambda", region_name=region.name))
    except AWS_ERRORS as error:
        raise translate(error, "the lambda client", region) from error
    except ValueError as error:
        raise no_endpoint(error, region) from error


def no_endpoint(error: ValueError, region: Region) -> RegionUnavailableError:
    """Our error for what botocore raises of an address without a scheme or a host."""
    return RegionUnavailableError(
        f"{region}: {error}",
        "AWS_ENDPOINT_URL, and endpoint_url in the AWS configuration, need a scheme and a host: "
        "http://127.0.0.1:5000",
    )
