import pytest

from layerfactory.data.regions import regions
from layerfactory.errors import MatrixError
from layerfactory.publish.aws.settings import (
    BUCKET_TEMPLATE,
    AwsSettings,
    bucket_name,
    check_buckets,
    read_profiles,
)

EAST, WEST = regions()["us-east-1"], regions()["us-west-2"]


def test_the_bucket_of_a_region_is_named_by_account_and_region():
    name = bucket_name(BUCKET_TEMPLATE, "123456789012", "eu-west-1")
    assert name == "layerfactory-123456789012-eu-west-1"


REFUSED = [
    "Layers-{region}",
    "x",
    "layers-{0}",
    "l" * 64,
    "a_{region}",
    "a..b",
    "../..",
    "two words",
    "layers\n",
    "192.168.0.1",
    "xn--layers",
    "layers--x-s3",
]


@pytest.mark.parametrize("template", REFUSED)
def test_what_is_no_name_for_a_bucket_is_refused_before_aws_is_asked(template):
    with pytest.raises(MatrixError, match="no name for a bucket"):
        bucket_name(template, "123456789012", "eu-west-1")


@pytest.mark.parametrize("template", [BUCKET_TEMPLATE, "my.layers-{region}", "{region}"])
def test_a_bucket_for_each_region_is_taken(template):
    check_buckets(template, regions().values())


@pytest.mark.parametrize("template", ["a..{region}", f"{'l' * 54}-{{region}}", "{acount}"])
def test_every_region_must_get_a_name_that_s3_takes(template):
    with pytest.raises(MatrixError, match="no name for a bucket"):
        check_buckets(template, [EAST, WEST])


def test_two_regions_may_not_share_a_bucket_and_one_may_have_any():
    check_buckets("layers", [WEST, WEST])
    with pytest.raises(MatrixError, match="us-east-1 and us-west-2 would share") as caught:
        check_buckets("layers-{account}", [WEST, EAST])
    assert "{region}" in caught.value.remedy


def test_the_secret_is_never_printed():
    assert "hush" not in repr(AwsSettings(access_key_id="key", secret_access_key="hush"))


def test_a_profile_for_all_and_one_for_a_partition():
    profile, profiles = read_profiles(["mine", "aws-cn=china", "aws-eusc=sovereign"])
    settings = AwsSettings(profile=profile, profiles=profiles)
    asked = ("aws", "aws-us-gov", "aws-cn", "aws-eusc")
    assert [settings.profile_of(name) for name in asked] == ["mine", "mine", "china", "sovereign"]
    assert read_profiles([]) == ("", {})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["aws-ch=x"], "there is no partition 'aws-ch'"),
        (["a", "b"], "names a second profile"),
        (["aws-cn=a", "aws-cn=b"], "names a second profile"),
        (["aws-cn="], "names none"),
        ([""], "names none"),
    ],
)
def test_a_profile_that_means_nothing_is_refused(words, said):
    with pytest.raises(MatrixError, match=said):
        read_profiles(words)
