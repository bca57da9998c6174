"""Asks the handler what it is told on standard input; prints the answers as JSON.

Runs under a layer's own Python, with the handler on its path. Each case has an id, the settings of
the function, the model that it serves, and an event.
"""

import json
import os
import pickle
import sys
import tempfile
import warnings

from scikit_learn_lambda.errors import HandlerError
from scikit_learn_lambda.function import LambdaFunction
from sklearn.datasets import load_iris
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import BernoulliNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

FLOWERS, KINDS = load_iris(return_X_y=True)
NAMES = load_iris().target_names[KINDS]
TEXTS = ["good day", "fine day", "bad day", "poor show"]
PLACES = [{"city": "Bern", "floor": 1}, {"city": "Oslo", "floor": 2}, {"city": "Oslo", "floor": 3}]


def broken(_table):
    """What a model's own fault looks like."""
    raise RuntimeError("the model's own fault")


def models():
    """Small models of every kind that the page shows; trees, because they answer alike anywhere."""
    tree = DecisionTreeClassifier(max_depth=2, random_state=0)
    return {
        "iris": tree.fit(FLOWERS, NAMES),
        "margin": RidgeClassifier().fit(FLOWERS, NAMES),
        "scaler": StandardScaler().fit(FLOWERS),
        "texts": make_pipeline(CountVectorizer(), BernoulliNB()).fit(TEXTS, ["+", "+", "-", "-"]),
        "places": make_pipeline(DictVectorizer(), LogisticRegression()).fit(PLACES, [0, 1, 1]),
        "two": DecisionTreeClassifier(random_state=0).fit(
            FLOWERS, [[kind, int(kind > 0)] for kind in KINDS]
        ),
        "broken": FunctionTransformer(broken).fit(FLOWERS),
    }


def answer(case, folder):
    """What the function answers to one event."""
    path = os.path.join(folder, case["model"] + ".pickle")
    environ = dict({"SKLEARN_MODEL_PATH": path}, **case["settings"])
    environ = {name: value.replace("FOLDER", folder) for name, value in environ.items()}
    function = LambdaFunction.from_env(environ)
    try:
        return function(event_of(case), None)
    except HandlerError as error:
        return {"raised": type(error).__name__, "message": str(error)}


def event_of(case):
    """The event; a body may be told as a piece and how many of it there are."""
    event = dict(case["event"])
    repeat = event.pop("repeat", None)
    if repeat:
        rows = [repeat["row"]] * repeat["times"]
        event["body"] = json.dumps(dict(repeat["beside"], input=rows))
    return event


def main():
    """Answer every case; the log goes to standard error."""
    cases = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        for name, model in models().items():
            with open(os.path.join(folder, name + ".pickle"), "wb") as file:
                pickle.dump(model, file)
        answers = {case["id"]: answer(case, folder) for case in cases}
    json.dump(answers, out)


if __name__ == "__main__":
    main()
