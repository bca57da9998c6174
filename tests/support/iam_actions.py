"""Which IAM action, on which resource, a recorded call to AWS needs.

The call's method and path give the operation, by botocore's own models of the services; the
operation gives the action.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.loaders import Loader
from role_stack import ACCOUNT

if TYPE_CHECKING:
    from fault_proxy import Call

NEEDS_NO_PERMISSION = {"sts:GetCallerIdentity": "IAM: even where a policy denies it, it answers."}

# Operations of S3 and their actions, by the Service Authorization Reference.
_S3_ACTIONS = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CreateBucket": "CreateBucket",
    "CreateMultipartUpload": "PutObject",
    "DeleteObject": "DeleteObject",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetObject": "GetObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutObject": "PutObject",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "UploadPart": "PutObject",
}


@dataclass(frozen=True, order=True)
class Need:
    """What a policy must allow for one call."""

    action: str
    resource: str


def need_of(call: Call) -> Need:
    """The action and the resource of a call; KeyError where the operation is new here."""
    operation, place = operation_of(call)
    if call.service == "s3":
        return Need(f"s3:{_S3_ACTIONS[operation]}", _s3_resource(place))
    if call.service == "lambda":
        return Need(f"lambda:{operation}", _layer(call.region, place))
    return Need(f"{call.service}:{operation}", "*")


def _s3_resource(place: dict[str, str]) -> str:
    return ":".join(("arn:aws:s3::", "/".join(place.values()))) if place else "*"


def _layer(region: str, place: dict[str, str]) -> str:
    if "LayerName" not in place:
        return "*"
    parts = ("arn:aws:lambda", region, ACCOUNT, "layer", place["LayerName"])
    version = (place["VersionNumber"],) if "VersionNumber" in place else ()
    return ":".join((*parts, *version))


def operation_of(call: Call) -> tuple[str, dict[str, str]]:
    """The operation, and what the path says: bucket and key, or a layer's name and version."""
    url = urlsplit(call.path)
    query = parse_qs(url.query, keep_blank_values=True)
    found = [
        (len(operation.query) + len(operation.headers), operation.name, match.groupdict())
        for operation in operations(call.service)
        if operation.method == call.method
        and operation.action in {"", call.action}
        and operation.headers <= call.headers
        and all(_has(query, *wanted) for wanted in operation.query)
        and (match := operation.path.fullmatch(url.path))
    ]
    most = max((count for count, _, _ in found), default=0)
    (only,) = [(name, place) for count, name, place in found if count == most]
    return only[0], {name: unquote(value) for name, value in only[1].items()}


def _has(query: dict[str, list[str]], name: str, value: str | None) -> bool:
    return name in query and value in {None, *query[name]}


@dataclass(frozen=True)
class Operation:
    """How an operation looks on the wire."""

    name: str
    method: str
    path: re.Pattern[str]
    query: frozenset[tuple[str, str | None]]
    """What the query must have; any value where it is None."""
    headers: frozenset[str]
    """What the headers must have, in small letters."""
    action: str
    """What the body's ``Action`` says, where the protocol has one."""


@cache
def operations(service: str) -> tuple[Operation, ...]:
    """Every operation of a service but those that a newer one has replaced."""
    model = Loader().load_service_model(service, "service-2")
    return tuple(
        _operation(model, name, operation)
        for name, operation in model["operations"].items()
        if not operation.get("deprecated")
    )


def _operation(model: dict[str, Any], name: str, operation: dict[str, Any]) -> Operation:
    path, _, query = operation["http"]["requestUri"].partition("?")
    shape = model["shapes"][operation["input"]["shape"]] if "input" in operation else {}
    literal = parse_qs(query, keep_blank_values=True)
    required = {
        (member["location"], member["locationName"])
        for key, member in shape.get("members", {}).items()
        if key in shape.get("required", ()) and "location" in member
    }
    return Operation(
        name=name,
        method=operation["http"]["method"],
        path=_pattern(path),
        query=frozenset(
            {(key, values[0] or None) for key, values in literal.items()}
            | {(key, None) for place, key in required if place == "querystring"}
        ),
        headers=frozenset(key.lower() for place, key in required if place == "header"),
        action=name if model["metadata"]["protocol"] == "query" else "",
    )


def _pattern(path: str) -> re.Pattern[str]:
    """``/{Bucket}/{Key+}`` takes any bucket, and keys with slashes."""
    text = re.sub(r"\\{(\w+)(\\\+)?\\}", _group, re.escape(path))
    return re.compile(text)


def _group(match: re.Match[str]) -> str:
    return f"(?P<{match[1]}>{'.+' if match[2] else '[^/]+'})"
