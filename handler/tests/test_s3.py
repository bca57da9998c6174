"""How S3 is asked without the SDK; what it answers is in the integration tests."""

import pytest
from scikit_learn_lambda import s3
from scikit_learn_lambda.s3 import direct
from scikit_learn_lambda.s3.signature import Credentials, Target, sign

# Those of AWS's own examples.
EXAMPLE = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None)
ON_LAMBDA = {
    "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


def test_the_published_example():
    """ "Example: GET Object" in the S3 API reference on authorization headers."""
    target = Target("examplebucket.s3.amazonaws.com", "/test.txt", "")
    now = "20130524T000000Z"
    headers = sign(target, {"range": "bytes=0-9"}, EXAMPLE, "us-east-1", now)
    assert headers == {
        "host": "examplebucket.s3.amazonaws.com",
        "range": "bytes=0-9",
        "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-amz-date": now,
        "authorization": "AWS4-HMAC-SHA256 "
        "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    }


@pytest.mark.parametrize(
    ("bucket", "region", "endpoint", "place"),
    [
        ("b-1", "eu-west-1", None, ("https", "b-1.s3.eu-west-1.amazonaws.com", "/")),
        ("b-1", "us-gov-west-1", None, ("https", "b-1.s3.us-gov-west-1.amazonaws.com", "/")),
        ("b-1", "cn-north-1", None, ("https", "b-1.s3.cn-north-1.amazonaws.com.cn", "/")),
        ("b-1", "eusc-de-east-1", None, ("https", "b-1.s3.eusc-de-east-1.amazonaws.eu", "/")),
        ("a.b", "eu-west-1", None, ("https", "s3.eu-west-1.amazonaws.com", "/a.b/")),
        ("b-1", "any", "http://here:9000", ("http", "here:9000", "/b-1/")),
        ("b-1", "any", "http://here:80/", ("http", "here", "/b-1/")),
        ("b-1", "any", "https://here:443/s3/", ("https", "here", "/s3/b-1/")),
        ("b-1", "any", "https://[::1]:8443", ("https", "[::1]:8443", "/b-1/")),
    ],
)
def test_where_a_bucket_answers(bucket, region, endpoint, place):
    assert direct.find_place(bucket, region, endpoint) == place


@pytest.mark.parametrize(
    ("bucket", "region", "endpoint"),
    [
        ("b-1", "us-iso-east-1", None),
        ("b-1", "us-isob-east-1", None),
        ("b-1", "eu-isoe-west-1", None),
        ("b-1", "elsewhere", None),
        ("arn:aws:s3:eu-west-1:123456789012:accesspoint:a", "eu-west-1", None),
        ("Upper", "eu-west-1", None),
        ("express--euw1-az1--x-s3", "eu-west-1", None),
        ("b-1", "any", "here:9000"),
        ("b-1", "any", "ftp://here"),
        ("b-1", "any", "http://user@here"),
        ("b-1", "any", "http://here/?a=b"),
        ("b-1", "any", "http://here:none"),
    ],
)
def test_what_is_left_to_the_sdk(bucket, region, endpoint):
    assert direct.find_place(bucket, region, endpoint) is None


def test_lambda_as_it_stands_needs_no_sdk():
    assert direct.reader(s3.parse("s3://bucket/key"), ON_LAMBDA) is not None


@pytest.mark.parametrize("name", sorted(set(ON_LAMBDA) - {"AWS_REGION", "AWS_SESSION_TOKEN"}))
def test_without_one_of_these_the_sdk_looks_elsewhere(name):
    environ = {key: value for key, value in ON_LAMBDA.items() if key != name}
    assert direct.reader(s3.parse("s3://bucket/key"), environ) is None


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_USE_FIPS_ENDPOINT", "https_proxy"])
def test_what_is_configured_is_followed_by_the_sdk(name):
    environ = dict(ON_LAMBDA, **{name: "x"})
    assert direct.reader(s3.parse("s3://bucket/key"), environ) is None


@pytest.mark.parametrize("path", ["s3://bucket/a/b c.pkl", "s3://bucket/key?versionId=x.Y_z"])
def test_addresses_are_told_as_they_were_given(path):
    assert str(s3.parse(path)) == path
