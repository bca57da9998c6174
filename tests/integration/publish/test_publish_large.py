import logging
import os
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from fault_proxy import FOREVER, PUBLISH, Cut, Refusal
from synthetic_layers import make_layer

from layerfactory.data.regions import regions
from layerfactory.errors import AccessDeniedError, MatrixError, VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.apply import apply
from layerfactory.publish.aws.calls import RetryPolicy
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.plan import Terms
from layerfactory.publish.result import State
from layerfactory.publish.survey import survey

WEST, EAST = regions()["us-west-2"], regions()["us-east-1"]
BUCKET = "layerfactory-123456789012-us-west-2"
THEIRS = "mine-us-west-2"
BUCKET_CREATION = f"s3 PUT /{BUCKET}$"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Random, so that it cannot be packed smaller."""
    return make_layer(
        tmp_path_factory.mktemp("large"), Cell("3.12", "1.9.1"), os.urandom(52_425_729)
    )


def publish(aws, layer, *regions):
    return apply(aws, survey(aws, [layer], regions, Terms(public=True)))


def objects(aws, bucket=BUCKET):
    return aws.client("s3", WEST).list_objects_v2(Bucket=bucket)["KeyCount"]


def test_it_goes_through_a_bucket_of_its_own_region(aws, large):
    results = publish(aws, large, WEST, EAST)
    assert [result.state for result in results] == [State.PUBLISHED] * 2
    s3 = aws.client("s3", WEST)
    buckets = sorted(bucket["Name"] for bucket in s3.list_buckets()["Buckets"])
    assert buckets == ["layerfactory-123456789012-us-east-1", BUCKET]
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] == "us-west-2"
    assert objects(aws) == objects(aws, buckets[0]) == 0


def test_the_bucket_is_closed_encrypted_and_emptied(aws, large):
    publish(aws, large, WEST)
    s3 = aws.client("s3", WEST)
    closed = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    assert len(closed) == 4
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert rule["Expiration"] == {"Days": 1}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert rule["Filter"] == {"Prefix": "layerfactory/"}


def test_a_bucket_that_a_kill_left_without_settings_gets_them(aws, large):
    s3 = aws.client("s3", WEST)
    place = {"LocationConstraint": "us-west-2"}
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    publish(aws, large, WEST)
    assert s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]


@pytest.fixture
def theirs(settings, waits):
    """An AWS where the user names the buckets, and one of them is there."""
    aws = Aws(replace(settings, bucket_template="mine-{region}"), RetryPolicy(sleep=waits.append))
    place = {"LocationConstraint": "us-west-2"}
    aws.client("s3", WEST).create_bucket(Bucket=THEIRS, CreateBucketConfiguration=place)
    return aws


def lifecycle(aws):
    return aws.client("s3", WEST).get_bucket_lifecycle_configuration(Bucket=THEIRS)["Rules"]


def test_a_bucket_of_the_users_keeps_its_settings(theirs, large):
    theirs.client("s3", WEST).put_object(Bucket=THEIRS, Key="kept", Body=b"kept")
    (result,) = publish(theirs, large, WEST)
    assert result.state is State.PUBLISHED
    assert objects(theirs, THEIRS) == 1
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        lifecycle(theirs)


def test_an_empty_bucket_of_the_users_keeps_its_lifecycle(theirs, large):
    s3 = theirs.client("s3", WEST)
    rule = {"ID": "own", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 9}}
    s3.put_bucket_lifecycle_configuration(Bucket=THEIRS, LifecycleConfiguration={"Rules": [rule]})
    publish(theirs, large, WEST)
    assert [rule["ID"] for rule in lifecycle(theirs)] == ["own"]


def test_a_named_bucket_that_a_kill_left_without_settings_gets_them(theirs, large):
    publish(theirs, large, WEST)
    assert [rule["ID"] for rule in lifecycle(theirs)] == ["layerfactory-empties-it"]
    closed = theirs.client("s3", WEST).get_public_access_block(Bucket=THEIRS)
    assert set(closed["PublicAccessBlockConfiguration"].values()) == {True}


def test_a_named_bucket_whose_lifecycle_may_not_be_read_is_used_as_it_is(theirs, large, proxy):
    refusal = Refusal(403, "AccessDenied")
    proxy.inject(refusal, call=rf"s3 GET /{THEIRS}\?lifecycle", times=FOREVER)
    (result,) = publish(theirs, large, WEST)
    assert result.state is State.PUBLISHED


def test_nothing_is_left_behind_when_lambda_refuses(aws, large, proxy):
    proxy.inject(Refusal(400, "CodeStorageExceededException"), call=PUBLISH)
    (result,) = publish(aws, large, WEST)
    assert result.state is State.FAILED
    assert "75 GB" in result.error.remedy
    assert objects(aws) == 0


def test_a_part_that_fails_is_sent_again(aws, large, proxy, waits):
    proxy.inject(Refusal(503, "SlowDown"), call="partNumber=3")
    proxy.inject(Cut.BEFORE, call="partNumber=5")
    (result,) = publish(aws, large, WEST)
    assert result.state is State.PUBLISHED
    assert waits


def test_a_zip_that_is_replaced_before_it_goes_out_is_not_published(aws, large, proxy, tmp_path):
    """The weather comes after the last look at the file, and before its first part."""
    layer = replace(large, zip=tmp_path / "layer.zip")
    layer.zip.write_bytes(large.zip.read_bytes())

    def replaced(call, nth):
        if str(call).endswith("?lifecycle"):
            layer.zip.write_bytes(bytes(52_425_729))

    proxy.weather = replaced
    (result,) = publish(aws, layer, WEST)
    assert isinstance(result.error, VerifyError)
    assert "it was changed on its way out" in result.error.message
    assert proxy.count(PUBLISH) == 0
    assert objects(aws) == 0


def test_a_bucket_whose_creation_was_not_answered_is_taken(aws, large, proxy):
    proxy.inject(Cut.AFTER, call=BUCKET_CREATION)
    (result,) = publish(aws, large, WEST)
    assert result.state is State.PUBLISHED


def test_a_missing_permission_on_s3_is_named(aws, large, proxy):
    proxy.inject(Refusal(403, "AccessDenied"), call=BUCKET_CREATION, times=FOREVER)
    (result,) = publish(aws, large, WEST)
    assert isinstance(result.error, AccessDeniedError)
    assert "s3:CreateBucket" in result.error.remedy


def test_a_bucket_that_may_be_a_strangers_is_named(aws, large, proxy):
    proxy.inject(Refusal(403, "AccessDenied"), call=f"s3 HEAD /{BUCKET}$", times=FOREVER)
    (result,) = publish(aws, large, WEST)
    assert isinstance(result.error, AccessDeniedError)
    assert BUCKET in result.error.message
    assert "--bucket" in result.error.remedy


def test_a_refused_upload_names_the_permission_too(aws, large, proxy):
    proxy.inject(Refusal(403, "AccessDenied"), call="partNumber", times=FOREVER)
    (result,) = publish(aws, large, WEST)
    assert isinstance(result.error, AccessDeniedError)
    assert "s3:PutObject" in result.error.remedy


def test_an_object_that_cannot_be_removed_fails_nothing(aws, large, proxy, caplog):
    proxy.inject(Refusal(403, "AccessDenied"), call="s3 DELETE", times=FOREVER)
    with caplog.at_level(logging.WARNING):
        (result,) = publish(aws, large, WEST)
    assert result.state is State.PUBLISHED
    assert "is left behind" in caplog.text


def test_a_template_that_gives_no_bucket_is_told(settings, large):
    aws = Aws(replace(settings, bucket_template="Nope {zone}"))
    (result,) = publish(aws, large, WEST)
    assert isinstance(result.error, MatrixError)
