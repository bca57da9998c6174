"""These tests run under each Python of Lambda's, with a layer's scikit-learn and pytest alone."""

import json
import os
import pickle
import sys

import pytest
from hypothesis import settings
from scikit_learn_lambda.events import Envelope, Request
from scikit_learn_lambda.models import Models
from scikit_learn_lambda.service import Service
from scikit_learn_lambda.settings import Settings

HERE = os.path.dirname(os.path.abspath(__file__))
# Small data for every estimator is known there already.
sys.path.append(os.path.join(HERE, "..", "..", "layerfactory", "verify", "guest"))
settings.register_profile("handler", deadline=None, max_examples=50)
settings.load_profile("handler")


def refuse(constant):
    raise AssertionError(f"{constant} is no JSON")


def strict(text):
    """Read JSON, and nothing that is not JSON."""
    if isinstance(text, bytes):
        text = text.decode("ascii")
    return json.loads(text, parse_constant=refuse)


class Client:
    """Sends requests to a service that has a model."""

    def __init__(self, path, **environ):
        variables = dict({"SKLEARN_MODEL_PATH": str(path)}, **environ)
        self.settings = Settings.from_env(variables)
        self.models = Models(self.settings)
        self.service = Service(self.settings, self.models)

    def request(self, method="POST", path="/", body=b"", envelope=Envelope.HTTP_V2, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.service.answer(Request(method, path, "", names, body, envelope))

    def post(self, document, path="/", **headers):
        body = json.dumps(document).encode()
        return self.request("POST", path, body, content_type="application/json", **headers)

    def ask(self, input_, **options):
        """Status and document of the answer."""
        response = self.post(dict({"input": input_}, **options))
        return response.status, strict(response.body)

    def predict(self, input_, **options):
        """The answer, which must be a good one."""
        status, document = self.ask(input_, **options)
        assert status == 200, document
        return document

    def rejects(self, input_, **options):
        """The message of a 400."""
        status, document = self.ask(input_, **options)
        assert status == 400, document
        assert set(document) == {"error", "code"}
        return document["error"]


@pytest.fixture
def serve(tmp_path):
    """Pickles an estimator and serves it."""

    def start(estimator, **environ):
        path = tmp_path / f"model-{len(list(tmp_path.iterdir()))}.pickle"
        path.write_bytes(pickle.dumps(estimator))
        return Client(path, **environ)

    return start


@pytest.fixture(scope="session")
def iris():
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True)


@pytest.fixture(scope="session")
def classifier(iris):
    """The seed's kind of model."""
    from sklearn.svm import SVC

    return SVC(probability=True, random_state=0).fit(*iris)
