"""A thousand bodies that mean no good: each gets an answer, and the memory stays."""

import gzip
import json
import random
import resource
import zlib

import pytest
from conftest import strict
from events_samples import SENDERS, body_of
from scikit_learn_lambda.function import LambdaFunction

BODIES = 1000
# How much the process may grow, in bytes; one of the largest bodies takes about a tenth of it.
GROWTH = 400 * 1024 * 1024
GOOD = b'{"input": [[5.1, 3.5, 1.4, 0.2]], "return_probabilities": true}'
CELLS = ["0", "-1", "1.5", "6.25", "1e400", "1e-400", "-0.0", "9" * 400, "NaN", "-Infinity"]
CELLS += ["null", "true", "[]", "{}", "[1]", '"x"', '"\\ud800"', '"' + "y" * 5000 + '"']
FIELDS = ["input", "model", "\\u0000"]
FIELDS += ["return_prediction", "return_probabilities", "return_transform"]
KEYS = ["data", "indices", "indptr", "shape", "a", "__class__", "0"]


def value(rng, depth=0):
    """Some JSON, mostly wrong."""
    kind = rng.random()
    if depth > 3 or kind < 0.4:
        return rng.choice(CELLS)
    count = rng.choice([0, 1, 2, 4, 4, 4, 5, 30])
    if kind < 0.8:
        inner = value(rng, depth + 1)
        same = rng.random() < 0.5
        return "[" + ",".join(inner if same else value(rng, depth + 1) for _ in range(count)) + "]"
    pairs = (f'"{rng.choice(KEYS)}":{value(rng, depth + 1)}' for _ in range(count))
    return "{" + ",".join(pairs) + "}"


def structured(rng):
    fields = ['"input":' + value(rng)]
    fields += [f'"{rng.choice(FIELDS)}":{value(rng)}' for _ in range(rng.randrange(3))]
    return ("{" + ",".join(fields) + "}").encode()


def damaged(rng):
    body = bytearray(GOOD)
    for _ in range(rng.randrange(1, 6)):
        place = rng.randrange(len(body))
        action = rng.randrange(3)
        if action == 0:
            body[place] = rng.randrange(256)
        elif action == 1:
            del body[place : place + rng.randrange(1, 9)]
        else:
            body[place:place] = bytes(rng.randrange(256) for _ in range(3))
        body = body or bytearray(b"0")
    return bytes(body)


def noise(rng):
    return bytes(rng.randrange(256) for _ in range(rng.randrange(200)))


def large(rng):
    return rng.choice(
        [
            b"[" * 200000,
            b'{"input":' * 50000,
            b'{"input":' + b"[" * 30 + b"1" + b"]" * 30 + b"}",
            b'{"input":[' + b"[" * 900 + b"]" * 900 + b"]}",
            b'{"input":[' + b"[0,0,0,0]," * 50000 + b"[0,0,0]]}",
            b'{"input":[' + b"0," * 300000 + b"0]}",
            b'{"input":[["'
            + b"z" * 1000000
            + b'"'
            + b',"a"' * 3
            + b"]"
            + b',["a","a","a","a"]' * 5000
            + b"]}",
            b'{"input":' + b"7" * 2000000 + b"}",
            b'{"input":{"data":[1],"indices":[0],"indptr":[0,1],"shape":[1,1000000000000]}}',
            b'{"input":{' + b",".join(b'"k%d":[1]' % i for i in range(20000)) + b"}}",
            b'{"input":[' + b",".join([b'{"a":1,"b":2,"c":3,"d":4}'] * 20000) + b"]}",
        ]
    )


def bombs(rng):
    size = rng.choice([10**5, 10**8])
    if size == 10**8 and rng.random() < 0.8:
        size = 10**5
    return rng.choice([gzip.compress, zlib.compress])(b"[" * size, 6)


KINDS = ((structured, 600), (damaged, 200), (noise, 120), (large, 60), (bombs, 20))


@pytest.fixture(scope="module")
def functions(tmp_path_factory, iris):
    import pickle

    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.tree import DecisionTreeClassifier

    texts = ["good day", "bad day"]
    models = [
        LogisticRegression(max_iter=500).fit(*iris),
        DecisionTreeClassifier().fit(*iris),
        make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [0, 1]),
    ]
    made = []
    for number, model in enumerate(models):
        path = tmp_path_factory.mktemp("hostile") / f"{number}.pkl"
        path.write_bytes(pickle.dumps(model))
        environ = {"SKLEARN_MODEL_PATH": str(path), "SKLEARN_FEATURE_NAMES": "a,b,c,d"}
        made.append(LambdaFunction.from_env(environ))
    return made


def peak():
    """Of this process's memory, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore")
def test_each_gets_an_answer_and_the_memory_stays(functions, capsys):
    import base64

    rng = random.Random(2020)
    for function in functions:
        function.start()
    before = peak()
    statuses = {}
    for make, count in KINDS:
        for _ in range(count):
            body = make(rng)
            sender = rng.choice(sorted(SENDERS))
            headers = {"Content-Type": rng.choice(["application/json", "text/csv", ""])}
            if make is bombs:
                headers["Content-Encoding"] = "gzip"
            event = SENDERS[sender](
                body=base64.b64encode(body).decode(), base64_encoded=True, headers=headers
            )
            payload = rng.choice(functions)(event, None)
            document = strict(body_of(payload))
            status = payload["statusCode"]
            statuses[status] = statuses.get(status, 0) + 1
            assert isinstance(document, dict)
            if status != 200:
                assert set(document) == {"error", "code"}
                assert len(document["error"]) < 600
    assert sum(statuses.values()) == BODIES
    # Nothing that was sent is a fault of ours, and not everything is refused.
    assert set(statuses) == {200, 400, 413, 415}, statuses
    assert peak() - before < GROWTH
    for line in capsys.readouterr().out.splitlines():
        strict(line)


@pytest.mark.filterwarnings("ignore")
def test_direct_invokes_fail_in_known_ways(functions):
    from scikit_learn_lambda.errors import HandlerError

    rng = random.Random(2021)
    outcomes = set()
    for _ in range(300):
        event = json.loads("{" + '"input":' + value(rng) + "}")
        try:
            answer = rng.choice(functions)(event, None)
        except HandlerError as error:
            outcomes.add(error.status)
        else:
            outcomes.add(200)
            json.dumps(answer, allow_nan=False)
    assert outcomes == {200, 400}
