"""Outputs of every shape, against the plainest way to write them."""

import datetime as dt
import json

import numpy as np
import pytest
from conftest import strict
from expected import close, shares
from hypothesis import given
from hypothesis import strategies as st
from scikit_learn_lambda import documents, encode
from scikit_learn_lambda.errors import ResponseTooLargeError
from scipy import sparse

PLENTY = 10**9


@pytest.fixture(scope="module")
def labelled(iris):
    """Features, and two targets of three and two classes."""
    x, y = iris
    return x, np.column_stack([y, (x[:, 0] > 5.8).astype(int)])


@pytest.fixture(scope="module")
def multilabel(iris):
    x, y = iris
    return x, np.column_stack([y == 0, y == 1, x[:, 0] > 5.8]).astype(int)


def both(client, x):
    return client.predict(x[:7].tolist(), return_probabilities=True)


def test_several_outputs_give_a_list_for_each_sample(serve, labelled):
    from sklearn.ensemble import RandomForestClassifier

    x, y = labelled
    forest = RandomForestClassifier(n_estimators=5, random_state=0).fit(x, y)
    answer = both(serve(forest), x)
    assert answer["prediction"] == forest.predict(x[:7]).tolist()
    close(answer["probabilities"], shares(forest.predict_proba(x[:7]), forest.classes_))
    assert [len(output) for output in answer["probabilities"][0]] == [3, 2]


@pytest.mark.parametrize("kind", ["forest", "neighbors", "tree", "multi-output"])
def test_multilabel(serve, multilabel, kind):
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.multioutput import MultiOutputClassifier
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.tree import DecisionTreeClassifier

    x, y = multilabel
    tree = DecisionTreeClassifier(random_state=0)
    model = {
        "forest": RandomForestClassifier(n_estimators=5, random_state=0),
        "neighbors": KNeighborsClassifier(),
        "tree": tree,
        "multi-output": MultiOutputClassifier(tree),
    }[kind].fit(x, y)
    answer = both(serve(model), x)
    assert answer["prediction"] == model.predict(x[:7]).tolist()
    wanted = shares(model.predict_proba(x[:7]), [[0, 1]] * 3)
    close(answer["probabilities"], wanted)


@pytest.mark.filterwarnings("ignore")  # they need not converge
@pytest.mark.parametrize("kind", ["one-vs-rest", "network", "chain"])
def test_one_probability_for_each_label(serve, multilabel, kind):
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.multioutput import ClassifierChain
    from sklearn.neural_network import MLPClassifier

    x, y = multilabel
    logistic = LogisticRegression(max_iter=500)
    model = {
        "one-vs-rest": OneVsRestClassifier(logistic),
        "network": MLPClassifier((5,), max_iter=50, random_state=0),
        "chain": ClassifierChain(logistic),
    }[kind]
    model.fit(x, y)
    answer = both(serve(model), x)
    close(answer["prediction"], model.predict(x[:7]).tolist())
    close(answer["probabilities"], shares(model.predict_proba(x[:7]), [0, 1, 2]))


def test_a_target_fitted_sparse_is_predicted_sparse_and_answered_dense(serve, multilabel):
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    x, y = multilabel
    model = OneVsRestClassifier(LogisticRegression(max_iter=500)).fit(x, sparse.csr_matrix(y))
    given = model.predict(x[:7])
    assert sparse.issparse(given)
    assert serve(model).predict(x[:7].tolist())["prediction"] == given.toarray().tolist()


LABELS = {
    "text": (["setosa", "versicolor", "virginica"], ["setosa", "versicolor", "virginica"]),
    "objects": (np.array(["a", "b", "c"], dtype=object), ["a", "b", "c"]),
    "negative": ([-1, 0, 1], [-1, 0, 1]),
    "booleans": ([False, True, True], [False, True, True]),
    "not ascii": (["é", "ß", "日"], ["é", "ß", "日"]),
}


@pytest.mark.parametrize("kind", sorted(LABELS))
def test_labels(serve, iris, kind):
    from sklearn.tree import DecisionTreeClassifier

    x, y = iris
    labels, wanted = LABELS[kind]
    model = DecisionTreeClassifier(random_state=0).fit(x, np.asarray(labels)[y])
    answer = serve(model).predict(x[::50].tolist(), return_probabilities=True)
    assert answer["prediction"] == wanted
    assert [type(value) for value in answer["prediction"]] == [type(value) for value in wanted]
    names = [str(name) for name in model.classes_]
    assert all(list(sample) == names for sample in answer["probabilities"])


def test_more_than_ten_classes_stay_in_order(serve):
    from sklearn.naive_bayes import GaussianNB

    y = np.repeat(np.arange(12), 4)
    x = y[:, np.newaxis] + np.linspace(0, 1, 48).reshape(-1, 1)
    answer = serve(GaussianNB().fit(x, y)).predict([[3.0]], return_probabilities=True)
    assert list(answer["probabilities"][0]) == [str(number) for number in range(12)]


def test_bytes_as_labels():
    """No scikit-learn fits them any more; pickles of the old ones have them."""
    assert encoded(np.array([b"no", b"yes"])) == ["no", "yes"]
    assert encode.labels(np.array([b"no", b"yes"])) == ["no", "yes"]
    assert encoded(np.array([b"no", b"\xff"], dtype=object)) == ["no", "\\xff"]


def test_a_search_and_a_pipeline(serve, iris):
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y = iris
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    search = GridSearchCV(pipeline, {"logisticregression__C": [0.1, 1.0]}, cv=3).fit(x, y)
    client = serve(search)
    answer = client.predict(
        x[:5].tolist(), return_probabilities=True, return_decision_function=True
    )
    assert list(answer) == ["prediction", "probabilities", "decision_function"]
    close(answer["probabilities"], shares(search.predict_proba(x[:5]), search.classes_))
    close(answer["decision_function"], search.decision_function(x[:5]).tolist())


def test_a_search_that_kept_no_model(serve, iris):
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    search = GridSearchCV(LogisticRegression(), {"C": [0.1]}, cv=3, refit=False).fit(*iris)
    assert serve(search).ask(iris[0].tolist())[0] == 400


def encoded(output, max_bytes=PLENTY):
    found = encode.rows(output, max_bytes)
    return strict(documents.dump({"": found}))[""]


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        (np.array([1.5, np.nan, np.inf, -np.inf]), [1.5, None, None, None]),
        (np.array([[1, 2]], dtype=np.int8), [[1, 2]]),
        (np.array([True, False]), [True, False]),
        (np.array([0.1], dtype=np.float32), [float(np.float32(0.1))]),
        (np.array([0.5], dtype=np.float16), [0.5]),
        (np.array([0.5, np.nan], dtype=np.longdouble), [0.5, None]),
        (np.array(["2026-01-02", "NaT"], dtype="datetime64[D]"), ["2026-01-02", None]),
        (
            np.array([None, "a", 1.5, np.nan, np.float32(0.5)], dtype=object),
            [None, "a", 1.5, None, 0.5],
        ),
        (np.array([dt.date(2026, 1, 2)], dtype=object), ["2026-01-02"]),
        (np.array([{"a": np.float64("nan")}], dtype=object), [{"a": None}]),
        (sparse.csr_matrix([[0.0, 1.0]]), [[0.0, 1.0]]),
        ([np.array([1, 2]), np.array([3.5, np.nan])], [[1, 3.5], [2, None]]),
        ([1, "a", float("nan")], [1, "a", None]),
        ((1, 2), [1, 2]),
        (np.array([1 + 2j]), ["(1+2j)"]),
        (np.zeros((0, 3)), []),
    ],
)
def test_values(output, wanted):
    assert encoded(output) == wanted


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ([np.int64(1), np.float64("nan")], [1, None]),
        ([np.array([1, 2]), np.array([3, 4])], [[1, 2], [3, 4]]),
        ([np.array([1]), np.array([2, 3])], [[1], [2, 3]]),
        ([np.str_("a"), np.bool_(True)], ["a", True]),
    ],
)
def test_lists_with_a_value_for_each_sample(output, wanted):
    assert strict(documents.dump({"": encode.rows(output, PLENTY, 2)}))[""] == wanted


def test_what_is_masked_is_null():
    masked = np.ma.MaskedArray([[1.5, np.nan], [2.5, 3.5]], mask=[[0, 0], [1, 0]])
    assert encoded(masked) == [[1.5, None], [None, 3.5]]
    assert encoded([masked, masked])[0] == [[1.5, None], [1.5, None]]
    found = encode.probabilities(masked, ["a", "b"], PLENTY)
    assert found == [{"a": 1.5, "b": None}, {"a": None, "b": 3.5}]


@pytest.mark.parametrize(
    "table",
    [
        np.array([[0, 1]]),
        np.array([[False, True]]),
        np.array([[0, 1.0]], dtype=object),
        [[0.0, 1.0]],
        [np.array([0.0, 1.0])],
    ],
)
def test_probabilities_of_any_kind_have_their_classes(table):
    assert encode.probabilities(table, ["a", "b"], PLENTY).listed() == [{"a": 0.0, "b": 1.0}]


def test_frames():
    pandas = pytest.importorskip("pandas", reason="this layer has no pandas")
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", None], "c": [0.5, float("nan")]})
    assert encoded(frame) == [[1, "x", 0.5], [2, None, None]]
    assert encoded(frame["c"]) == [0.5, None]
    assert encoded(pandas.Series([1, None], dtype="Int64")) == [1, None]


def test_classes_with_one_name_are_told_apart():
    classes = np.array([1, "1"], dtype=object)
    assert encode.labels(classes) == ["1", "'1'"]


def test_probabilities_without_classes_are_numbered():
    found = encode.probabilities(np.array([[0.25, 0.75]]), None, PLENTY)
    assert found.listed() == [{"0": 0.25, "1": 0.75}]


def test_probabilities_that_are_no_numbers():
    found = encode.probabilities(np.array([[0.25, np.nan]]), ["a", "b"], PLENTY)
    assert found == [{"a": 0.25, "b": None}]


@given(
    names=st.lists(st.text(max_size=5), min_size=1, max_size=4, unique=True),
    data=st.data(),
)
def test_text_and_lists_are_the_same(names, data):
    numbers = st.floats(allow_nan=False, allow_infinity=False)
    row = st.lists(numbers, min_size=len(names), max_size=len(names))
    rows = data.draw(st.lists(row, min_size=1, max_size=3))
    found = encode.probabilities(np.array(rows), names, PLENTY)
    assert found.text() == json.dumps(found.listed())
    assert found.listed() == [dict(zip(names, row)) for row in rows]


def test_what_cannot_fit_is_not_even_made():
    vast = sparse.csr_matrix((10**6, 10**6))
    with pytest.raises(ResponseTooLargeError):
        encode.rows(vast, 10**7)
    with pytest.raises(ResponseTooLargeError):
        encode.probabilities(np.broadcast_to(0.5, (10**6, 100)), None, 10**7)
