"""What AWS does and moto does not: lists in pages, statements only once, no zip out of nothing."""

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


def objection(
    netloc: str, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> Answer | None:
    """AWS's refusal of what moto would do; None where AWS would do it as well.

    Args:
        netloc: moto's.
        method: of the request.
        path: of the request.
        headers: of the request; moto finds the region in them.
        body: of the request.
    """
    asked = urlsplit(path).path
    if method == "POST" and _GRANTS.fullmatch(asked):
        return _conflict(netloc, asked, headers["Authorization"], json.loads(body)["StatementId"])
    if method == "POST" and _LISTS.fullmatch(asked):
        content = json.loads(body)["Content"]
        return _nothing_there(netloc, headers["Authorization"], content)
    return None


def _conflict(netloc: str, path: str, scope: str, statement_id: str) -> Answer | None:
    """A version has a statement only once; moto adds it again."""
    status, said = _ask(netloc, "GET", path, scope)
    if status != 200 or statement_id not in statement_ids(said):
        return None
    message = f"The statement id ({statement_id}) provided already exists."
    return _error(409, "ResourceConflictException", message)


def _nothing_there(netloc: str, scope: str, content: Mapping[str, str]) -> Answer | None:
    """An object that is not there makes no version; moto makes one of no bytes."""
    if "S3Key" not in content:
        return None
    path = f"/{content['S3Bucket']}/{content['S3Key']}"
    status, _ = _ask(netloc, "HEAD", path, scope.replace("/lambda/", "/s3/"))
    if status == 200:
        return None
    message = "Error occurred while GetObject. S3 Error Code: NoSuchKey."
    return _error(400, "InvalidParameterValueException", message)


def _error(status: int, code: str, message: str) -> Answer:
    said = json.dumps({"Type": "User", "Message": message}).encode()
    return status, [("x-amzn-ErrorType", code)], said


def _ask(netloc: str, method: str, path: str, scope: str) -> tuple[int, bytes]:
    upstream = http.client.HTTPConnection(netloc, timeout=60)
    try:
        upstream.request(method, path, headers={"Authorization": scope})
        response = upstream.getresponse()
        return response.status, response.read()
    finally:
        upstream.close()


def statement_ids(policy_answer: bytes) -> set[str]:
    """The statements' names in an answer of GetLayerVersionPolicy."""
    policy = json.loads(json.loads(policy_answer)["Policy"])
    return {statement["Sid"] for statement in policy["Statement"]}
