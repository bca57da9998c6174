"""The door to AWS: one session a partition, and out of it one client a region."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from threading import Event, Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config

from layerfactory import __version__
from layerfactory.data.regions import STANDARD_PARTITION, always_enabled
from layerfactory.errors import CredentialsError, RegionUnavailableError, ThrottledError
from layerfactory.publish.aws.calls import Calls, RetryPolicy
from layerfactory.publish.aws.content import LayerContents
from layerfactory.publish.aws.endpoint import goes_to_aws, no_endpoint
from layerfactory.publish.aws.failures import AWS_ERRORS, translate
from layerfactory.publish.aws.layers import LayerClient
from layerfactory.publish.aws.pace import REQUESTS_PER_SECOND, Pacer
from layerfactory.publish.aws.settings import BUCKET_TEMPLATE, bucket_name
from layerfactory.publish.aws.staging import StagingBucket

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.settings import AwsSettings

_CONNECT_SECONDS, _READ_SECONDS = 10, 120
_IDENTITY = "sts:GetCallerIdentity"
_REGIONS_TO_ASK = 3

# botocore's variables, as (name in the file, name in the environment, value, type): no profile of
# the host and none of its files.
_HOSTLESS = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Aws:
    """One account a partition as seen from here. Safe to use from several threads.

    Args:
        settings: where AWS is, and who asks.
        retry: when to try a call again.
        requests_per_second: of Lambda, in each region; 0 for as many as go. By default what AWS
            takes, and no bound where AWS is not the real one.
    """

    def __init__(
        self,
        settings: AwsSettings,
        retry: RetryPolicy | None = None,
        requests_per_second: float | None = None,
    ) -> None:
        self.stop = Event()
        """Set when the run is broken off: whoever waits does so no longer."""
        self._settings = settings
        self._retry = retry or RetryPolicy(sleep=self._sleep)
        self._pace = requests_per_second
        self._lock = Lock()  # boto3 makes clients from one thread only
        self._sessions: dict[str, boto3.Session] = {}
        self._lambdas: dict[str, tuple[Any, Calls]] = {}
        self._layers: dict[str, LayerClient] = {}
        self._accounts: dict[str, str] = {}
        self._refused: dict[str, CredentialsError] = {}

    def check_credentials(self, regions: Iterable[Region]) -> Mapping[str, str]:
        """Find out early that nothing can be published, before anything is built.

        A region that does not answer says nothing about credentials: the next one is asked. A
        partition that has no good credentials stops no other; its regions fail from now on.

        Returns:
            The account's number by partition; empty where none of the regions asked did answer.

        Raises:
            CredentialsError: there are none, or AWS does not take them, in any partition.
        """
        wanted: dict[str, list[Region]] = {}
        for region in regions:
            wanted.setdefault(region.partition, []).append(region)
        accounts = {}
        for partition, some in wanted.items():
            try:
                accounts[partition] = self._check_partition(partition, some)
            except CredentialsError as error:
                self._refused[partition] = _of_partition(error, partition)
        if wanted and not accounts:
            raise next(iter(self._refused.values()))
        return accounts

    @property
    def accounts(self) -> Mapping[str, str]:
        """The account's number by partition, as far as it was asked."""
        return MappingProxyType(self._accounts)

    @property
    def refused(self) -> Mapping[str, CredentialsError]:
        """Partitions whose credentials were found wanting, and how."""
        return MappingProxyType(self._refused)

    def account(self, region: Region) -> str:
        """The account's number, asked of ``region`` unless it is known; raises AwsError."""
        return self._accounts.get(region.partition) or self._ask_account(region, self._retry)

    def layers(self, region: Region) -> LayerClient:
        """The layers of one region.

        Raises:
            AwsError: the profile or the region is unknown to boto3, or the partition's
                credentials were refused before.
        """
        if refused := self._refused.get(region.partition):
            raise refused
        with self._lock:
            if region.name not in self._layers:
                client, calls = self._lambda(region)
                self._layers[region.name] = LayerClient(
                    region=region,
                    client=client,
                    calls=calls,
                    open_staging=partial(self._open_staging, region),
                    account=lambda: self._accounts.get(region.partition, ""),
                )
            return self._layers[region.name]

    def contents(self, region: Region) -> LayerContents:
        """The zips of one region's layers; raises AwsError as ``layers`` does."""
        if refused := self._refused.get(region.partition):
            raise refused
        with self._lock:
            client, calls = self._lambda(region)
        trusted = _trusted(self._settings, region.partition)
        own = bool(self._settings.access_key_id)
        return LayerContents(client, calls, verify=trusted, direct=own)

    def client(self, service: str, region: Region) -> Any:
        """A plain boto3 client, for what has no verb here; raises AwsError."""
        with self._lock:
            return self._make_client(service, region)

    def calls(self, region: Region) -> Calls:
        """How calls by such a client are made."""
        return Calls(region, self._retry)

    def is_real(self, region: Region) -> bool:
        """Whether a region's calls go to AWS itself, whoever may set endpoints; raises AwsError."""
        return goes_to_aws(self.client("lambda", region))

    def _check_partition(self, partition: str, regions: Iterable[Region]) -> str:
        """Ask first whom every account has: where a region is not enabled, no key is known."""
        candidates = sorted(regions, key=lambda region: region.opt_in)
        if candidates[0].opt_in:
            candidates.insert(0, always_enabled(partition))
        hasty = replace(self._retry, attempts=2)
        for region in candidates[:_REGIONS_TO_ASK]:
            try:
                return self._ask_account(region, hasty)
            except (RegionUnavailableError, ThrottledError):
                continue
        return ""

    def _ask_account(self, region: Region, retry: RetryPolicy) -> str:
        client = self.client("sts", region)
        account = Calls(region, retry).make(
            _IDENTITY, lambda: str(client.get_caller_identity()["Account"])
        )
        self._accounts[region.partition] = account
        return account

    def _lambda(self, region: Region) -> tuple[Any, Calls]:
        """Only with the lock held: one client and one pace for all who call Lambda there."""
        if region.name not in self._lambdas:
            client = self._make_client("lambda", region)
            calls = Calls(region, self._retry, self._pacer(client), partial(self._took, region))
            self._lambdas[region.name] = client, calls
        return self._lambdas[region.name]

    def _took(self, region: Region) -> bool:
        """Whether some region of the partition took the credentials."""
        return region.partition in self._accounts

    def _pacer(self, client: Any) -> Pacer:
        pace = self._pace
        if pace is None:
            pace = REQUESTS_PER_SECOND if goes_to_aws(client) else 0
        return Pacer(pace, self._sleep)

    def _sleep(self, seconds: float) -> None:
        """Wait, but not on when the run is broken off."""
        if self.stop.wait(seconds):
            raise KeyboardInterrupt

    def _open_staging(self, region: Region) -> StagingBucket:
        account = self.account(region)
        template = self._settings.bucket_template
        return StagingBucket(
            client=self.client("s3", region),
            calls=self.calls(region),
            name=bucket_name(template, account, region.name),
            account=account,
            ours=template == BUCKET_TEMPLATE,
        )

    def _make_client(self, service: str, region: Region) -> Any:
        """Only with the lock held."""
        try:
            partition = region.partition
            if partition not in self._sessions:
                self._sessions[partition] = _open_session(self._settings, partition)
            session = self._sessions[partition]
            if session.get_credentials() is None:
                raise CredentialsError(
                    "There are no AWS credentials",
                    "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                    "or rehearse without an account with --local.",
                )
            make: Any = session.client
            return make(
                service,
                region_name=region.name,
                endpoint_url=self._settings.endpoint_url or None,
                config=_config(self._settings),
            )
        except AWS_ERRORS as error:
            raise translate(error, f"the {service} client", region) from error
        except ValueError as error:
            raise no_endpoint(error, region) from error


def _of_partition(error: CredentialsError, partition: str) -> CredentialsError:
    """Say how a partition of its own gets credentials of its own."""
    if partition == STANDARD_PARTITION:
        return error
    return CredentialsError(
        f"{partition}: {error.message}",
        f"Its accounts are its own: name a profile for it with --profile {partition}=NAME.",
    )


def _open_session(settings: AwsSettings, partition: str) -> boto3.Session:
    if not settings.access_key_id:
        return boto3.Session(profile_name=settings.profile_of(partition) or None)
    core = botocore.session.Session(session_vars=_HOSTLESS)
    core.set_credentials(settings.access_key_id, settings.secret_access_key)
    return boto3.Session(botocore_session=core)


def _trusted(settings: AwsSettings, partition: str) -> bool | str:
    """What certificates are checked against: a file, or botocore's own, as its clients do."""
    if settings.access_key_id:
        return True
    core = botocore.session.Session(profile=settings.profile_of(partition) or None)
    found = core.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
    return str(found) if found else True


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
