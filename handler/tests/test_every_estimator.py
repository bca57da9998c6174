"""Every estimator of this scikit-learn, fitted and pickled, answers as it does by itself."""

import math
import warnings
from functools import lru_cache

import numpy as np
import pytest
from expected import close, listed, shares
from probe_estimators import all_estimators
from probe_samples import construct, sample_for
from scikit_learn_lambda.facts import OUTPUTS

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("ignore")]


def found():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        classes = dict(all_estimators())
    # Old versions find a few that are nobody's to use.
    return {n: c for n, c in classes.items() if n[0] != "_" and "mock" not in c.__module__}


ESTIMATORS = found()


def as_json(x):
    """An input as a client writes it."""
    if isinstance(x, np.ndarray):
        return [clean_row(row) for row in x.tolist()]
    return [sorted(value) if isinstance(value, set) else value for value in x]


def clean_row(row):
    if not isinstance(row, list):
        return row
    return [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in row]


@lru_cache(maxsize=None)
def fitted(name):
    """An estimator and what it was fitted on; made once."""
    x, y = sample_for(name, ESTIMATORS[name])
    estimator = construct(name, ESTIMATORS[name])
    return estimator.fit(*((x,) if y is None else (x, y))), x


def outputs_of(estimator):
    return [output for output, method in OUTPUTS.items() if hasattr(estimator, method)]


def alone(output):
    return {"return_prediction": False, "return_" + output: True}


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_it_answers_as_by_itself(name, serve):
    estimator, x = fitted(name)
    client = serve(estimator)
    outputs = outputs_of(estimator)
    assert client.models.get().facts.outputs == tuple(outputs)
    answers = {}
    for output in outputs:
        given = getattr(estimator, OUTPUTS[output])(x)
        if output == "probabilities":
            wanted = shares(given, getattr(estimator, "classes_", None))
        else:
            wanted = listed(given)
        answer = client.predict(as_json(x), **alone(output))
        assert list(answer) == [output]
        close(answer[output], wanted)
        answers.update(answer)
    if len(outputs) > 1:
        every = {"return_" + output: output in outputs for output in OUTPUTS}
        assert client.predict(as_json(x), **every) == answers
    for output in set(OUTPUTS) - set(outputs):
        status, document = client.ask(as_json(x), **alone(output))
        assert (status, document["code"]) == (400, "unsupported_output")
        assert name in document["error"]


def test_few_have_nothing_to_say():
    """Those that can only speak of what they were fitted on."""
    silent = [name for name in ESTIMATORS if not outputs_of(ESTIMATORS[name])]
    assert 10 < len(silent) < 30


def tables():
    for name in sorted(ESTIMATORS):
        x, _ = sample_for(name, ESTIMATORS[name])
        if isinstance(x, np.ndarray) and x.ndim == 2:
            yield name


@pytest.mark.parametrize("name", list(tables()))
def test_one_feature_too_many_is_the_clients_fault(name, serve):
    estimator, x = fitted(name)
    outputs = outputs_of(estimator)
    wide = [[*row, 0.0] for row in as_json(x)]
    for output in outputs[:1]:
        status, document = serve(estimator).ask(wide, **alone(output))
        if hasattr(estimator, "n_features_in_"):
            assert f"takes {x.shape[1]} features" in document["error"]
            assert f"{x.shape[1] + 1} were received" in document["error"]
            assert status == 400
        else:  # before 0.24 few tell, and some do not care
            wanted = {200: {output}, 400: {"error", "code"}}
            assert set(document) == wanted[status]
