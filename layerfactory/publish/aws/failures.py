"""AWS's errors in our words: what failed, in which region, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boto3.exceptions import S3UploadFailedError
from botocore import exceptions as botocore
from botocore.parsers import ResponseParserError

from layerfactory.errors import (
    AccessDeniedError,
    AwsError,
    CredentialsError,
    RegionNotEnabledError,
    RegionUnavailableError,
    StorageFullError,
    ThrottledError,
)
from layerfactory.publish.storage import STORAGE_REMEDY

if TYPE_CHECKING:
    from layerfactory.data.regions import Region

_LONGEST = 400
"""Characters of what AWS says: its longest refusals fit in."""

# Every error that a boto3 call raises. S3UploadFailedError hides the true one.
AWS_ERRORS = (botocore.BotoCoreError, botocore.ClientError, S3UploadFailedError)

# What comes of reading an answer that is not of AWS's shape, in botocore's parser and in our code.
UNREADABLE = (
    ResponseParserError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    RecursionError,
)

NO_CREDENTIALS = (
    botocore.NoCredentialsError,
    botocore.PartialCredentialsError,
    botocore.CredentialRetrievalError,
    botocore.ProfileNotFound,
    botocore.TokenRetrievalError,
    botocore.SSOError,
)
_NO_ANSWER = (botocore.HTTPClientError, botocore.ConnectionError, botocore.IncompleteReadError)

# A region that is not enabled does not know the account's keys: it answers as to wrong ones.
_UNKNOWN_KEY = {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"}
_BAD_KEY = {
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
_THROTTLES = {
    "BandwidthLimitExceeded",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "TooManyRequestsException",
}
# S3's word for two runs that make the same bucket at once, and for a body that came too slowly.
_PASSING = {"OperationAborted", "RequestTimeout"}
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500
_FULL = "CodeStorageExceededException"
_REMEDIES = {
    "RequestEntityTooLargeException": (
        "Lambda takes 262,144,000 bytes unzipped: build the cell with stricter trim rules."
    ),
}
# Without these nothing can be done in a region; whatever else is unreadable is of one layer.
_OF_THE_REGION = {"lambda:ListLayers", "sts:GetCallerIdentity"}
_CLOCK_REMEDY = "Set this machine's clock: AWS takes no call that is minutes early or late."
# AWS tells of a wrong clock by the code of a bad signature, and in words of its own.
_CLOCK_CODES = {"RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"}
_CLOCK_WORDS = ("signature expired", "signature not yet current")
_KEYS_REMEDY = "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in again."


def error_code(error: BaseException) -> str:
    """AWS's code, such as ``AccessDeniedException``; empty where AWS did not answer."""
    cause = _cause(error)
    if not isinstance(cause, botocore.ClientError):
        return ""
    return cause.response.get("Error", {}).get("Code", "")


def retry_after(error: BaseException) -> float:
    """The seconds that AWS asks to wait; 0 where it asks nothing."""
    cause = _cause(error)
    if not isinstance(cause, botocore.ClientError):
        return 0.0
    headers = cause.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    value = headers.get("retry-after", "")
    return float(value) if value.isdecimal() else 0.0


def is_throttled(error: BaseException) -> bool:
    """AWS refused to do it now, and did nothing."""
    code = error_code(error)
    return code in _THROTTLES or code.startswith("Throttl") or _status(error) == _TOO_MANY_REQUESTS


def is_transient(error: BaseException) -> bool:
    """The same call may succeed a little later."""
    cause = _cause(error)
    if isinstance(cause, botocore.SSLError):
        return False
    if isinstance(cause, _NO_ANSWER):
        return True
    return is_throttled(error) or error_code(error) in _PASSING or _status(error) >= _SERVER_ERROR


def translate(
    error: BaseException, action: str, region: Region, *, taken: bool = False
) -> AwsError:
    """Our error for an error of boto3.

    Args:
        error: one of ``AWS_ERRORS``.
        action: the IAM action that the call needs, such as ``lambda:PublishLayerVersion``.
        region: where it was called.
        taken: the same credentials were good in another region of the partition.
    """
    cause = _cause(error)
    if isinstance(cause, botocore.ClientError):
        return _translate_answer(cause, action, region, taken=taken)
    if isinstance(cause, NO_CREDENTIALS):
        return CredentialsError(
            f"No AWS credentials for {action}: {_one_line(cause)}", _KEYS_REMEDY
        )
    if isinstance(cause, botocore.SSLError):
        return RegionUnavailableError(
            f"{region}: {action}: no trusted connection: {_one_line(cause)}",
            "Set AWS_CA_BUNDLE to the certificates of your proxy or network.",
        )
    if isinstance(cause, (*_NO_ANSWER, botocore.InvalidRegionError)):
        return RegionUnavailableError(
            f"{region}: {action}: the region does not exist or does not answer: {_one_line(cause)}",
            "Look at the region's health and your network, then run the same command again.",
        )
    return AwsError(f"{region}: {action}: {_one_line(cause)}")


def unreadable(error: BaseException, action: str, region: Region) -> AwsError:
    """Our error for one of ``UNREADABLE``: something else than AWS answered."""
    kind = RegionUnavailableError if action in _OF_THE_REGION else AwsError
    return kind(
        f"{region}: {action}: answered something that is not AWS's "
        f"({type(error).__name__}: {_one_line(error)})",
        "Check your proxies (HTTPS_PROXY) and AWS_ENDPOINT_URL, then run the same command again.",
    )


def _translate_answer(
    error: botocore.ClientError, action: str, region: Region, *, taken: bool
) -> AwsError:
    code = error_code(error)
    place = f"{region}: {action}"
    message = error.response.get("Error", {}).get("Message") or ""
    said = f"{code}: {_one_line(message)}".rstrip(": ")
    if code in _UNKNOWN_KEY:
        return _unknown_key(place, said, region, taken=taken)
    late = code in _CLOCK_CODES or message.lower().startswith(_CLOCK_WORDS)
    if late or code in _BAD_KEY:
        remedy = _CLOCK_REMEDY if late else _KEYS_REMEDY
        return CredentialsError(f"{place}: the credentials are not valid ({said})", remedy)
    if code in _DENIED:
        return AccessDeniedError(
            f"{place}: access denied ({said})",
            f"Allow {action} in the IAM policy of the user or role that publishes.",
        )
    if is_transient(error):
        return ThrottledError(
            f"{place}: refused after all retries ({said})",
            "Run the same command again a little later; it does only what is missing.",
        )
    if code == _FULL:
        return StorageFullError(f"{place}: {said}", STORAGE_REMEDY)
    return AwsError(f"{place}: {said}", _REMEDIES.get(code, ""))


def _one_line(said: object) -> str:
    """What was said, short and on one line; nothing of a page, which a proxy may have sent."""
    text = str(said).strip()
    if text.lower().startswith(("<!doctype", "<html", "<?xml")):
        return ""
    first = next(iter(text.splitlines()), "").strip()
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"


def _unknown_key(place: str, said: str, region: Region, *, taken: bool) -> AwsError:
    message = (
        f"{place}: the region is not enabled for the account, or the credentials are wrong ({said})"
    )
    if not region.opt_in and taken:
        return RegionUnavailableError(
            f"{place}: the region does not know credentials that another took ({said})",
            "Enable the region for the account, or leave it out.",
        )
    if not region.opt_in:
        return CredentialsError(message, _KEYS_REMEDY)
    remedy = f"Enable {region} under Account > AWS Regions, or leave it out; else: {_KEYS_REMEDY}"
    return RegionNotEnabledError(message, remedy)


def _status(error: BaseException) -> int:
    cause = _cause(error)
    if not isinstance(cause, botocore.ClientError):
        return 0
    return cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _cause(error: BaseException) -> BaseException:
    """The ClientError that boto3's upload hides in a text of its own."""
    hidden = error.__context__
    return hidden if isinstance(error, S3UploadFailedError) and hidden else error
