"""Model files in S3, as moto has it, read straight into memory."""

import os

import boto3
import pytest
from scikit_learn_lambda import s3
from scikit_learn_lambda.errors import ModelError, ModelNotFoundError

PART = 1000


@pytest.fixture
def client(embedded, monkeypatch):
    """A client for the tests' own use; the handler finds its way by the environment."""
    for name, value in {
        "AWS_ENDPOINT_URL": embedded.endpoint_url,
        "AWS_ACCESS_KEY_ID": "embedded",
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="models")
    return client


@pytest.mark.parametrize("size", [1, PART - 1, PART, PART + 1, 7 * PART, 20 * PART + 123])
def test_every_byte_comes_however_many_ranges_it_takes(client, size):
    data = os.urandom(size)
    etag = client.put_object(Bucket="models", Key="a/b c.joblib", Body=data)["ETag"]
    fetched = s3.fetch("s3://models/a/b c.joblib", part_bytes=PART)
    assert fetched == (data, etag.strip('"'), None)


def test_versions(client):
    client.create_bucket(Bucket="versioned")
    status = {"Status": "Enabled"}
    client.put_bucket_versioning(Bucket="versioned", VersioningConfiguration=status)
    put = [client.put_object(Bucket="versioned", Key="m", Body=b"%d" % n * PART) for n in (1, 2)]
    for number, answer in enumerate(put, start=1):
        path = f"s3://versioned/m?versionId={answer['VersionId']}"
        fetched = s3.fetch(path, part_bytes=300)
        assert fetched.data == b"%d" % number * PART
        assert fetched.version_id == answer["VersionId"]
    assert s3.fetch("s3://versioned/m").version_id == put[1]["VersionId"]


@pytest.mark.parametrize("path", ["s3://models/none", "s3://no-such-bucket/none"])
def test_what_is_not_there(client, path):
    with pytest.raises(ModelNotFoundError, match="none"):
        s3.fetch(path)


def test_an_empty_object(client):
    client.put_object(Bucket="models", Key="empty", Body=b"")
    with pytest.raises(ModelError):
        s3.fetch("s3://models/empty")


def test_an_object_that_is_replaced_while_it_is_read(client, monkeypatch):
    """Parts of two objects would make a third that nobody ever stored."""
    client.put_object(Bucket="models", Key="m", Body=b"1" * 5 * PART)
    real = s3._client

    def replacing(environ):
        inner = real(environ)
        get, calls = inner.get_object, []

        def get_object(**asked):
            answer = get(**asked)
            if not calls:
                client.put_object(Bucket="models", Key="m", Body=b"2" * 5 * PART)
            calls.append(asked)
            return answer

        inner.get_object = get_object
        return inner

    monkeypatch.setattr(s3, "_client", replacing)
    with pytest.raises(ModelError, match="PreconditionFailed"):
        s3.fetch("s3://models/m", part_bytes=PART)


def test_an_endpoint_that_does_not_answer(client, monkeypatch, unused_port):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{unused_port}")
    monkeypatch.setattr(s3, "CONNECT_TIMEOUT", 0.2)
    with pytest.raises(ModelError):
        s3.fetch("s3://models/m")


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
