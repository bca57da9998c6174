import hashlib
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from fault_proxy import FOREVER, Body, Cut, Refusal
from synthetic_layers import make_layer

from layerfactory.data.regions import regions
from layerfactory.errors import CredentialsError, RegionUnavailableError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.apply import apply
from layerfactory.publish.aws.calls import RetryPolicy
from layerfactory.publish.aws.endpoint import real_by_default
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.aws.settings import AwsSettings
from layerfactory.publish.package import Package
from layerfactory.publish.plan import Terms
from layerfactory.publish.survey import survey

HERE = Path(__file__)
PACKAGE = Package({}, HERE, hashlib.sha256(HERE.read_bytes()).hexdigest(), 1)
WEST, EAST, CAPE = (regions()[name] for name in ("us-west-2", "us-east-1", "af-south-1"))


def test_without_credentials_it_ends_before_anything_is_done(proxy):
    aws = Aws(AwsSettings(endpoint_url=proxy.url))
    with pytest.raises(CredentialsError, match="There are no AWS credentials") as caught:
        aws.check_credentials([WEST])
    assert "--local" in caught.value.remedy
    assert proxy.calls == []


@pytest.mark.parametrize("url", ["127.0.0.1:5000", "localhost:5000", "nowhere"])
def test_an_endpoint_that_is_none_is_told(url):
    aws = Aws(AwsSettings(endpoint_url=url, access_key_id="embedded", secret_access_key="embedded"))
    with pytest.raises(RegionUnavailableError, match=f"Invalid endpoint: {url}") as caught:
        aws.layers(WEST)
    assert "need a scheme and a host" in caught.value.remedy


def test_an_environments_endpoint_that_is_none_is_told(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "127.0.0.1:5000")
    with pytest.raises(RegionUnavailableError, match="Invalid endpoint"):
        real_by_default(WEST)


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
    assert aws.check_credentials([CAPE, EAST, WEST]) == {"aws": "123456789012"}
    assert [call.region for call in proxy.calls] == ["us-east-1", "us-east-1", "us-west-2"]


@pytest.mark.parametrize("body", [b"<html>login</html>", b"{}", b"", b"\xff\xfe"])
def test_a_region_where_something_else_answers_is_passed_over(aws, proxy, body):
    proxy.inject(Body(body), region="us-east-1", times=FOREVER)
    assert aws.check_credentials([EAST, WEST]) == {"aws": "123456789012"}


def test_aws_endpoint_url_is_honoured(proxy, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    aws = Aws(AwsSettings())
    assert aws.check_credentials([WEST]) == {"aws": "123456789012"}
    assert aws.layers(WEST).list_versions("none") == ()
    assert aws.client("s3", WEST).meta.config.s3 == {"addressing_style": "path"}
    assert len(proxy.calls) == 2


def test_botocore_never_retries_by_itself(settings, proxy):
    proxy.inject(Refusal(500, "ServiceException"), times=FOREVER)
    once = Aws(replace(settings), RetryPolicy(attempts=1))
    with pytest.raises(Exception, match="ServiceException"):
        once.layers(WEST).list_versions("none")
    assert len(proxy.calls) == 1


BEIJING, GOV, BRANDENBURG = (
    regions()[name] for name in ("cn-north-1", "us-gov-west-1", "eusc-de-east-1")
)


@pytest.fixture
def profiles(monkeypatch, tmp_path, proxy):
    """Two profiles whose keys can be told apart in what the proxy records."""
    config = tmp_path / "config"
    config.write_text(
        "".join(
            f"[profile {name}]\naws_access_key_id = {name}\naws_secret_access_key = secret\n"
            for name in ("world", "china")
        )
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return AwsSettings(
        endpoint_url=proxy.url, profile="world", profiles=MappingProxyType({"aws-cn": "china"})
    )


def test_each_partition_is_asked_with_its_own_profile(profiles, proxy):
    aws = Aws(profiles)
    accounts = aws.check_credentials([WEST, BEIJING, GOV, BRANDENBURG])
    assert set(accounts) == {"aws", "aws-cn", "aws-us-gov", "aws-eusc"}
    for region in (WEST, BEIJING, GOV, BRANDENBURG):
        aws.layers(region).list_layers()
    assert [(call.region, call.key) for call in proxy.calls if call.service == "lambda"] == [
        ("us-west-2", "world"),
        ("cn-north-1", "china"),
        ("us-gov-west-1", "world"),
        ("eusc-de-east-1", "world"),
    ]
    assert [call.region for call in proxy.calls if call.service == "sts"] == [
        "us-west-2",
        "cn-north-1",
        "us-gov-west-1",
        "eusc-de-east-1",
    ]


def test_a_partition_without_good_credentials_stops_no_other(profiles, proxy, tmp_path):
    proxy.inject(Refusal(403, "InvalidClientTokenId"), region="cn-north-1", times=FOREVER)
    aws = Aws(profiles)
    assert set(aws.check_credentials([WEST, BEIJING])) == {"aws"}
    assert "--profile aws-cn=NAME" in aws.refused["aws-cn"].remedy
    layer = make_layer(tmp_path, Cell("3.12", "1.9.1"))
    proxy.calls.clear()
    results = apply(aws, survey(aws, [layer], [WEST, BEIJING], Terms(public=True)))
    assert [(result.region, str(result.state)) for result in results] == [
        ("cn-north-1", "failed"),
        ("us-west-2", "published"),
    ]
    assert isinstance(results[0].error, CredentialsError)
    assert {call.region for call in proxy.calls} == {"us-west-2"}


def test_no_good_credentials_in_any_partition_end_the_run(profiles, proxy):
    proxy.inject(Refusal(403, "InvalidClientTokenId"), times=FOREVER)
    with pytest.raises(CredentialsError, match="InvalidClientTokenId"):
        Aws(profiles).check_credentials([WEST, BEIJING])


def test_wrong_credentials_are_not_taken_for_regions_that_are_not_enabled(aws, proxy):
    """Only opt-in regions were chosen, and those answer to wrong keys as to unknown ones."""
    proxy.inject(Refusal(403, "InvalidClientTokenId"), times=FOREVER)
    with pytest.raises(CredentialsError):
        aws.check_credentials([CAPE])


def test_the_bucket_is_of_the_layers_own_partition(profiles):
    aws = Aws(profiles)
    with aws._open_staging(BEIJING).holding(PACKAGE) as place:
        assert place["S3Bucket"] == "layerfactory-123456789012-cn-north-1"
        where = aws.client("s3", BEIJING).get_bucket_location(Bucket=place["S3Bucket"])
        assert where["LocationConstraint"] == "cn-north-1"
