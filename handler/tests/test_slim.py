"""Slim models are smaller, and answer to the last bit as they did."""

import json
import os
import pickle
import warnings

import joblib
import numpy as np
import pytest
from scikit_learn_lambda.__main__ import main
from scikit_learn_lambda.tools import proof, slim


def perceptron(**options):
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier((50,), max_iter=5, random_state=0, **options)


def search():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    return GridSearchCV(LogisticRegression(max_iter=1000), {"C": [0.1, 1, 10]}, cv=3)


def forest():
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(20, oob_score=True, n_jobs=2, random_state=0)


def boosting():
    from sklearn.ensemble import GradientBoostingClassifier

    return GradientBoostingClassifier(n_estimators=10, random_state=0)


def calibrated():
    from sklearn.calibration import CalibratedClassifierCV

    return CalibratedClassifierCV(perceptron(), cv=3)


def pipeline():
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), perceptron(early_stopping=True))


@pytest.fixture
def dumped(tmp_path, iris):
    def dump(estimator, name="model.joblib"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            estimator.fit(*iris)
        path = str(tmp_path / name)
        if name.endswith("pkl"):
            with open(path, "wb") as file:
                pickle.dump(estimator, file)
        else:
            joblib.dump(estimator, path)
        return path

    return dump


@pytest.mark.parametrize(
    "make",
    [perceptron]
    + [pytest.param(make, marks=pytest.mark.heavy) for make in (search, forest, boosting)]
    + [pytest.param(make, marks=pytest.mark.heavy) for make in (calibrated, pipeline)],
)
def test_smaller_and_equal(dumped, iris, make):
    path = dumped(make())
    with open(path, "rb") as file:
        original = file.read()
    target = path + ".slim"
    told = slim.slim(path, target)
    assert told["before"] == len(original) > told["after"] == os.path.getsize(target)
    assert told["dropped"]
    assert told["compared"] > 10
    with open(path, "rb") as file:
        assert file.read() == original, "the original is kept"
    model, slimmed = joblib.load(path), joblib.load(target)
    for method in ("predict", "predict_proba"):
        right, answer = (getattr(each, method)(iris[0]) for each in (model, slimmed))
        assert right.tobytes() == answer.tobytes()


def test_the_optimizers_state_is_more_than_half_of_a_perceptron(dumped):
    path = dumped(perceptron())
    told = slim.slim(path, path + ".slim")
    assert told["after"] < told["before"] / 2
    assert told["dropped"]["MLPClassifier._optimizer"] == 1


def test_what_trees_need_with_gaps_stays(dumped, iris):
    from sklearn.tree import DecisionTreeClassifier

    path = dumped(DecisionTreeClassifier())
    with pytest.raises(slim.NotSlimError, match="no smaller"):
        slim.slim(path, path + ".slim")
    assert not os.path.exists(path + ".slim")


@pytest.mark.parametrize("name", ["model.pkl", "model.joblib"])
def test_the_format_stays(dumped, name):
    path = dumped(perceptron(), name)
    target = path + ".slim"
    slim.slim(path, target)
    with open(target, "rb") as file:
        assert (b"NumpyArrayWrapper" in file.read()) == (name == "model.joblib")


def test_a_model_that_would_answer_otherwise_is_not_written(dumped, monkeypatch):
    from scikit_learn_lambda.tools import dead_weight

    monkeypatch.setitem(dead_weight.DEAD, "LogisticRegression", ("coef_",))
    path = dumped(search())
    with pytest.raises(slim.NotSlimError, match="predict differs"):
        slim.slim(path, path + ".slim")
    assert sorted(os.listdir(os.path.dirname(path))) == ["model.joblib"]


def test_nothing_is_believed_that_was_not_compared(tmp_path, capsys):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.pipeline import make_pipeline

    texts = ["red apple", "green pear", "red pear", "green apple"]
    model = make_pipeline(CountVectorizer(), perceptron())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(texts, [0, 1, 0, 1])
    path, target = str(tmp_path / "model.joblib"), str(tmp_path / "slim.joblib")
    joblib.dump(model, path)
    assert main(["slim", path, "-o", target]) == 1
    assert "--rows" in capsys.readouterr().err
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps({"input": texts}))
    assert main(["slim", path, "-o", target, "--rows", str(rows), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["compared"] > 0
    assert joblib.load(target).predict(texts).tolist() == model.predict(texts).tolist()


def test_wrong_arguments_are_told_in_a_line(tmp_path, dumped, capsys):
    path = dumped(perceptron())
    (tmp_path / "rows.json").write_text("[")
    for words, code in [
        (["slim", path, "-o", path], 1),
        (["slim", str(tmp_path / "none"), "-o", path + ".slim"], 2),
        (["slim", path, "-o", path + ".slim", "--rows", str(tmp_path / "rows.json")], 2),
        (["slim", path, "-o", str(tmp_path / "none" / "slim.joblib")], 2),
    ]:
        assert main(words) == code
        told = capsys.readouterr()
        assert (told.out, told.err[:7]) == ("", "error: ")
        assert len(told.err.splitlines()) == 1


def test_bits_are_compared_and_not_values():
    class Model:
        def __init__(self, answer):
            self.answer = answer

        def predict(self, _rows):
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

    def differ(one, other):
        return proof.differences(Model(one), Model(other), [None])[1] != []

    nan = np.array([np.nan])
    assert not differ(nan, nan.copy())
    assert differ(np.array([0.0]), np.array([-0.0]))
    assert differ(np.array([1]), np.array([1.0]))
    assert differ(np.array([0.1 + 0.2]), np.array([0.3]))
    assert differ([np.zeros(2)], [np.zeros(3)])
    assert not differ(ValueError("no"), ValueError("no"))
    assert differ(np.zeros(1), ValueError("no"))
    assert proof.differences(Model(ValueError("no")), Model(ValueError("no")), [None]) == (0, [])


class Writes:
    """Answers by what it finds, and leaves something else behind."""

    def predict(self, x):
        answer = x.copy()
        x += 1
        return answer


def test_models_that_write_into_what_they_are_given_have_tables_of_their_own():
    compared, found = proof.differences(Writes(), Writes(), [np.zeros((2, 2))])
    assert (compared, found) == (1, [])
