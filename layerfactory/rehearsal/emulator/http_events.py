"""What API Gateway does on both sides of a function: requests become events, answers responses."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from layerfactory.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT = ("text/", "application/json", "application/xml", "application/javascript")
"""Media types whose bodies an HTTP API hands over as they are; others come as base64."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it comes over the wire."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    client: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response as it goes over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def http_api_event(request: HttpRequest) -> dict[str, Any]:
    """The event of an HTTP API for a request, in format 2.0."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    now = datetime.now(tz=UTC)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": headers.get("host", "localhost"),
            "domainPrefix": "local",
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.client,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if request.body:
        event |= _body(request.body, headers.get("content-type", ""))
    return event


def _body(body: bytes, content_type: str) -> dict[str, Any]:
    if content_type.startswith(_TEXT):
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def http_response(answer: Any) -> HttpResponse:
    """What an HTTP API makes of a function's answer; of one that failed, 500 and no reason.

    Raises:
        PublishError: the answer is none that API Gateway takes.
    """
    if isinstance(answer, dict) and "errorType" in answer:
        body = json.dumps({"message": "Internal Server Error"}).encode()
        return HttpResponse(500, {"content-type": "application/json"}, body)
    if not isinstance(answer, dict) or not isinstance(answer.get("statusCode"), int):
        raise PublishError(f"the function's answer has no statusCode: {str(answer)[:200]}")
    text = answer.get("body", "")
    encoded = answer.get("isBase64Encoded", False)
    body = base64.b64decode(text) if encoded else text.encode()
    return HttpResponse(answer["statusCode"], answer.get("headers", {}), body)
