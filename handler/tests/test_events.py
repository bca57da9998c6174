import base64
import json

import pytest
from events_samples import SENDERS, alb, alb_multi_value, http_v1, http_v2, rest
from hypothesis import given
from hypothesis import strategies as st
from scikit_learn_lambda import events
from scikit_learn_lambda.errors import InvalidInputError
from scikit_learn_lambda.events import MAX_PAYLOAD_BYTES, Envelope, Response

OVER_HTTP = [e for e in Envelope if e not in (Envelope.DIRECT, Envelope.WARM_UP)]


@pytest.mark.parametrize(
    ("event", "envelope"),
    [
        (rest(), Envelope.REST),
        (http_v1(), Envelope.HTTP_V1),
        (http_v2(), Envelope.HTTP_V2),
        (SENDERS["function URL"](), Envelope.HTTP_V2),
        (alb(), Envelope.ALB),
        (alb_multi_value(), Envelope.ALB_MULTI_VALUE),
        ({"body": "{}"}, Envelope.REST),
        ({"httpMethod": "GET", "path": "/health"}, Envelope.REST),
        ({"input": [[0]]}, Envelope.DIRECT),
        ({"input": [[0]], "source": "aws.events"}, Envelope.DIRECT),
        ({"input": [[0]], "body": "{}"}, Envelope.DIRECT),
        ({"input": [[0]], "requestContext": "x"}, Envelope.DIRECT),
        ({"version": "2.0", "requestContext": {}}, Envelope.DIRECT),
        ({}, Envelope.DIRECT),
        ([], Envelope.DIRECT),
        (None, Envelope.DIRECT),
        ("text", Envelope.DIRECT),
        ({"source": "serverless-plugin-warmup"}, Envelope.WARM_UP),
        ({"source": "aws.events", "detail-type": "Scheduled Event"}, Envelope.WARM_UP),
        ({"source": "aws.scheduler"}, Envelope.WARM_UP),
        ({"warmer": True, "concurrency": 3}, Envelope.WARM_UP),
        ({"source": ["aws.events"]}, Envelope.DIRECT),
    ],
)
def test_senders_are_told_apart(event, envelope):
    assert events.envelope_of(event) is envelope


def decoded(event):
    return events.decode(event, events.envelope_of(event))


@pytest.mark.parametrize("sender", sorted(SENDERS))
def test_a_request_is_the_same_from_every_sender(sender):
    request = decoded(SENDERS[sender](method="PUT", path="/a/b", body="é", headers={"X-A": "1"}))
    assert (request.method, request.path) == ("PUT", "/a/b")
    assert request.headers["x-a"] == "1"
    assert request.body == "é".encode()
    # One of several values is all that a load balancer tells unless it is asked for more.
    first = "" if sender == "load balancer" else "a=1&"
    assert request.query.replace("+", "%20") == first + "a=2&b=x%20y"


@pytest.mark.parametrize("sender", sorted(SENDERS))
@given(body=st.binary(max_size=50))
def test_bodies_in_base64(sender, body):
    text = base64.b64encode(body).decode()
    assert decoded(SENDERS[sender](body=text, base64_encoded=True)).body == body


@pytest.mark.parametrize("body", ["{}", "a", "====", "é"])
def test_bodies_that_only_say_so(body):
    with pytest.raises(InvalidInputError):
        decoded(http_v2(body=body, base64_encoded=True))


def test_the_stage_is_no_part_of_the_path():
    event = http_v2(path="/dev/health")
    event["requestContext"]["stage"] = "dev"
    assert decoded(event).path == "/health"
    event["rawPath"] = "/dev"
    assert decoded(event).path == "/"
    event["rawPath"] = "/development"
    assert decoded(event).path == "/development"


def test_several_values_of_a_header():
    event = alb_multi_value()
    event["multiValueHeaders"] = {"Accept-Encoding": ["br", "gzip"], "X-None": None}
    assert decoded(event).headers == {"accept-encoding": "br,gzip"}


def test_what_the_console_sends():
    request = decoded({"body": '{"input": []}'})
    assert (request.method, request.path, request.headers) == ("POST", "/", {})


@pytest.mark.parametrize("envelope", OVER_HTTP)
@pytest.mark.parametrize("is_packed", [False, True])
def test_answers_have_their_senders_form(envelope, is_packed):
    headers = {"content-type": "application/json"}
    if is_packed:
        headers["content-encoding"] = "gzip"
    payload = events.encode(Response(200, headers, b"\xff" if is_packed else b"{}"), envelope)
    is_multi = envelope is Envelope.ALB_MULTI_VALUE
    found = payload.pop("multiValueHeaders" if is_multi else "headers")
    assert found == ({name: [value] for name, value in headers.items()} if is_multi else headers)
    wanted = {
        "statusCode": 200,
        "body": "/w==" if is_packed else "{}",
        "isBase64Encoded": is_packed,
    }
    if envelope in (Envelope.ALB, Envelope.ALB_MULTI_VALUE):
        wanted["statusDescription"] = "200 OK"
    assert payload == wanted


@pytest.mark.heavy
@pytest.mark.parametrize("envelope", OVER_HTTP)
@pytest.mark.parametrize("unit", [b"0", b'"', b'\\"'])
@pytest.mark.parametrize("is_packed", [False, True])
def test_size_is_measured_as_lambda_does(envelope, unit, is_packed):
    """At the limit, one byte decides."""
    headers = {"content-type": "application/json"}
    if is_packed:
        headers["content-encoding"] = "gzip"

    def response(count):
        return Response(200, headers, unit * count)

    def measured(count):
        return len(json.dumps(events.encode(response(count), envelope)))

    room = MAX_PAYLOAD_BYTES - measured(0)
    escaped = len(json.dumps(unit.decode())) - 2
    most = room // 4 * 3 // len(unit) if is_packed else room // escaped
    assert measured(most) <= MAX_PAYLOAD_BYTES < measured(most + 1)
    assert events.fits(response(most), envelope)
    assert not events.fits(response(most + 1), envelope)
