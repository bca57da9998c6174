"""The door to AWS: one session, and out of it one client a region."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config

from layerfactory import __version__
from layerfactory.errors import CredentialsError, RegionUnavailableError, ThrottledError
from layerfactory.publish.aws.calls import Calls, RetryPolicy
from layerfactory.publish.aws.failures import AWS_ERRORS, translate
from layerfactory.publish.aws.layers import LayerClient
from layerfactory.publish.aws.settings import BUCKET_TEMPLATE, bucket_name
from layerfactory.publish.aws.staging import StagingBucket

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.settings import AwsSettings

_CONNECT_SECONDS, _READ_SECONDS = 10, 120
_IDENTITY = "sts:GetCallerIdentity"
# Of the partitions aws, aws-cn and aws-eusc; .api.aws is that of dual-stack endpoints.
_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws")
_REGIONS_TO_ASK = 3

# botocore's variables, as (name in the file, name in the environment, value, type): no profile of
# the host and none of its files.
_HOSTLESS = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Aws:
    """One account as seen from here. Safe to use from several threads.

    Args:
        settings: where AWS is, and who asks.
        retry: when to try a call again.
    """

    def __init__(self, settings: AwsSettings, retry: RetryPolicy | None = None) -> None:
        self._settings = settings
        self._retry = retry or RetryPolicy()
        self._lock = Lock()  # boto3 makes clients from one thread only
        self._session: boto3.Session | None = None
        self._layers: dict[str, LayerClient] = {}
        self._account = ""

    def check_credentials(self, regions: Iterable[Region]) -> str:
        """Find out early that nothing can be published, before anything is built.

        A region that does not answer says nothing about credentials: the next one is asked.

        Returns:
            The account's number; empty where none of the regions asked did answer.

        Raises:
            CredentialsError: there are none, or AWS does not take them.
        """
        always_enabled_first = sorted(regions, key=lambda region: region.opt_in)
        hasty = replace(self._retry, attempts=2)
        for region in always_enabled_first[:_REGIONS_TO_ASK]:
            try:
                return self._ask_account(region, hasty)
            except (RegionUnavailableError, ThrottledError):
                continue
        return ""

    def account(self, region: Region) -> str:
        """The account's number, asked of ``region`` unless it is known; raises AwsError."""
        return self._account or self._ask_account(region, self._retry)

    def layers(self, region: Region) -> LayerClient:
        """The layers of one region.

        Raises:
            AwsError: the profile or the region is unknown to boto3.
        """
        with self._lock:
            if region.name not in self._layers:
                self._layers[region.name] = LayerClient(
                    region=region,
                    client=self._make_client("lambda", region),
                    calls=Calls(region, self._retry),
                    open_staging=partial(self._open_staging, region),
                )
            return self._layers[region.name]

    def client(self, service: str, region: Region) -> Any:
        """A plain boto3 client, for what has no verb here; raises AwsError."""
        with self._lock:
            return self._make_client(service, region)

    def is_real(self, region: Region) -> bool:
        """Whether a region's calls go to AWS itself, whoever may set endpoints; raises AwsError."""
        host = urlsplit(self.client("lambda", region).meta.endpoint_url).hostname or ""
        return host.endswith(_AWS_DOMAINS)

    def _ask_account(self, region: Region, retry: RetryPolicy) -> str:
        client = self.client("sts", region)
        self._account = Calls(region, retry).make(
            _IDENTITY, lambda: str(client.get_caller_identity()["Account"])
        )
        return self._account

    def _open_staging(self, region: Region) -> StagingBucket:
        account = self.account(region)
        template = self._settings.bucket_template
        return StagingBucket(
            client=self.client("s3", region),
            calls=Calls(region, self._retry),
            name=bucket_name(template, account, region.name),
            account=account,
            ours=template == BUCKET_TEMPLATE,
        )

    def _make_client(self, service: str, region: Region) -> Any:
        """Only with the lock held."""
        try:
            if self._session is None:
                self._session = _open_session(self._settings)
            if self._session.get_credentials() is None:
                raise CredentialsError(
                    "There are no AWS credentials",
                    "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                    "or rehearse without an account with --local.",
                )
            make: Any = self._session.client
            return make(
                service,
                region_name=region.name,
                endpoint_url=self._settings.endpoint_url or None,
                config=_config(self._settings),
            )
        except AWS_ERRORS as error:
            raise translate(error, f"the {service} client", region) from error


def _open_session(settings: AwsSettings) -> boto3.Session:
    if not settings.access_key_id:
        return boto3.Session(profile_name=settings.profile or None)
    core = botocore.session.Session(session_vars=_HOSTLESS)
    core.set_credentials(settings.access_key_id, settings.secret_access_key)
    return boto3.Session(botocore_session=core)


def _config(settings: AwsSettings) -> Config:
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"total_max_attempts": 1, "mode": "standard"},
        tcp_keepalive=True,
        user_agent_extra=f"layerfactory/{__version__}",
    )
    if settings.endpoint_url or os.environ.get("AWS_ENDPOINT_URL"):
        # A name such as bucket.localhost resolves on few machines.
        config = config.merge(Config(s3={"addressing_style": "path"}))
    if settings.access_key_id:
        # The host's proxy does not know its 127.0.0.1, and FIPS has no endpoint of one's own.
        local = Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False)
        config = config.merge(local)
    return config
