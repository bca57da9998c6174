"""Several outputs of one request are what each is alone, and are not computed twice."""

import numpy as np
import pytest
from expected import close, shares
from scikit_learn_lambda import together
from scipy.sparse import csr_matrix
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

BOTH = ("predict", "predict_proba")


def forest():
    return RandomForestClassifier(n_estimators=5, random_state=0)


def counted(monkeypatch, kind, name):
    """Count the calls of a method."""
    calls, real = [], getattr(kind, name)

    def count(self, *args, **options):
        calls.append(name)
        return real(self, *args, **options)

    monkeypatch.setattr(kind, name, count)
    return calls


# That of old releases has another name.
FORWARD = "_forward_pass_fast" if hasattr(MLPClassifier, "_forward_pass_fast") else "_predict"


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize(
    ("model", "work"),
    [(forest(), "predict_proba"), (MLPClassifier((5,), max_iter=2), FORWARD)],
    ids=["forest", "perceptron"],
)
def test_labels_and_shares_take_the_work_of_one(model, work, iris, monkeypatch):
    x, y = iris
    model.fit(x, y)
    alone = [getattr(model, method)(x.copy()) for method in BOTH]
    calls = counted(monkeypatch, type(model), work)
    for found, wanted in zip(together.ask(model, BOTH, x.copy()), alone):
        assert (found == wanted).all()
    assert len(calls) == 1
    assert work not in vars(model)


def test_a_pipeline_transforms_once(iris, monkeypatch):
    x, y = iris
    inner = make_pipeline("passthrough", StandardScaler(), forest())
    model = make_pipeline(StandardScaler(), None, inner).fit(x, y)
    alone = [getattr(model, method)(x) for method in BOTH]
    calls = counted(monkeypatch, StandardScaler, "transform")
    for found, wanted in zip(together.ask(model, BOTH, x), alone):
        assert (found == wanted).all()
    assert len(calls) == 2


def test_outputs_that_a_pipeline_does_not_hand_on(iris):
    model = make_pipeline(StandardScaler()).fit(iris[0])
    both = together.ask(model, ("transform", "inverse_transform"), iris[0])
    close(both[0].tolist(), model.transform(iris[0]).tolist())
    close(both[1].tolist(), model.inverse_transform(iris[0]).tolist())


@pytest.mark.parametrize("is_inside", [False, True])
def test_models_that_write_into_what_they_are_given(serve, iris, is_inside):
    x, y = iris
    writes = make_pipeline(StandardScaler(copy=False), LogisticRegression(max_iter=500))
    model = VotingClassifier([("w", writes)], voting="soft") if is_inside else writes
    model.fit(x.copy(), y)
    answer = serve(model).predict(x.tolist(), return_probabilities=True)
    assert answer["prediction"] == model.predict(x.copy()).tolist()
    close(answer["probabilities"], shares(model.predict_proba(x.copy()), model.classes_))


def test_answers_that_are_written_into(iris):
    """Probabilities are made of the decision function, in its own array."""
    x, y = iris
    model = LogisticRegression(max_iter=500).fit(x, y)
    methods = (*BOTH, "decision_function", "predict_proba", "decision_function")
    alone = [getattr(model, method)(x) for method in methods]
    for found, wanted in zip(together.ask(model, methods, x), alone):
        assert (found == wanted).all()


def test_classes_of_others_are_asked_as_they_are(iris):
    class Own(RandomForestClassifier):
        def predict(self, x):
            return np.array([vars(self).get("predict_proba") is None])

    model = Own(n_estimators=2).fit(*iris)
    assert together.ask(model, BOTH, iris[0])[0].all()


def test_what_cannot_be_answered_leaves_nothing_behind(iris):
    x, y = iris
    model = forest().fit(x, y)
    before = dict(vars(model))
    with pytest.raises(ValueError, match=r"features|dimension|shape"):
        together.ask(model, BOTH, x[:, :2])
    assert vars(model).keys() == before.keys()
    assert not hasattr(SVC().fit(x, y), "predict_proba")
    assert len(together.ask(SVC().fit(x, y), ("predict", "decision_function"), x)) == 2


@pytest.mark.parametrize("kind", ["table", "frame", "sparse"])
def test_each_question_has_samples_of_its_own(kind):
    class Writes:
        def predict(self, x):
            x *= 0
            return x

        def predict_proba(self, x):
            return x

    given = np.ones((2, 2))
    if kind == "frame":
        given = pytest.importorskip("pandas", reason="this layer has no pandas").DataFrame(given)
    elif kind == "sparse":
        given = csr_matrix(given)
    both = together.ask(Writes(), BOTH, given)
    assert [part.sum().sum() for part in both] == [0, 4]
