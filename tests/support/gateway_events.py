"""Events as those in front of a function send them, written by hand after AWS's own pages."""

from __future__ import annotations

import base64
import json
from typing import Any


def rest(body: Any = None, method: str = "POST", path: str = "/", **headers: str) -> dict[str, Any]:
    """API Gateway, REST API."""
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"Content-Type": "application/json", **headers},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "queryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "path": f"/dev{path}",
            "stage": "dev",
            "requestId": "8f6a",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": text(body),
        "isBase64Encoded": False,
    }


def http_api(body: Any = None, method: str = "POST", path: str = "/") -> dict[str, Any]:
    """API Gateway, HTTP API, format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "apiId": "a1",
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
            "requestId": "id",
            "stage": "$default",
        },
        "body": text(body),
        "isBase64Encoded": False,
    }


def function_url(body: bytes) -> dict[str, Any]:
    """A function URL that was asked by ``curl --data``: no JSON by its type, so base64."""
    event = http_api()
    event["headers"] = {"content-type": "application/x-www-form-urlencoded"}
    return {**event, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def load_balancer(body: Any = None, *, multi_value: bool = False) -> dict[str, Any]:
    """An application load balancer."""
    headers: dict[str, Any] = (
        {"multiValueHeaders": {"content-type": ["application/json"]}}
        if multi_value
        else {"headers": {"content-type": "application/json"}}
    )
    return {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:..."}},
        "httpMethod": "POST",
        "path": "/",
        **headers,
        "body": text(body) or "",
        "isBase64Encoded": False,
    }


def text(body: Any) -> str | None:
    """A body as text; what is text already stays."""
    return body if body is None or isinstance(body, str) else json.dumps(body)
