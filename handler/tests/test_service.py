import gzip
import json
import random

import pytest
from conftest import strict
from scikit_learn_lambda import events
from scikit_learn_lambda.events import MAX_PAYLOAD_BYTES, Envelope

ROWS = [[0, 0, 0, 0]]


@pytest.fixture
def client(serve, classifier):
    return serve(classifier)


def get(client, path, **headers):
    response = client.request("GET", path, **headers)
    return response.status, strict(response.body)


def test_health(client):
    status, document = get(client, "/health")
    assert (status, document["status"]) == (200, "ok")
    assert document["model"]["type"] == "SVC"


def test_metadata(client):
    import sklearn

    status, document = get(client, "/")
    assert status == 200
    assert document["scikit_learn"] == sklearn.__version__
    model = document["model"]
    assert model["trained_with"] == [sklearn.__version__]
    assert (model["n_features"], model["feature_names"]) == (4, None)
    assert model["classes"] == ["0", "1", "2"]
    assert model["outputs"] == ["prediction", "probabilities", "decision_function"]


def test_classes_of_several_outputs(serve, iris):
    from sklearn.tree import DecisionTreeClassifier

    x, y = iris
    model = DecisionTreeClassifier().fit(x, [[label, "ab"[label % 2]] for label in y.tolist()])
    assert get(serve(model), "/")[1]["model"]["classes"] == [["0", "1", "2"], ["a", "b"]]


def test_openapi_is_of_this_model(client):
    status, document = get(client, "/openapi.json")
    assert (status, document["openapi"]) == (200, "3.1.0")
    schemas = document["components"]["schemas"]
    rows = schemas["Request"]["properties"]["input"]["anyOf"][0]
    assert (rows["items"]["minItems"], rows["items"]["maxItems"]) == (4, 4)
    sample = schemas["Answer"]["properties"]["probabilities"]["items"]
    assert sample["required"] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("PUT", "/", 405, "method_not_allowed"),
        ("POST", "/health", 405, "method_not_allowed"),
        ("POST", "/", 400, "invalid_json"),
    ],
)
def test_errors_have_one_form(client, method, path, status, code):
    response = client.request(method, path)
    document = strict(response.body)
    assert (response.status, set(document), document["code"]) == (status, {"error", "code"}, code)
    assert response.headers["content-type"] == "application/json"
    assert ("allow" in response.headers) is (status == 405)


def test_head_is_get_without_a_body(client):
    response = client.request("HEAD", "/health")
    assert (response.status, response.body) == (200, b"")


def test_other_types(client):
    response = client.request(body=b"0,0,0,0", content_type="text/csv")
    assert response.status == 415
    response = client.request(body=b"{}", content_encoding="br")
    assert response.status == 415


def test_what_curl_sends_without_a_type(client):
    body = json.dumps({"input": ROWS}).encode()
    response = client.request(body=body, content_type="application/x-www-form-urlencoded")
    assert response.body == b'{"prediction": [0]}'


def test_a_packed_request(client):
    body = gzip.compress(json.dumps({"input": ROWS}).encode())
    assert client.request(body=body, content_encoding="gzip").body == b'{"prediction": [0]}'


@pytest.mark.parametrize("is_packed", [False, True])
def test_bodies_are_bounded(serve, classifier, is_packed):
    client = serve(classifier, SKLEARN_MAX_BODY_BYTES="1000")
    body = json.dumps({"input": ROWS * 100}).encode()
    assert len(body) > 1000
    headers = {"content_encoding": "gzip"} if is_packed else {}
    response = client.request(body=gzip.compress(body) if is_packed else body, **headers)
    assert (response.status, strict(response.body)["code"]) == (413, "request_too_large")


@pytest.mark.parametrize(
    ("policy", "envelope", "is_packed"),
    [
        ("auto", Envelope.HTTP_V2, True),
        ("auto", Envelope.ALB, True),
        ("auto", Envelope.HTTP_V1, True),
        ("auto", Envelope.REST, False),
        ("always", Envelope.REST, True),
        ("never", Envelope.HTTP_V2, False),
    ],
)
def test_packed_answers(serve, classifier, policy, envelope, is_packed):
    client = serve(classifier, SKLEARN_GZIP=policy)
    body = json.dumps({"input": ROWS * 1000}).encode()
    response = client.request(body=body, envelope=envelope, accept_encoding="gzip, br")
    assert ("content-encoding" in response.headers) is is_packed
    unpacked = gzip.decompress(response.body) if is_packed else response.body
    assert strict(unpacked) == {"prediction": [0] * 1000}


def test_small_answers_stay_as_they_are(client):
    response = client.request(body=json.dumps({"input": ROWS}).encode(), accept_encoding="gzip")
    assert response.body == b'{"prediction": [0]}'


def test_no_word_to_browsers_unless_asked_for(client):
    assert client.request("GET", "/health", origin="https://a.example").headers == {
        "content-type": "application/json"
    }
    assert client.request("OPTIONS", "/").status == 405


@pytest.mark.parametrize(
    ("setting", "origin", "allowed"),
    [
        ("*", "https://a.example", "*"),
        ("https://a.example,https://b.example", "https://b.example", "https://b.example"),
        ("https://a.example", "https://c.example", None),
    ],
)
def test_origins(serve, classifier, setting, origin, allowed):
    client = serve(classifier, SKLEARN_CORS_ORIGIN=setting)
    for method, path, status in (
        ("OPTIONS", "/", 204),
        ("GET", "/health", 200),
        ("GET", "/x", 404),
    ):
        response = client.request(method, path, origin=origin)
        assert response.status == status
        assert response.headers.get("access-control-allow-origin") == allowed
        assert ("vary" in response.headers) is (allowed != "*")
    preflight = client.request("OPTIONS", "/", origin=origin)
    assert ("access-control-allow-methods" in preflight.headers) is (allowed is not None)


@pytest.fixture(scope="module")
def wide():
    """A model whose answers are much larger than its questions."""
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(n_features=2**19)


@pytest.mark.heavy
@pytest.mark.parametrize("envelope", [Envelope.HTTP_V2, Envelope.REST, Envelope.ALB_MULTI_VALUE])
@pytest.mark.parametrize("rows", [1, 3, 50])
def test_answers_are_bounded(serve, wide, envelope, rows):
    client = serve(wide)
    document = {"input": ["a"] * rows, "return_prediction": False, "return_transform": True}
    response = client.request(body=json.dumps(document).encode(), envelope=envelope)
    payload = events.encode(response, envelope)
    assert len(json.dumps(payload)) <= MAX_PAYLOAD_BYTES
    assert response.status == (200 if rows == 1 else 413)
    if rows > 1:
        assert strict(response.body)["code"] == "response_too_large"


@pytest.mark.heavy
def test_what_is_too_large_may_fit_when_packed(serve, wide):
    document = {"input": ["a"] * 4, "return_prediction": False, "return_transform": True}
    response = serve(wide).request(body=json.dumps(document).encode(), accept_encoding="gzip")
    assert response.status == 200
    assert len(strict(gzip.decompress(response.body))["transform"]) == 4


class Broken:
    """A model that fails for no fault of the client's."""

    def predict(self, x):
        raise RuntimeError("secret " + str(x))


class TooLarge(Broken):
    def predict(self, x):
        raise MemoryError


def test_faults_of_the_model_tell_nothing(serve):
    status, document = serve(Broken()).ask([[1, 2]])
    assert status == 500
    assert document == {
        "error": "The model failed; the log has the cause.",
        "code": "internal_error",
    }


def test_faults_of_ours_tell_nothing(serve, monkeypatch, classifier):
    client = serve(classifier)
    monkeypatch.setattr(client.service, "_predict", lambda *_: 1 / 0)
    status, document = client.ask(ROWS)
    assert (status, document["code"]) == (500, "internal_error")
    assert "zero" not in document["error"]


def test_too_little_memory_is_said(serve):
    status, document = serve(TooLarge()).ask([[1, 2]])
    assert (status, document["code"]) == (413, "request_too_large")


def test_ten_thousand_rows(client, classifier):
    random.seed(0)
    rows = [[round(random.uniform(0, 7), 2) for _ in range(4)] for _ in range(10000)]
    answer = client.predict(rows, return_probabilities=True)
    assert answer["prediction"] == classifier.predict(rows).tolist()
    assert len(answer["probabilities"]) == 10000


class Ends(Broken):
    def predict(self, x):
        raise SystemExit(0)


class Gives(Broken):
    """Answers whatever it was made with."""

    def __init__(self, answer):
        self.answer = answer

    def predict(self, x):
        return self.answer() if callable(self.answer) else self.answer


def a_generator():
    return (label for label in "ab")


def of_a_dict():
    return {"a": 1, "b": 2}.values()


def test_a_model_that_ends_the_process_has_failed(serve):
    assert serve(Ends()).ask([[1, 2]])[0] == 500


def raises(kind):
    raise kind


class Exit:
    """A pickle of it ends whoever loads it."""

    def __reduce__(self):
        return raises, (SystemExit,)


def test_a_pickle_that_ends_the_process_cannot_be_loaded(serve, tmp_path, capsys):
    from scikit_learn_lambda.__main__ import main

    client = serve(Exit())
    assert client.ask([[1, 2]])[0] == 503
    path = client.settings.model_path
    assert main(["check", path]) == 1
    assert "SystemExit" in capsys.readouterr().out
    assert main(["slim", path, "-o", str(tmp_path / "slim")]) == 1
    assert main(["serve", path]) == 2
    assert capsys.readouterr().err.count("SystemExit") == 2


@pytest.mark.parametrize(
    "answer", [None, "ab", a_generator, of_a_dict, {"a", "b"}, [1], [1, 2, 3], 7], ids=repr
)
def test_an_answer_has_one_entry_for_each_row(serve, answer):
    status, document = serve(Gives(answer)).ask([[1, 2], [3, 4]])
    assert (status, document["code"]) == (500, "internal_error")


def test_the_log_says_what_was_given_for_how_many_rows(serve):
    from scikit_learn_lambda.logs import Record

    record = Record()
    request = events.Request("POST", "/", "", {}, b'{"input": [[1], [2]]}')
    serve(Gives(None)).service.answer(request, record)
    assert record.cause == "predict gave a NoneType for 2 rows"


def test_caches_tell_answers_apart_by_origin_and_by_encoding(serve, classifier):
    client = serve(classifier, SKLEARN_CORS_ORIGIN="https://a.example")
    body = json.dumps({"input": ROWS * 1000}).encode()
    response = client.request(body=body, accept_encoding="gzip", origin="https://a.example")
    assert response.headers["vary"] == "origin, accept-encoding"
