"""Model files in S3, as moto has it, read straight into memory: with the SDK and without it."""

import json
import os
import socket

import boto3
import pytest
from aws_fixtures import proxy
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from fault_proxy import Body, Cut, Refusal
from hypothesis import given
from hypothesis import strategies as st
from scikit_learn_lambda import s3
from scikit_learn_lambda.errors import ModelError, ModelNotFoundError
from scikit_learn_lambda.s3 import direct, ranges, sdk, signature

from layerfactory.data.regions import regions

__all__ = ["proxy"]
PART = 1000
# What the SDK tells of itself with each request.
OF_THE_SDK = "amz-sdk-invocation-id"


@pytest.fixture
def credentials(monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "embedded",
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_SESSION_TOKEN": "embedded",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def client(credentials, embedded, monkeypatch):
    """A client for the tests' own use; the handler finds its way by the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", embedded.endpoint_url)
    client = boto3.client("s3")
    client.create_bucket(Bucket="models")
    return client


def as_on_lambda(monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    monkeypatch.delenv("AWS_CONFIG_FILE")


@pytest.fixture(params=["directly", "with the SDK"])
def manner(request, client, monkeypatch):
    """Both ways to ask S3; each for itself."""
    if request.param == "directly":
        as_on_lambda(monkeypatch)
        monkeypatch.setattr(s3, "_fetch_with_sdk", None)
    return request.param


@pytest.mark.usefixtures("manner")
@pytest.mark.parametrize("key", ["a/b c.joblib", "ü ~*'()!+&=@:;,$?#%41/.././/x"])
@pytest.mark.parametrize("size", [1, PART - 1, PART, PART + 1, 20 * PART + 123])
def test_every_byte_comes_however_many_ranges_it_takes(client, size, key):
    data = os.urandom(size)
    etag = client.put_object(Bucket="models", Key=key, Body=data)["ETag"]
    fetched = s3.fetch(f"s3://models/{key}", part_bytes=PART)
    assert fetched == (data, etag.strip('"'), None)


@pytest.mark.usefixtures("manner")
def test_versions(client):
    client.create_bucket(Bucket="ver.sioned")
    status = {"Status": "Enabled"}
    client.put_bucket_versioning(Bucket="ver.sioned", VersioningConfiguration=status)
    put = [client.put_object(Bucket="ver.sioned", Key="m", Body=b"%d" % n * PART) for n in (1, 2)]
    for number, answer in enumerate(put, start=1):
        path = f"s3://ver.sioned/m?versionId={answer['VersionId']}"
        fetched = s3.fetch(path, part_bytes=300)
        assert fetched.data == b"%d" % number * PART
        assert fetched.version_id == answer["VersionId"]
    assert s3.fetch("s3://ver.sioned/m").version_id == put[1]["VersionId"]


@pytest.mark.usefixtures("manner")
@pytest.mark.parametrize("path", ["s3://models/none", "s3://no-such-bucket/none"])
def test_what_is_not_there(path):
    with pytest.raises(ModelNotFoundError, match=r"none.*NoSuch"):
        s3.fetch(path)


@pytest.mark.parametrize("is_lambda", [False, True])
def test_an_empty_object(client, monkeypatch, is_lambda):
    client.put_object(Bucket="models", Key="empty", Body=b"")
    if is_lambda:
        as_on_lambda(monkeypatch)
    with pytest.raises(ModelError, match=r"s3://models/empty: .*InvalidRange"):
        s3.fetch("s3://models/empty")


def replacing(get, client):
    """As ``get``, and the object is another one after the first part."""
    calls = []

    def instead(*words):
        part = get(*words)
        if not calls:
            client.put_object(Bucket="models", Key="m", Body=b"2" * 5 * PART)
        calls.append(words)
        return part

    return instead


def test_an_object_that_is_replaced_while_it_is_read(client, monkeypatch):
    """Parts of two objects would make a third that nobody ever stored."""
    client.put_object(Bucket="models", Key="m", Body=b"1" * 5 * PART)
    monkeypatch.setattr(sdk, "read", lambda get, size: ranges.read(replacing(get, client), size))
    with pytest.raises(ModelError, match="PreconditionFailed"):
        s3.fetch("s3://models/m", part_bytes=PART)


def test_an_object_that_is_replaced_while_it_is_read_directly(client, monkeypatch, capsys):
    client.put_object(Bucket="models", Key="m", Body=b"1" * 5 * PART)
    as_on_lambda(monkeypatch)
    monkeypatch.setattr(s3, "read", lambda get, size: ranges.read(replacing(get, client), size))
    assert s3.fetch("s3://models/m", part_bytes=PART).data == b"2" * 5 * PART
    assert "PreconditionFailed" in json.loads(capsys.readouterr().out)["cause"]


@pytest.fixture
def faulty(credentials, proxy, monkeypatch):
    """S3 behind faults, as a function on Lambda sees it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
    client = boto3.client("s3")
    client.create_bucket(Bucket="models")
    client.put_object(Bucket="models", Key="m", Body=b"1" * 5 * PART)
    proxy.forget()
    as_on_lambda(monkeypatch)
    return proxy


def test_one_request_and_no_sdk(faulty, capsys):
    assert s3.fetch("s3://models/m").data == b"1" * 5 * PART
    (call,) = faulty.calls
    assert OF_THE_SDK not in call.headers
    assert {"authorization", "range", "x-amz-security-token"} <= call.headers
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "fault",
    [
        Refusal(503, "SlowDown"),
        Refusal(500, "InternalError"),
        Refusal(403, "RequestTimeTooSkewed"),
        Refusal(301, "PermanentRedirect", headers=(("x-amz-bucket-region", "us-east-1"),)),
        Refusal(404, "SomethingElse"),
        Body(b"<html>a proxy's greeting</html>"),
        Cut.BEFORE,
    ],
    ids=str,
)
def test_whatever_is_not_plain_is_left_to_the_sdk(faulty, fault, capsys):
    faulty.inject(fault)
    assert s3.fetch("s3://models/m").data == b"1" * 5 * PART
    assert [OF_THE_SDK in call.headers for call in faulty.calls] == [False, True]
    assert "through the SDK" in json.loads(capsys.readouterr().out)["message"]


def test_what_is_forbidden_is_said_as_the_sdk_says_it(faulty):
    faulty.inject(Refusal(403, "AccessDenied"), times=2)
    with pytest.raises(ModelError, match=r"s3://models/m: .*AccessDenied"):
        s3.fetch("s3://models/m")


@pytest.mark.parametrize("is_lambda", [False, True])
def test_an_endpoint_that_does_not_answer(client, monkeypatch, unused_port, is_lambda):
    if is_lambda:
        as_on_lambda(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{unused_port}")
    for module in (direct, sdk):
        monkeypatch.setattr(module, "CONNECT_TIMEOUT", 0.2)
    with pytest.raises(ModelError):
        s3.fetch("s3://models/m")


@pytest.mark.usefixtures("credentials")
def test_an_endpoint_that_is_no_address(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "foo")
    with pytest.raises(ModelError, match="Invalid endpoint"):
        s3.fetch("s3://models/m")


@pytest.fixture
def unused_port():
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.usefixtures("credentials")
def test_every_region_is_where_the_sdk_has_it():
    session = boto3.Session()
    for name in regions():
        place = direct.find_place("bucket", name, None)
        theirs = session.client("s3", region_name=name).meta.endpoint_url
        if name == "us-east-1":  # which the SDK asks by the name it had when it was the only one
            assert theirs == "https://s3.amazonaws.com"
            theirs = "https://s3.us-east-1.amazonaws.com"
        assert place == ("https", theirs.replace("https://", "bucket."), "/")


KEYS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)
NAMES = st.from_regex(r"[a-zA-Z0-9._-]+", fullmatch=True)


@given(KEYS, st.none() | NAMES, st.none() | NAMES, st.none() | NAMES)
def test_signatures_are_those_of_the_sdk(key, version, token, etag):
    address = s3.ranges.Address("bucket", "k" + key, version)
    headers = {"range": "bytes=0-9", **({"if-match": f'"{etag}"'} if etag else {})}
    target = direct.find_target(address, direct.find_place("bucket", "eu-west-1", None))
    mine = signature.Credentials("KEY", "SECRET", token)
    ours = signature.sign(target, headers, mine, "eu-west-1", "20261101T010203Z")
    url = f"https://{target.host}{target.path}" + (target.query and f"?{target.query}")
    request = AWSRequest("GET", url, headers=headers)
    request.context["timestamp"] = "20261101T010203Z"
    auth = S3SigV4Auth(BotoCredentials("KEY", "SECRET", token), "s3", "eu-west-1")
    auth._modify_request_before_signing(request)
    theirs = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    assert ours["authorization"].endswith(f"Signature={theirs}")
