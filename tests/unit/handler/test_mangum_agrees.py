"""Mangum, in front of most Python functions behind a gateway, reads the same out of an event."""

import asyncio
import base64
import json
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mangum import Mangum
from scikit_learn_lambda import events

sys.path.append(str(Path(__file__).parents[3] / "handler" / "tests"))
from events_samples import SENDERS

PATHS = st.sampled_from(["/", "/predict", "/models/iris/predict", "/a%20b"])
METHODS = st.sampled_from(["GET", "POST", "PUT", "OPTIONS"])
NAMES = st.sampled_from(["Content-Type", "Accept-Encoding", "X-One", "x-two"])
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=10)


async def echo(scope, receive, send):
    """An ASGI application that answers with the request that it got."""
    message = await receive()
    seen = {
        "method": scope["method"],
        "path": (scope.get("raw_path") or scope["path"].encode()).decode(),
        "query": scope["query_string"].decode(),
        "headers": {name.decode(): value.decode() for name, value in scope["headers"]},
        "body": base64.b64encode(message["body"]).decode(),
    }
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(seen).encode()})


def by_mangum(event):
    asyncio.set_event_loop(asyncio.new_event_loop())
    try:
        answer = Mangum(echo, lifespan="off")(event, {})
    finally:
        asyncio.get_event_loop().close()
        asyncio.set_event_loop(None)
    return json.loads(answer["body"])


@pytest.mark.parametrize("sender", sorted(SENDERS))
@settings(max_examples=40)
@given(
    method=METHODS,
    path=PATHS,
    body=st.one_of(st.none(), st.binary(max_size=30)),
    headers=st.dictionaries(NAMES, VALUES, max_size=3),
    is_base64=st.booleans(),
)
def test_the_same_request(sender, method, path, body, headers, is_base64):
    text = None
    if body is not None:
        text = base64.b64encode(body).decode() if is_base64 else body.decode("latin-1")
    parts = {"method": method, "path": path, "body": text, "headers": headers}
    event = SENDERS[sender](**parts, base64_encoded=is_base64 and body is not None)
    request = events.decode(event, events.envelope_of(event))
    seen = by_mangum(event)
    assert request.method == seen["method"]
    assert request.body == base64.b64decode(seen["body"])
    assert parse_qsl(request.query) == parse_qsl(seen["query"])
    assert request.headers == seen["headers"]
