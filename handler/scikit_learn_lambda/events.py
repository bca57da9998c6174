"""What Lambda hands over, read as HTTP requests; and answers in the form that each sender wants."""

import base64
import binascii
import enum
import json
from typing import Any, Dict, Mapping, NamedTuple, Optional
from urllib.parse import urlencode

from scikit_learn_lambda.errors import InvalidInputError

# Of the whole answer as the runtime posts it, after the body was escaped into it.
MAX_PAYLOAD_BYTES = 6291556
REASONS = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
WARMERS = {"aws.events", "aws.scheduler", "serverless-plugin-warmup"}


class Envelope(enum.Enum):
    """Who sent an event, as far as the answer's form depends on it."""

    REST = "REST API"
    """API Gateway's REST API: decodes base64 only for media types that it was told of."""
    HTTP_V1 = "HTTP API, format 1.0"
    HTTP_V2 = "HTTP API, format 2.0, or function URL"
    ALB = "load balancer"
    ALB_MULTI_VALUE = "load balancer with multi-value headers"
    DIRECT = "direct invoke"
    WARM_UP = "warm-up"


class Request(NamedTuple):
    """An HTTP request."""

    method: str
    path: str
    query: str
    """As in the address, without the question mark."""
    headers: Mapping[str, str]
    """By name in small letters; several values are joined with commas."""
    body: bytes
    envelope: Envelope = Envelope.HTTP_V2


class Response(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: Dict[str, str]
    body: bytes


def envelope_of(event: Any) -> Envelope:
    """Who sent this; whatever nobody else sends is a direct invoke."""
    if not isinstance(event, dict):
        return Envelope.DIRECT
    context = event.get("requestContext")
    over_http = _http_envelope(event, context) if isinstance(context, dict) else None
    if over_http is not None:
        return over_http
    if "input" in event:
        return Envelope.DIRECT
    if "body" in event or "httpMethod" in event:
        return Envelope.REST  # what people type into the console's test form
    return Envelope.WARM_UP if _warms_up(event) else Envelope.DIRECT


def _http_envelope(event: Dict[str, Any], context: Dict[str, Any]) -> Optional[Envelope]:
    if isinstance(context.get("http"), dict):
        return Envelope.HTTP_V2
    if "elb" in context:
        multi = isinstance(event.get("multiValueHeaders"), dict)
        return Envelope.ALB_MULTI_VALUE if multi else Envelope.ALB
    if "httpMethod" in event:
        return Envelope.HTTP_V1 if event.get("version") == "1.0" else Envelope.REST
    return None


def _warms_up(event: Dict[str, Any]) -> bool:
    source = event.get("source")
    flags = (event.get(name) is True for name in ("warmer", "warmup"))
    return (isinstance(source, str) and source in WARMERS) or any(flags)


def decode(event: Dict[str, Any], envelope: Envelope) -> Request:
    """Read the HTTP request out of an event.

    Raises:
        InvalidInputError: the body is not what the event says it is.
    """
    context = event.get("requestContext")
    context = context if isinstance(context, dict) else {}
    if envelope is Envelope.HTTP_V2:
        http = context["http"]
        method, path = http.get("method"), event.get("rawPath") or http.get("path")
        query = event.get("rawQueryString")
        # Only here does the path begin with the stage.
        path = _without_stage(_text(path), context.get("stage"))
    else:
        method, path, query = event.get("httpMethod"), event.get("path"), _query(event, envelope)
    return Request(
        method=_text(method).upper() or "POST",
        path=_text(path) or "/",
        query=_text(query),
        headers=_headers(event),
        body=_body(event),
        envelope=envelope,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _without_stage(path: str, stage: Any) -> str:
    prefix = f"/{stage}"
    if stage and (path == prefix or path.startswith(prefix + "/")):
        return path[len(prefix) :] or "/"
    return path


def _query(event: Dict[str, Any], envelope: Envelope) -> str:
    values = event.get("multiValueQueryStringParameters") or event.get("queryStringParameters")
    if not isinstance(values, dict):
        return ""
    if envelope in (Envelope.ALB, Envelope.ALB_MULTI_VALUE):  # which leaves them as they were
        pairs = ((name, value) for name in values for value in _several(values[name]))
        return "&".join(f"{name}={value}" for name, value in pairs)
    return urlencode(values, doseq=True)


def _headers(event: Dict[str, Any]) -> Dict[str, str]:
    several, single = event.get("multiValueHeaders"), event.get("headers")
    headers = several if isinstance(several, dict) else single
    if not isinstance(headers, dict):
        return {}
    found = {}
    for name, value in headers.items():
        if isinstance(value, str):  # as most are
            found[str(name).lower()] = value
        elif value is not None:
            found[str(name).lower()] = ",".join(map(str, _several(value)))
    return found


def _several(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _body(event: Dict[str, Any]) -> bytes:
    body = event.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise InvalidInputError("The event's body is no text.")
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError("The body is no valid base64.") from None


def encode(response: Response, envelope: Envelope) -> Dict[str, Any]:
    """Write an answer in the form that the sender of the request wants."""
    is_text = "content-encoding" not in response.headers
    body = response.body if is_text else base64.b64encode(response.body)
    payload: Dict[str, Any] = {
        "statusCode": response.status,
        "body": body.decode("ascii" if not is_text else "utf-8"),
        "isBase64Encoded": not is_text,
    }
    if envelope is Envelope.ALB_MULTI_VALUE:
        payload["multiValueHeaders"] = {n: [value] for n, value in response.headers.items()}
    else:
        payload["headers"] = response.headers
    if envelope in (Envelope.ALB, Envelope.ALB_MULTI_VALUE):
        reason = REASONS.get(response.status, "")
        payload["statusDescription"] = f"{response.status} {reason}"
    return payload


def fits(response: Response, envelope: Envelope) -> bool:
    """Whether Lambda lets an answer through; a larger one ends the runtime's process.

    The body is counted as it will be escaped: our JSON is ASCII without control characters, so
    quotes and backslashes alone take two bytes.
    """
    body = response.body
    if "content-encoding" in response.headers:
        length = -(-len(body) // 3) * 4
    elif 2 * len(body) < MAX_PAYLOAD_BYTES // 2:  # so small that nothing need be counted
        return True
    else:
        length = len(body) + body.count(b'"') + body.count(b"\\")
    around = len(json.dumps(encode(response._replace(body=b""), envelope)))
    return length + around <= MAX_PAYLOAD_BYTES
