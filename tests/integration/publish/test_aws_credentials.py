from dataclasses import replace

import pytest
from fault_proxy import FOREVER, Body, Cut, Refusal

from layerfactory.data.regions import regions
from layerfactory.errors import CredentialsError
from layerfactory.publish.aws.calls import RetryPolicy
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.aws.settings import AwsSettings

WEST, EAST, CAPE = (regions()[name] for name in ("us-west-2", "us-east-1", "af-south-1"))


def test_without_credentials_it_ends_before_anything_is_done(proxy):
    aws = Aws(AwsSettings(endpoint_url=proxy.url))
    with pytest.raises(CredentialsError, match="There are no AWS credentials") as caught:
        aws.check_credentials([WEST])
    assert "--local" in caught.value.remedy
    assert proxy.calls == []


def test_an_unknown_profile_is_told(proxy):
    aws = Aws(AwsSettings(endpoint_url=proxy.url, profile="nobody"))
    with pytest.raises(CredentialsError, match="nobody"):
        aws.check_credentials([WEST])


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "ExpiredToken", "SignatureDoesNotMatch"])
def test_credentials_that_aws_refuses_are_told(aws, proxy, code):
    proxy.inject(Refusal(403, code), times=FOREVER)
    with pytest.raises(CredentialsError, match=code):
        aws.check_credentials([WEST])


def test_a_region_always_enabled_is_asked_first_and_a_dead_one_passed_over(aws, proxy):
    proxy.inject(Cut.BEFORE, region="us-east-1", times=FOREVER)
    assert aws.check_credentials([CAPE, EAST, WEST]) == "123456789012"
    assert [call.region for call in proxy.calls] == ["us-east-1", "us-east-1", "us-west-2"]


@pytest.mark.parametrize("body", [b"<html>login</html>", b"{}", b"", b"\xff\xfe"])
def test_a_region_where_something_else_answers_is_passed_over(aws, proxy, body):
    proxy.inject(Body(body), region="us-east-1", times=FOREVER)
    assert aws.check_credentials([EAST, WEST]) == "123456789012"


def test_aws_endpoint_url_is_honoured(proxy, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    aws = Aws(AwsSettings())
    assert aws.check_credentials([WEST]) == "123456789012"
    assert aws.layers(WEST).latest_version("none") is None
    assert aws.client("s3", WEST).meta.config.s3 == {"addressing_style": "path"}
    assert len(proxy.calls) == 2


def test_botocore_never_retries_by_itself(settings, proxy):
    proxy.inject(Refusal(500, "ServiceException"), times=FOREVER)
    once = Aws(replace(settings), RetryPolicy(attempts=1))
    with pytest.raises(Exception, match="ServiceException"):
        once.layers(WEST).versions("none")
    assert len(proxy.calls) == 1
