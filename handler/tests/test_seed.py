"""The README of 2020, to the letter."""

import json

import pytest
from conftest import strict


@pytest.fixture
def client(serve, classifier):
    return serve(classifier)


def test_the_first_example(client):
    response = client.request(body=b'{"input":[[0, 0, 0, 0]]}', content_type="application/json")
    assert response.status == 200
    assert response.headers == {"content-type": "application/json"}
    assert response.body == b'{"prediction": [0]}'


def test_the_second_example(client, classifier):
    response = client.request(body=b'{"input":[[0, 0, 0, 0]], "return_probabilities": true}')
    shares = classifier.predict_proba([[0, 0, 0, 0]])[0].tolist()
    wanted = {"prediction": [0], "probabilities": [dict(zip("012", shares))]}
    assert response.body == json.dumps(wanted).encode()


def test_probabilities_alone(client):
    document = client.predict([[0, 0, 0, 0]], return_prediction=False, return_probabilities=True)
    assert list(document) == ["probabilities"]


def test_one_of_both_must_be_true(client):
    assert "return_probabilities" in client.rejects([[0, 0, 0, 0]], return_prediction=False)


@pytest.mark.parametrize("value", ["false", 0, 1, None, []])
def test_booleans_are_booleans(client, value):
    assert "true or false" in client.rejects([[0, 0, 0, 0]], return_prediction=value)


def test_one_for_every_sample_of_the_batch(client, classifier, iris):
    document = client.predict(iris[0].tolist(), return_probabilities=True)
    assert document["prediction"] == classifier.predict(iris[0]).tolist()
    shares = classifier.predict_proba(iris[0]).tolist()
    assert [list(sample.values()) for sample in document["probabilities"]] == shares


def test_a_model_without_probabilities(serve, iris):
    from sklearn.svm import LinearSVC

    client = serve(LinearSVC(max_iter=10).fit(*iris))
    status, document = client.ask([[0, 0, 0, 0]], return_probabilities=True)
    assert (status, document["code"]) == (400, "unsupported_output")
    assert "LinearSVC" in document["error"]


def test_input_is_needed(client):
    response = client.post({"inputs": [[0, 0, 0, 0]]})
    assert (response.status, strict(response.body)["error"]) == (400, "input is missing.")


def test_any_path_predicts(client):
    assert client.post({"input": [[0, 0, 0, 0]]}, path="/dev/predict").status == 200
