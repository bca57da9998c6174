"""Inputs of every form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

TEXTS = ["good day", "bad day", "good night", "bad night"]


@pytest.fixture
def client(serve, classifier):
    return serve(classifier)


@pytest.fixture
def named(serve, iris):
    """A model that was fitted without names, whose deployer knows them."""
    from sklearn.linear_model import LinearRegression

    return serve(LinearRegression().fit(*iris), SKLEARN_FEATURE_NAMES="a,b,c,d")


@pytest.fixture
def texts(serve):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(TfidfVectorizer(), MultinomialNB())
    return serve(pipeline.fit(TEXTS, ["good", "bad", "good", "bad"]))


def test_one_bare_sample(client):
    assert client.predict([0, 0, 0, 0]) == {"prediction": [0]}


def test_no_samples(client):
    answer = client.predict([], return_probabilities=True)
    assert answer == {"prediction": [], "probabilities": []}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[0, 0, 0]], "The model takes 4 features a row; 3 were received."),
        ([[0] * 5], "The model takes 4 features a row; 5 were received."),
        ([[]], "The model takes 4 features a row; 0 were received."),
        ([0, 0, 0], "4 features each"),
        ([[0, 0, 0, 0], [0, 0, 0]], "row 0 has 4 values, row 1 has 3"),
        ([[0, 0, 0, None]], "missing values (null)"),
        ([[0, 0, 0, "x"]], "text in row 0, column 3"),
        ([[0, 0, 0, 10**400]], "numbers"),
        ([[0, 0, 0, 1e400]], "as large as these"),
        ([[0, 0, 0, [1]]], "table"),
        ([[0, 0, 0, {}]], "objects"),
        ([{"a": 1}], "no feature names"),
        ({"a": [1]}, "no feature names"),
        ([[0, 0, 0, 0], 1], "mixes"),
        ([None, {}], "mixes"),
        ("text", "4 features"),
        (5, "list of rows"),
        (None, "list of rows"),
        (True, "list of rows"),
        ({}, "no feature names"),
    ],
)
def test_what_the_model_does_not_take(client, rows, message):
    assert message in client.rejects(rows)


def test_nothing_of_what_was_sent_comes_back(client):
    secret = "hush-hush"
    for value in ([[0, 0, 0, secret]], [secret] * 4, secret, {"a": secret}, [[secret, {}]]):
        assert secret not in client.rejects(value)


def test_null_is_missing(serve):
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(SimpleImputer(), LinearRegression())
    model.fit([[0.0, 1.0], [2.0, 3.0], [4.0, 6.0]], [0.0, 1.0, 2.0])
    client = serve(model)
    wanted = model.predict([[np.nan, 1.0], [2.0, 3.0]]).tolist()
    assert client.predict([[None, 1], [2, 3]])["prediction"] == wanted


def test_text_in_tables(serve):
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    from sklearn.tree import DecisionTreeClassifier

    x = np.array([["red", 1], ["blue", 2], ["red", 2]], dtype=object)
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), DecisionTreeClassifier())
    client = serve(model.fit(x, [0, 1, 0]))
    assert client.predict([["blue", 2], ["red", 1], ["green", 1]])["prediction"][:2] == [1, 0]


@pytest.mark.parametrize("text", ["good", ["good"], ["good night, good day"]])
def test_texts(texts, text):
    assert texts.predict(text) == {"prediction": ["good"]}


def test_texts_only(texts):
    for value in ([["good"]], [1], {"a": "good"}, None, ["good", None]):
        assert "takes text" in texts.rejects(value)


def test_mappings(serve):
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    rows = [{"city": "here", "size": 1.0}, {"city": "there", "size": 2.0}]
    model = make_pipeline(DictVectorizer(), LinearRegression()).fit(rows, [1.0, 2.0])
    client = serve(model)
    wanted = model.predict(rows).tolist()
    assert client.predict(rows)["prediction"] == wanted
    assert client.predict(rows[0])["prediction"] == wanted[:1]
    assert "takes mappings" in client.rejects([[1, 2]])


ROW = {"d": 4, "a": 1, "c": 3, "b": 2}


@pytest.mark.parametrize(
    "value", [[ROW], ROW, {name: [number] for name, number in ROW.items()}, [[1, 2, 3, 4]]]
)
def test_names_are_put_in_the_models_order(named, value):
    model = named.models.get().estimator
    wanted = model.predict([[1, 2, 3, 4]])
    assert named.predict(value)["prediction"] == pytest.approx(wanted.tolist())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": 1, "b": 2}, "missing: c, d."),
        ([ROW, {"a": 1, "b": 2, "c": 3, "e": 4}], "missing: d; not known: e."),
        (dict(ROW, extra=5), "not known: extra."),
        ({"a": [1, 2], "b": [1], "c": [1], "d": [1]}, "Columns differ in length"),
        ({"a": [1], "b": 2, "c": 3, "d": 4}, ""),
        ([ROW, 5], "mixes"),
        ([ROW, [1, 2, 3, 4]], "mixes"),
        ([dict(ROW, a=[1])], ""),
    ],
)
def test_names_that_differ(named, value, message):
    assert message in named.rejects(value)


def test_long_names_are_cut(named):
    message = named.rejects([{"x" * 10000 + str(i): 1 for i in range(100)}])
    assert len(message) < 500
    assert "and 95 more" in message


def csr(**changes):
    parts = {"data": [5.0, 1.5], "indices": [0, 3], "indptr": [0, 1, 2], "shape": [2, 4]}
    return dict(parts, **changes)


def test_a_model_fitted_dense_may_refuse_sparse(client):
    assert "sparse matrix" in client.rejects(csr())


def test_sparse_into_a_linear_model(serve, iris):
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=500).fit(*iris)
    wanted = model.predict([[5.0, 0, 0, 0], [0, 0, 0, 1.5]]).tolist()
    assert serve(model).predict(csr()) == {"prediction": wanted}


@pytest.mark.parametrize(
    "changes",
    [
        {"shape": [2, 5]},
        {"shape": [2]},
        {"shape": [-1, 4]},
        {"shape": [10**12, 4]},
        {"shape": "24"},
        {"indices": [0, 4]},
        {"indices": [0, -1]},
        {"indices": [0]},
        {"indices": [0, 1.5]},
        {"indices": [0, 10**30]},
        {"indptr": [0, 1]},
        {"indptr": [0, 5, 2]},
        {"indptr": None},
        {"data": ["5", 1]},
        {"data": [None, 1]},
    ],
)
def test_damaged_sparse(client, changes):
    client.rejects(csr(**changes))


@pytest.mark.parametrize("number", [5, 6])
def test_rows_are_bounded_where_it_is_wanted(serve, classifier, number):
    client = serve(classifier, SKLEARN_MAX_ROWS="5")
    status, document = client.ask([[0, 0, 0, 0]] * number)
    assert (status, document.get("code")) == ((200, None), (413, "request_too_large"))[number > 5]


def test_frames_by_name(serve):
    pandas = pytest.importorskip("pandas", reason="this layer has no pandas")
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame = pandas.DataFrame(
        {"size": [1.0, 2.0, 3.0, 4.0], "colour": ["red", "blue", "red", "blue"]}
    )
    encoder = OneHotEncoder(handle_unknown="ignore")
    columns = [("size", StandardScaler(), ["size"]), ("colour", encoder, ["colour"])]
    model = make_pipeline(ColumnTransformer(columns), LogisticRegression())
    model.fit(frame, [0, 1, 0, 1])
    client = serve(model)
    wanted = model.predict_proba(frame).tolist()
    records = frame[["colour", "size"]].to_dict(orient="records")
    for value in (records, frame.to_dict(orient="list"), frame.to_numpy().tolist()):
        answer = client.predict(value, return_prediction=False, return_probabilities=True)
        found = [list(sample.values()) for sample in answer["probabilities"]]
        np.testing.assert_allclose(found, wanted)
    assert client.predict({"colour": None, "size": 1.0})["prediction"] == [0]
    assert "missing: colour" in client.rejects([{"size": 1.0}])
    assert "2 features" in client.rejects([[1.0]])


NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True), st.integers(-(10**20), 10**20), st.none()
)


@given(rows=st.lists(st.lists(NUMBERS, min_size=4, max_size=4), min_size=1, max_size=5))
def test_numbers_are_answered_as_the_model_does(hypothesis_client, rows):
    model = hypothesis_client.models.get().estimator
    array = np.array(rows, dtype=float)
    status, document = hypothesis_client.ask(rows)
    try:
        wanted = model.predict(array).tolist()
    except ValueError:
        assert (status, document["code"]) == (400, "invalid_input")
    else:
        assert (status, document) == (200, {"prediction": wanted})


@pytest.fixture(scope="module")
def hypothesis_client(tmp_path_factory, iris):
    import pickle

    from conftest import Client
    from sklearn.tree import DecisionTreeClassifier

    path = tmp_path_factory.mktemp("model") / "tree.pkl"
    path.write_bytes(pickle.dumps(DecisionTreeClassifier(random_state=0).fit(*iris)))
    return Client(path)


def test_missing_values_alone_in_a_table_of_text(serve):
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    from sklearn.tree import DecisionTreeClassifier

    x = np.array([["red", 1], ["blue", 2], ["red", 2]], dtype=object)
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), DecisionTreeClassifier())
    client = serve(model.fit(x, [0, 1, 0]))
    together, alone = client.ask([["red", 1], [None, 2]]), client.ask([[None, 2]])
    assert together[0] == alone[0]
    if alone[0] == 200:  # before 0.24 it refuses missing values
        assert together[1]["prediction"][1:] == alone[1]["prediction"]
