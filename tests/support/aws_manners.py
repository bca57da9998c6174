"""What AWS does and moto does not: lists in pages, statements only once, errors in words."""

from __future__ import annotations

import http.client
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fault_proxy import Refusal

Answer = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers and body."""

_LISTS = re.compile(r"/2018-10-31/layers(/[^/]+/versions)?/?")
_GRANTS = re.compile(r"/2018-10-31/layers/[^/]+/versions/\d+/policy")


def refusal(does: Refusal, service: str) -> tuple[list[tuple[str, str]], bytes]:
    """The error as the service words it: Lambda in JSON, S3 and STS in XML."""
    headers = [*does.headers, ("x-amzn-ErrorType", does.code)]
    if service == "lambda":
        return headers, json.dumps({"Type": "User", "Message": does.message}).encode()
    error = f"<Error><Code>{does.code}</Code><Message>{does.message}</Message></Error>"
    if service == "sts":
        error = f"<ErrorResponse>{error}</ErrorResponse>"
    return headers, error.encode()


def page(answer: Answer, method: str, path: str, length: int) -> Answer:
    """One page of an answer that lists layers or versions; any other answer as it is.

    Args:
        answer: the whole list, as moto gives it.
        method: of the request.
        path: of the request, with its query.
        length: entries to a page; 0 leaves the list whole.
    """
    status, headers, body = answer
    asked = urlsplit(path)
    if not length or method != "GET" or status != 200 or not _LISTS.fullmatch(asked.path):
        return answer
    query = parse_qs(asked.query)
    begin = int(query.get("Marker", ["0"])[0])
    end = begin + min(length, int(query.get("MaxItems", [str(length)])[0]))
    value = json.loads(body)
    (key,) = (key for key in ("Layers", "LayerVersions") if key in value)
    if end < len(value[key]):
        value["NextMarker"] = str(end)
    value[key] = value[key][begin:end]
    return status, headers, json.dumps(value).encode()


def conflict(
    netloc: str, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> Answer | None:
    """AWS's refusal of a permission whose StatementId the version has already; None if it has not.

    Args:
        netloc: moto's.
        method: of the request.
        path: of the request.
        headers: of the request; moto finds the region in them.
        body: of the request.
    """
    asked = urlsplit(path).path
    if method != "POST" or not _GRANTS.fullmatch(asked):
        return None
    upstream = http.client.HTTPConnection(netloc, timeout=60)
    try:
        upstream.request("GET", asked, headers={"Authorization": headers["Authorization"]})
        response = upstream.getresponse()
        said = response.read()
    finally:
        upstream.close()
    statement_id = json.loads(body)["StatementId"]
    if response.status != 200 or statement_id not in statement_ids(said):
        return None
    message = f"The statement id ({statement_id}) provided already exists."
    error = [("x-amzn-ErrorType", "ResourceConflictException")]
    return 409, error, json.dumps({"Type": "User", "Message": message}).encode()


def statement_ids(policy_answer: bytes) -> set[str]:
    """The statements' names in an answer of GetLayerVersionPolicy."""
    policy = json.loads(json.loads(policy_answer)["Policy"])
    return {statement["Sid"] for statement in policy["Statement"]}
