"""What API Gateway does on both sides of a function."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.errors import PublishError
from layerfactory.rehearsal.emulator.http_events import (
    HttpRequest,
    http_api_event,
    http_response,
)


def event(body=b"", content_type="application/json", **changes):
    values = {"method": "POST", "path": "/predict", "query": "a=1&a=2"} | changes
    headers = {"Content-Type": content_type, "X-Colour": "red"}
    return http_api_event(HttpRequest(headers=headers, body=body, **values))


def test_a_request_becomes_an_event_of_format_two():
    made = event(b'{"input": []}')
    assert (made["version"], made["rawPath"], made["rawQueryString"]) == (
        "2.0",
        "/predict",
        "a=1&a=2",
    )
    assert made["headers"] == {"content-type": "application/json", "x-colour": "red"}
    http = made["requestContext"]["http"]
    assert (http["method"], http["path"], http["sourceIp"]) == ("POST", "/predict", "127.0.0.1")
    assert (made["body"], made["isBase64Encoded"]) == ('{"input": []}', False)
    assert json.loads(json.dumps(made)) == made


def test_without_a_body_there_is_none():
    assert "body" not in event(method="GET")


@given(st.binary(min_size=1), st.sampled_from(["application/json", "text/csv", "image/png", ""]))
def test_every_body_comes_through(body, content_type):
    made = event(body, content_type)
    encoded = made["isBase64Encoded"]
    assert (base64.b64decode(made["body"]) if encoded else made["body"].encode()) == body
    if content_type in ("image/png", ""):
        assert encoded


def test_what_curl_sends_by_itself_comes_as_base64():
    assert event(b"{}", "application/x-www-form-urlencoded")["isBase64Encoded"]


@given(st.binary())
def test_answers_are_decoded(body):
    text = base64.b64encode(body).decode()
    answer = {"statusCode": 201, "headers": {"a": "b"}, "body": text, "isBase64Encoded": True}
    response = http_response(answer)
    assert (response.status, response.headers, response.body) == (201, {"a": "b"}, body)


def test_a_text_answer():
    assert http_response({"statusCode": 200, "body": "é"}).body == "é".encode()
    assert http_response({"statusCode": 204}).body == b""


def test_a_function_that_failed_is_an_internal_error():
    response = http_response({"errorType": "KeyError", "errorMessage": "'secret'"})
    assert response.status == 500
    assert b"secret" not in response.body


@pytest.mark.parametrize("answer", [None, "text", [], {}, {"statusCode": "200"}])
def test_an_answer_that_no_gateway_takes(answer):
    with pytest.raises(PublishError, match="no statusCode"):
        http_response(answer)
