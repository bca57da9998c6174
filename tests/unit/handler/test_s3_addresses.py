import pytest
from scikit_learn_lambda.errors import ModelError
from scikit_learn_lambda.s3 import is_s3, parse
from scikit_learn_lambda.s3.ranges import Address, endpoint_url


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("s3://bucket/key", Address("bucket", "key", None)),
        ("s3://bucket/a/b.joblib", Address("bucket", "a/b.joblib", None)),
        ("s3://bucket/key?versionId=abc.-_", Address("bucket", "key", "abc.-_")),
        ("s3://bucket/what?.pkl", Address("bucket", "what?.pkl", None)),
        ("s3://alias-s3alias/key", Address("alias-s3alias", "key", None)),
    ],
)
def test_addresses(path, address):
    assert is_s3(path)
    assert parse(path) == address


@pytest.mark.parametrize("path", ["s3://", "s3://bucket", "s3://bucket/", "s3:///key"])
def test_what_is_no_address(path):
    with pytest.raises(ModelError, match="s3://bucket/key"):
        parse(path)


@pytest.mark.parametrize("path", ["/var/task/model.joblib", "model.joblib", "./s3:/x"])
def test_files(path):
    assert not is_s3(path)


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, None),
        ({"AWS_ENDPOINT_URL": "http://a"}, "http://a"),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://b"}, "http://b"),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, None),
    ],
)
def test_endpoints(environ, wanted):
    assert endpoint_url(environ) == wanted
