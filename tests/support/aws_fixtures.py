"""Fixtures for tests that speak to the embedded AWS; a conftest imports them."""

from __future__ import annotations

import http.client
import os
from typing import TYPE_CHECKING

import pytest
from fault_proxy import FaultProxy

from layerfactory.publish.aws.calls import RetryPolicy
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.aws.settings import AwsSettings
from layerfactory.publish.embedded import embedded_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["aws", "clean_environment", "embedded", "proxy", "settings", "waits"]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's own AWS configuration must change nothing."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="module")
def embedded() -> Iterator[AwsSettings]:
    """One server for a module's tests: to end it takes half a second."""
    with embedded_aws() as settings:
        yield settings


@pytest.fixture
def proxy(embedded: AwsSettings) -> Iterator[FaultProxy]:
    """An empty AWS behind the fault proxy."""
    with FaultProxy(embedded.endpoint_url) as proxy:
        yield proxy
    connection = http.client.HTTPConnection(proxy.upstream.netloc, timeout=30)
    connection.request("POST", "/moto-api/reset")
    connection.getresponse().read()
    connection.close()


@pytest.fixture
def settings(proxy: FaultProxy) -> AwsSettings:
    return AwsSettings(
        endpoint_url=proxy.url, access_key_id="embedded", secret_access_key="embedded"
    )


@pytest.fixture
def waits() -> list[float]:
    """The seconds that would have been waited between attempts."""
    return []


@pytest.fixture
def aws(settings: AwsSettings, waits: list[float]) -> Aws:
    return Aws(settings, RetryPolicy(sleep=waits.append))
