import pytest
from boto3.exceptions import S3UploadFailedError
from botocore import exceptions as botocore

from layerfactory.data.regions import regions
from layerfactory.errors import (
    AccessDeniedError,
    AwsError,
    CredentialsError,
    RegionNotEnabledError,
    RegionUnavailableError,
    StorageFullError,
    ThrottledError,
)
from layerfactory.publish.aws.failures import is_throttled, is_transient, retry_after, translate

WEST = regions()["us-west-2"]
OPT_IN = regions()["af-south-1"]
URL = {"endpoint_url": "https://lambda.us-west-2.amazonaws.com"}


def answer(code, status=400, message="in AWS's words", **headers):
    metadata = {"HTTPStatusCode": status, "HTTPHeaders": headers}
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}
    return botocore.ClientError(response, "PublishLayerVersion")


def told(error, region=WEST):
    ours = translate(error, "lambda:PublishLayerVersion", region)
    return type(ours), ours.message, ours.remedy


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (botocore.NoCredentialsError(), CredentialsError),
        (botocore.ProfileNotFound(profile="x"), CredentialsError),
        (botocore.PartialCredentialsError(provider="env", cred_var="k"), CredentialsError),
        (answer("InvalidSignatureException", 403), CredentialsError),
        (answer("SignatureDoesNotMatch", 403), CredentialsError),
        (answer("ExpiredTokenException", 403), CredentialsError),
        (answer("UnrecognizedClientException", 403), CredentialsError),
        (answer("AccessDeniedException", 403), AccessDeniedError),
        (answer("403", 403), AccessDeniedError),
        (botocore.EndpointConnectionError(**URL), RegionUnavailableError),
        (botocore.ConnectTimeoutError(**URL), RegionUnavailableError),
        (botocore.ReadTimeoutError(**URL), RegionUnavailableError),
        (botocore.ConnectionClosedError(**URL), RegionUnavailableError),
        (botocore.SSLError(error="untrusted", **URL), RegionUnavailableError),
        (answer("TooManyRequestsException", 429), ThrottledError),
        (answer("ThrottlingException"), ThrottledError),
        (answer("SlowDown", 503), ThrottledError),
        (answer("ServiceException", 500), ThrottledError),
    ],
)
def test_each_failure_has_its_class_and_a_remedy(error, kind):
    found, message, remedy = told(error)
    assert found is kind
    assert "lambda:PublishLayerVersion" in message
    assert remedy


def test_a_refusal_of_access_names_action_region_and_what_to_allow():
    _, message, remedy = told(answer("AccessDeniedException", 403))
    assert message.startswith("us-west-2: lambda:PublishLayerVersion: access denied")
    assert "in AWS's words" in message
    assert "Allow lambda:PublishLayerVersion" in remedy


def test_a_region_that_is_not_enabled_is_told_with_both_readings():
    kind, message, remedy = told(answer("UnrecognizedClientException", 403), OPT_IN)
    assert kind is RegionNotEnabledError
    assert "not enabled for the account, or the credentials are wrong" in message
    assert "Enable af-south-1" in remedy


@pytest.mark.parametrize(
    ("code", "expected", "word"),
    [
        ("CodeStorageExceededException", StorageFullError, "75 GB"),
        ("RequestEntityTooLargeException", AwsError, "262,144,000"),
    ],
)
def test_a_quota_is_told_with_its_figure(code, expected, word):
    kind, _, remedy = told(answer(code))
    assert kind is expected
    assert word in remedy


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("SignatureDoesNotMatch", "Signature expired: 20261123T000000Z is now earlier"),
        ("InvalidSignatureException", "Signature not yet current: 20271123T000000Z"),
        ("RequestTimeTooSkewed", "The difference between the request time"),
    ],
)
def test_a_wrong_clock_is_told(code, said):
    error = answer(code, 403)
    error.response["Error"]["Message"] = said
    kind, _, remedy = told(error)
    assert kind is CredentialsError
    assert "clock" in remedy


def test_what_is_not_foreseen_keeps_awss_words():
    kind, message, _ = told(answer("InvalidParameterValueException"))
    assert kind is AwsError
    assert message.endswith("InvalidParameterValueException: in AWS's words")


@pytest.mark.parametrize(
    ("error", "transient", "throttled"),
    [
        (answer("TooManyRequestsException", 429), True, True),
        (answer("Throttling"), True, True),
        (answer("Unnamed", 429), True, True),
        (answer("ServiceException", 500), True, False),
        (answer("OperationAborted", 409), True, False),
        (botocore.ConnectionClosedError(**URL), True, False),
        (botocore.ReadTimeoutError(**URL), True, False),
        (botocore.SSLError(error="untrusted", **URL), False, False),
        (botocore.NoCredentialsError(), False, False),
        (answer("AccessDeniedException", 403), False, False),
        (answer("ResourceConflictException", 409), False, False),
        (AwsError("ours"), False, False),
    ],
)
def test_what_may_pass_is_told_from_what_will_not(error, transient, throttled):
    assert is_transient(error) is transient
    assert is_throttled(error) is throttled


def hidden_in_an_upload(error):
    try:
        try:
            raise error
        except botocore.ClientError:
            raise S3UploadFailedError("Failed to upload") from None
    except S3UploadFailedError as failed:
        return failed


def test_the_cause_of_a_failed_upload_is_found():
    assert is_throttled(hidden_in_an_upload(answer("SlowDown", 503)))
    assert told(hidden_in_an_upload(answer("AccessDenied", 403)))[0] is AccessDeniedError


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("", 0.0), ("soon", 0.0)])
def test_retry_after_is_read_in_seconds(value, seconds):
    assert retry_after(answer("Throttling", 429, **{"retry-after": value})) == seconds
    assert retry_after(botocore.ConnectionClosedError(**URL)) == 0


PAGE = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (PAGE, "404"),
        ("one\nand more", "404: one"),
        ("x" * 900, f"404: {'x' * 400}…"),
        (None, "404"),
    ],
)
def test_what_answers_in_awss_place_is_cut_to_a_line(said, kept):
    _, message, _ = told(answer("404", 404, message=said))
    assert message == f"us-west-2: lambda:PublishLayerVersion: {kept}"


def test_credentials_that_another_region_took_are_not_what_is_wrong():
    error = answer("UnrecognizedClientException", 403)
    ours = translate(error, "lambda:ListLayers", WEST, taken=True)
    assert type(ours) is RegionUnavailableError
    assert ours.remedy == "Enable the region for the account, or leave it out."
    opt_in = translate(error, "lambda:ListLayers", OPT_IN, taken=True)
    assert type(opt_in) is RegionNotEnabledError
