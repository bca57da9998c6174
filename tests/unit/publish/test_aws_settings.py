import pytest

from layerfactory.errors import MatrixError
from layerfactory.publish.aws.settings import BUCKET_TEMPLATE, AwsSettings, bucket_name


def test_the_bucket_of_a_region_is_named_by_account_and_region():
    name = bucket_name(BUCKET_TEMPLATE, "123456789012", "eu-west-1")
    assert name == "layerfactory-123456789012-eu-west-1"


@pytest.mark.parametrize("template", ["Layers-{region}", "x", "layers-{0}", "l" * 64, "a_{region}"])
def test_what_is_no_name_for_a_bucket_is_refused_before_aws_is_asked(template):
    with pytest.raises(MatrixError, match="no name for a bucket"):
        bucket_name(template, "123456789012", "eu-west-1")


def test_the_secret_is_never_printed():
    assert "hush" not in repr(AwsSettings(access_key_id="key", secret_access_key="hush"))
