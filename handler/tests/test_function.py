"""Events in, answers out, one line of log for each."""

import base64
import gzip
import json

import pytest
from conftest import strict
from events_samples import SENDERS, body_of, http_v2
from scikit_learn_lambda import errors
from scikit_learn_lambda.events import MAX_PAYLOAD_BYTES
from scikit_learn_lambda.function import LambdaFunction

QUESTION = json.dumps({"input": [[0, 0, 0, 0]]})


class Context:
    aws_request_id = "an-id"


@pytest.fixture
def start(tmp_path, classifier):
    """Makes the function of an environment; its model is there unless told otherwise."""
    import pickle

    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(classifier))

    def make(**environ):
        return LambdaFunction.from_env(dict({"SKLEARN_MODEL_PATH": str(path)}, **environ))

    return make


def lines(capsys):
    return [strict(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("sender", sorted(SENDERS))
@pytest.mark.parametrize("is_packed", [False, True])
def test_the_same_question_from_every_sender(start, sender, is_packed):
    body = base64.b64encode(gzip.compress(QUESTION.encode())).decode() if is_packed else QUESTION
    headers = {"Content-Type": "application/json"}
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    event = SENDERS[sender](body=body, headers=headers, base64_encoded=is_packed)
    payload = start()(event, Context())
    assert payload["statusCode"] == 200
    assert body_of(payload) == b'{"prediction": [0]}'


@pytest.mark.parametrize("sender", sorted(SENDERS))
def test_faults_have_the_senders_form_too(start, sender):
    function = start()
    for parts, status in (
        ({"method": "GET", "path": "/nothing"}, 404),
        ({"body": "%%%", "base64_encoded": True}, 400),
        ({"body": "{"}, 400),
        ({"body": None}, 400),
    ):
        payload = function(SENDERS[sender](**parts), Context())
        assert payload["statusCode"] == status
        assert set(strict(body_of(payload))) == {"error", "code"}


def test_a_direct_invoke(start):
    event = {"input": [[0, 0, 0, 0]], "return_probabilities": True}
    answer = start()(event, Context())
    assert list(answer) == ["prediction", "probabilities"]
    assert answer["prediction"] == [0]


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"input": [[0]]}, errors.InvalidInputError),
        ({"inputs": [[0]]}, errors.InvalidInputError),
        ({"input": [[0] * 4], "return_transform": True}, errors.UnsupportedOutputError),
        ([[0, 0, 0, 0]], errors.InvalidInputError),
        (None, errors.InvalidInputError),
        (5, errors.InvalidInputError),
    ],
)
def test_direct_invokes_raise(start, event, error):
    with pytest.raises(error) as caught:
        start()(event, Context())
    assert type(caught.value) is error
    assert caught.value.__cause__ is None


def test_direct_answers_are_bounded(start, monkeypatch):
    from scikit_learn_lambda import service

    monkeypatch.setattr(service, "MAX_PAYLOAD_BYTES", 40)
    function = start()
    assert function({"input": [[0] * 4] * 5}, Context())
    with pytest.raises(errors.ResponseTooLargeError):
        function({"input": [[0] * 4] * 50}, Context())
    assert MAX_PAYLOAD_BYTES == 6291556


@pytest.mark.parametrize(
    "event", [{"source": "serverless-plugin-warmup"}, {"source": "aws.events"}, {"warmup": True}]
)
def test_warm_ups(start, capsys, event):
    assert start()(event, Context()) == {"warm": True}
    assert [line["message"] for line in lines(capsys)] == ["model loaded"]


def test_a_warm_up_never_fails(start):
    assert start(SKLEARN_MODEL_PATH="/none")({"source": "aws.events"}, None) == {"warm": True}


def test_one_line_for_each_request(start, capsys):
    function = start()
    for _ in range(2):
        function(http_v2(body=QUESTION), Context())
    loaded, first, second = lines(capsys)
    assert loaded["message"] == "model loaded"
    assert loaded["load_ms"] == first["load_ms"] > 0
    assert "load_ms" not in second
    assert (first["cold_start"], second["cold_start"]) == (True, False)
    wanted = {
        "level": "INFO",
        "message": "request",
        "request_id": "an-id",
        "status": 200,
        "route": "predict",
        "rows": 1,
        "bytes_in": len(QUESTION),
        "bytes_out": len(b'{"prediction": [0]}'),
    }
    assert {name: second[name] for name in wanted} == wanted
    assert second["ms"] >= second["predict_ms"] > 0
    assert set(second) == {*wanted, "ms", "predict_ms", "cold_start"}


def test_lines_of_faults_tell_the_kind_and_not_what_was_sent(start, capsys):
    function = start()
    function(http_v2(body='{"input": [[0, 0, 0, "hush-hush"]]}'), Context())
    line = lines(capsys)[-1]
    assert (line["status"], line["code"], line["level"]) == (400, "invalid_input", "INFO")
    assert line["cause"].startswith("ValueError at ")
    assert "hush-hush" not in json.dumps(line)


class Rejects:
    def predict(self, x):
        raise KeyError("the season\n" + "?" * 1000)


@pytest.mark.parametrize(("cell", "is_told"), [("1", True), ('"hush-hush"', False)])
def test_of_numbers_the_models_own_words_are_told(tmp_path, capsys, cell, is_told):
    import pickle

    (tmp_path / "own.pkl").write_bytes(pickle.dumps(Rejects()))
    function = LambdaFunction.from_env({"SKLEARN_MODEL_PATH": str(tmp_path / "own.pkl")})
    payload = function(http_v2(body='{"input": [[' + cell + "]]}"), Context())
    assert payload["statusCode"] == 400
    line = lines(capsys)[-1]
    assert line["cause"].startswith("KeyError at ")
    assert ("the season" in line["cause"]) is is_told
    assert len(line["cause"]) < 500


def test_a_line_holds_no_name_that_no_model_can_have(tmp_path, capsys):
    function = LambdaFunction.from_env({"SKLEARN_MODEL_PATH": str(tmp_path / "{name}")})
    for name in ("x" * 6000, float("nan"), {"a": 1}):
        with pytest.raises(errors.InvalidInputError):
            function({"model": name, "input": [[0]]}, Context())
    assert ["model" in line for line in lines(capsys)] == [False] * 3


def test_requests_need_not_be_logged_but_faults_are(start, capsys):
    function = start(SKLEARN_LOG_REQUESTS="false")
    function(http_v2(body=QUESTION), Context())
    assert [line["message"] for line in lines(capsys)] == ["model loaded"]
    function = start(SKLEARN_LOG_REQUESTS="false", SKLEARN_MODEL_PATH="/none")
    function(http_v2(body=QUESTION), Context())
    assert [line["level"] for line in lines(capsys)] == ["ERROR", "ERROR"]


@pytest.mark.parametrize(
    "environ",
    [
        {"SKLEARN_MODEL_PATH": ""},
        {"SKLEARN_MODEL_PATH": "/none.pkl"},
        {"SKLEARN_VERSION_POLICY": "strict"},
        {"SKLEARN_MODEL_SHA256": "0" * 64},
    ],
)
def test_what_keeps_the_model_from_loading_is_for_the_log(start, capsys, environ):
    function = start(**environ)
    function.start()
    payload = function(http_v2(method="GET", path="/health"), Context())
    assert payload["statusCode"] == 503
    assert payload["headers"]["retry-after"] == "1"
    assert strict(payload["body"]) == {
        "error": "The model could not be loaded.",
        "code": "model_unavailable",
    }
    told = lines(capsys)[0]
    assert told["level"] == "ERROR"
    ((name, _),) = environ.items()
    assert (
        "none.pkl" in told["message"] if environ == {name: "/none.pkl"} else name in told["message"]
    )
    with pytest.raises(errors.ModelUnavailableError):
        function({"input": [[0, 0, 0, 0]]}, Context())


def test_events_that_no_gateway_sends(start):
    function = start()
    for event in (
        {"requestContext": {"http": {}}, "headers": [], "rawPath": 5, "body": 7},
        {"requestContext": {"elb": None}, "httpMethod": 5, "multiValueHeaders": {"a": 1}},
        {"requestContext": {"http": {"method": []}}, "queryStringParameters": {"a": []}},
        {"httpMethod": "POST", "body": {"input": []}, "headers": {"content-type": {}}},
        {"httpMethod": "GET", "path": None, "headers": {5: None}, "multiValueHeaders": "x"},
        {"httpMethod": "POST", "body": "\ud800", "queryStringParameters": {"\ud800": "\ud800"}},
    ):
        payload = function(event, None)
        assert payload["statusCode"] in (200, 400, 500)
        strict(body_of(payload))
