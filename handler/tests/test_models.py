import pytest
from scikit_learn_lambda.errors import (
    ModelError,
    ModelNotFoundError,
    ModelUnavailableError,
    NotFoundError,
)
from scikit_learn_lambda.models import MAX_FAILURES, Models
from scikit_learn_lambda.settings import Settings


class Loader:
    """Loads what it is told to, and notes the paths."""

    def __init__(self, model, error=None):
        self.model = model
        self.error = error
        self.paths = []

    def __call__(self, path, settings):
        self.paths.append(path)
        if self.error is not None:
            raise self.error
        return self.model


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def model(serve, classifier):
    return serve(classifier).models.get()


def make(path, loader, clock=None, **environ):
    settings = Settings.from_env(dict({"SKLEARN_MODEL_PATH": path}, **environ))
    return Models(settings, loader=loader, clock=clock or Clock())


def test_a_model_is_loaded_once(model):
    loader = Loader(model)
    models = make("a.pkl", loader)
    assert models.get() is models.get() is model
    assert (loader.paths, models.loads) == (["a.pkl"], 1)


def test_a_failure_is_kept_and_tried_again_ever_more_seldom(model, capsys):
    loader, clock = Loader(model, ModelError("no such luck")), Clock()
    models = make("a.pkl", loader, clock)
    tried = []
    for tenth in range(1200):
        clock.now = tenth / 10
        before = len(loader.paths)
        with pytest.raises(ModelUnavailableError) as caught:
            models.get()
        assert "luck" not in str(caught.value)
        if len(loader.paths) > before:
            tried.append(clock.now)
    assert tried == [0, 1, 3, 7, 15, 31, 61, 91]
    assert capsys.readouterr().out.count("no such luck") >= len(tried)
    loader.error = None
    clock.now = 121
    assert models.get() is model


def test_a_failure_may_be_forgotten(model):
    loader = Loader(model, ModelError("not yet"))
    models = make("a.pkl", loader)
    with pytest.raises(ModelUnavailableError):
        models.get()
    loader.error = None
    with pytest.raises(ModelUnavailableError):
        models.get()
    models.forget_failures()
    assert models.get() is model


def test_models_by_name(model):
    loader = Loader(model)
    models = make("s3://bucket/{name}/model.joblib", loader, SKLEARN_MAX_MODELS="2")
    for name in ("a", "b", "a", "c", "a", "b"):
        models.get(name)
    names = [path.split("/")[3] for path in loader.paths]
    assert names == ["a", "b", "c", "b"]  # the one that was longest unused goes


def test_a_name_that_is_not_there(model, capsys):
    loader = Loader(model, ModelNotFoundError("s3://bucket/secret-place"))
    models = make("s3://bucket/{name}", loader)
    for number in range(3 * MAX_FAILURES):
        with pytest.raises(NotFoundError, match="no such model"):
            models.get(str(number))
    assert len(models._failures) <= MAX_FAILURES
    assert capsys.readouterr().out == ""  # anybody can ask for anything


def test_failures_of_names_are_no_tracebacks_that_grow(model):
    models = make("{name}", Loader(model, ModelError("x")))
    depths = set()
    for _ in range(5):
        with pytest.raises(ModelUnavailableError) as caught:
            models.get("a")
        depths.add(len(caught.traceback))
    assert len(depths) <= 2


def test_over_http_and_directly(tmp_path, classifier):
    import json
    import pickle

    from conftest import Client, strict
    from scikit_learn_lambda.errors import InvalidInputError

    (tmp_path / "iris.pkl").write_bytes(pickle.dumps(classifier))
    client = Client(tmp_path / "{name}.pkl")
    document = {"input": [[0, 0, 0, 0]]}
    assert client.post(document, path="/models/iris").body == b'{"prediction": [0]}'
    assert client.post(document, path="/models/other").status == 404
    assert client.post(document).status == 404
    assert client.request("GET", "/health").status == 200
    assert client.request("GET", "/models/iris/health").status == 200
    assert strict(client.request("GET", "/models/iris").body)["model"]["type"] == "SVC"
    paths = strict(client.request("GET", "/openapi.json").body)["paths"]
    assert set(paths) == {"/models/{name}", "/health", "/openapi.json"}
    assert client.service.invoke(dict(document, model="iris")) == {"prediction": [0]}
    for name in ("../iris", None, 5, "iris/x"):
        with pytest.raises(InvalidInputError):
            client.service.invoke(dict(document, model=name))
    assert json.dumps(document)
