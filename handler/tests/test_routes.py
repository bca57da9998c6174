import pytest
from scikit_learn_lambda.errors import MethodNotAllowedError, NotFoundError
from scikit_learn_lambda.routes import Route, find_route, is_model_name


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/", "predict"),
        ("POST", "", "predict"),
        ("POST", "/predict", "predict"),
        ("POST", "/any/path/that/the/gateway/has", "predict"),
        ("GET", "/", "metadata"),
        ("HEAD", "/", "metadata"),
        ("GET", "/health", "health"),
        ("GET", "/ping", "health"),
        ("GET", "/base/health/", "health"),
        ("GET", "/openapi.json", "openapi"),
    ],
)
def test_what_is_asked_for(method, path, name):
    assert find_route(method, path) == Route(name)


@pytest.mark.parametrize("path", ["/favicon.ico", "/models/a", "/health/x"])
def test_nothing_else_can_be_read(path):
    with pytest.raises(NotFoundError):
        find_route("GET", path)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/health", "GET, HEAD"),
        ("POST", "/openapi.json", "GET, HEAD"),
        ("GET", "/predict", "POST"),
        ("PUT", "/predict", "POST"),
        ("DELETE", "/", "GET, HEAD, POST"),
        ("OPTIONS", "/anything", "POST"),
    ],
)
def test_other_methods(method, path, allowed):
    with pytest.raises(MethodNotAllowedError) as caught:
        find_route(method, path)
    assert caught.value.headers == {"allow": allowed}


def test_browsers_may_ask_where_it_is_wanted():
    assert find_route("OPTIONS", "/anything", preflight=True) == Route("preflight")


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("POST", "/models/iris", Route("predict", "iris")),
        ("POST", "/v1/models/iris-2.joblib/predict", Route("predict", "iris-2.joblib")),
        ("GET", "/models/iris", Route("metadata", "iris")),
        ("GET", "/models/iris/health", Route("health", "iris")),
        ("GET", "/models/iris/openapi.json", Route("openapi", "iris")),
        ("POST", "/", Route("predict", None)),
        ("GET", "/health", Route("health", None)),
    ],
)
def test_models_by_name(method, path, route):
    assert find_route(method, path, many=True) == route


@pytest.mark.parametrize(
    "name", ["", "..", ".hidden", "a/b", "a\\b", "a" * 129, "a%2Fb", "a\n", "é", 5, None, ["a"]]
)
def test_names_that_are_not_safe(name):
    assert not is_model_name(name)
    if isinstance(name, str):
        assert find_route("POST", f"/models/{name}/predict", many=True).model is None
