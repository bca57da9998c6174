"""The proof of the role rests on this: which action, on what, each call needs."""

import pytest
from fault_proxy import Call
from iam_actions import Need, need_of, operation_of

LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:name"
LAYERS = "/2018-10-31/layers"
OBJECT = "arn:aws:s3:::bucket/layerfactory/0.zip"


def call(service, method, path, *headers, action=""):
    return Call("eu-west-1", service, method, path, headers=frozenset(headers), action=action)


@pytest.mark.parametrize(
    ("method", "path", "operation", "resource"),
    [
        ("GET", "", "ListLayers", "*"),
        ("GET", "?MaxItems=50&Marker=x", "ListLayers", "*"),
        ("GET", "?find=LayerVersion&Arn=x", "GetLayerVersionByArn", "*"),
        ("GET", "/name/versions?MaxItems=50", "ListLayerVersions", LAYER),
        ("POST", "/name/versions", "PublishLayerVersion", LAYER),
        ("GET", "/name/versions/3", "GetLayerVersion", f"{LAYER}:3"),
        ("DELETE", "/name/versions/3", "DeleteLayerVersion", f"{LAYER}:3"),
        ("GET", "/name/versions/3/policy", "GetLayerVersionPolicy", f"{LAYER}:3"),
        ("POST", "/name/versions/3/policy", "AddLayerVersionPermission", f"{LAYER}:3"),
        ("DELETE", "/name/versions/3/policy/a", "RemoveLayerVersionPermission", f"{LAYER}:3"),
    ],
)
def test_calls_to_lambda(method, path, operation, resource):
    found = need_of(call("lambda", method, f"{LAYERS}{path}"))
    assert found == Need(f"lambda:{operation}", resource)


@pytest.mark.parametrize(
    ("method", "path", "operation", "action"),
    [
        ("HEAD", "/bucket", "HeadBucket", "ListBucket"),
        ("PUT", "/bucket", "CreateBucket", "CreateBucket"),
        ("PUT", "/bucket?publicAccessBlock", "PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
        ("PUT", "/bucket?encryption", "PutBucketEncryption", "PutEncryptionConfiguration"),
        (
            "PUT",
            "/bucket?lifecycle",
            "PutBucketLifecycleConfiguration",
            "PutLifecycleConfiguration",
        ),
        ("PUT", "/bucket/layerfactory/0.zip", "PutObject", "PutObject"),
        ("POST", "/bucket/layerfactory/0.zip?uploads", "CreateMultipartUpload", "PutObject"),
        ("PUT", "/bucket/layerfactory/0.zip?partNumber=1&uploadId=x", "UploadPart", "PutObject"),
        ("POST", "/bucket/layerfactory/0.zip?uploadId=x", "CompleteMultipartUpload", "PutObject"),
        (
            "DELETE",
            "/bucket/layerfactory/0.zip?uploadId=x",
            "AbortMultipartUpload",
            "AbortMultipartUpload",
        ),
        ("DELETE", "/bucket/layerfactory/0.zip", "DeleteObject", "DeleteObject"),
        ("GET", "/bucket/layerfactory/0.zip", "GetObject", "GetObject"),
    ],
)
def test_calls_to_s3(method, path, operation, action):
    made = call("s3", method, path)
    assert operation_of(made)[0] == operation
    resource = OBJECT if path.startswith("/bucket/") else "arn:aws:s3:::bucket"
    assert need_of(made) == Need(f"s3:{action}", resource)


def test_a_copy_is_told_from_an_upload_by_its_header():
    copied = call("s3", "PUT", "/bucket/layerfactory/0.zip", "x-amz-copy-source")
    assert operation_of(copied)[0] == "CopyObject"
    with pytest.raises(KeyError):
        need_of(copied)


def test_the_body_tells_what_sts_is_asked():
    asked = call("sts", "POST", "/", action="GetCallerIdentity")
    assert need_of(asked) == Need("sts:GetCallerIdentity", "*")


def test_an_operation_that_nobody_thought_of_is_no_small_matter():
    with pytest.raises(KeyError):
        need_of(call("s3", "DELETE", "/bucket"))
