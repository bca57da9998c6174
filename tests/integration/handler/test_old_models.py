"""Old models out of S3: right in their own layer, in the newest right or refused."""

import json
from pathlib import Path

import pytest
from handler_fixtures import chosen_cells

from layerfactory.matrix.cell import Cell

NEWEST = chosen_cells()[-3]
OLD = [chosen_cells()[0], Cell("3.7", "0.23.1")]

TRAIN = """
import json, sys, warnings
import joblib
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

warnings.simplefilter("ignore")
x, y = load_iris(return_X_y=True)
models = {
    "svm": SVC(probability=True, random_state=0),
    "mlp": MLPClassifier((20, 20), max_iter=100, random_state=0),
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "forest": RandomForestClassifier(n_estimators=5, random_state=0),
}
predictions = {}
for name, model in models.items():
    joblib.dump(model.fit(x, y), sys.argv[1] + "/" + name + ".joblib")
    predictions[name] = model.predict(x[::10]).tolist()
print(json.dumps({"rows": x[::10].tolist(), "predictions": predictions}))
"""

SERVE = """
import json, os, sys
from scikit_learn_lambda.function import LambdaFunction

event = {"input": json.loads(sys.argv[2]), "return_probabilities": True}
gateway = {"requestContext": {"http": {"method": "POST"}}, "rawPath": "/"}
gateway["body"] = json.dumps(event)
for name in sys.argv[3:]:
    path = "s3://models/" + sys.argv[1] + "/" + name + ".joblib"
    function = LambdaFunction.from_env({"SKLEARN_MODEL_PATH": path})
    print(json.dumps({"answer": name, **function(gateway, None)}))
"""


@pytest.fixture
def bucket(embedded, tmp_path):
    """Puts files into S3; returns what the environment needs to read them."""
    import boto3

    keys = {"AWS_ACCESS_KEY_ID": "embedded", "AWS_SECRET_ACCESS_KEY": "embedded"}
    client = boto3.client(
        "s3",
        endpoint_url=embedded.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="embedded",
        aws_secret_access_key="embedded",
    )
    client.create_bucket(Bucket="models")

    def put(path: Path, prefix: str) -> dict[str, str]:
        client.upload_file(str(path), "models", f"{prefix}/{path.name}")
        where = {"AWS_ENDPOINT_URL": embedded.endpoint_url, "AWS_DEFAULT_REGION": "us-east-1"}
        return {**keys, **where}

    return put


def serve(layer, cell, trained, environ, folder, tools):
    """What a layer answers for each of a cell's models, and what it logs before that."""
    rows, names = json.dumps(trained["rows"]), list(trained["predictions"])
    words = ("-c", SERVE, str(cell), rows, *names)
    beside = (tools(layer.cell.python),)
    done = layer.run(*words, cwd=folder, beside=beside, **environ)
    assert done.returncode == 0, done.stdout
    answers, log = {}, []
    for line in map(json.loads, done.stdout.splitlines()):
        if "answer" not in line:
            log.append(line)
            continue
        answers[line["answer"]] = line["statusCode"], json.loads(line["body"]), log
        log = []
    assert list(answers) == names
    return answers


@pytest.mark.interpreter
def test_old_models(layered, test_tools, bucket, tmp_path):
    newest, served = layered(NEWEST), set()
    for cell in OLD:
        own = layered(cell)
        folder = tmp_path / str(cell)
        folder.mkdir()
        done = own.run("-c", TRAIN, folder, cwd=tmp_path)
        assert done.returncode == 0, done.stdout
        trained = json.loads(done.stdout.splitlines()[-1])
        for name in trained["predictions"]:
            environ = bucket(folder / f"{name}.joblib", str(cell))
        by_own = serve(own, cell, trained, environ, tmp_path, test_tools)
        by_newest = serve(newest, cell, trained, environ, tmp_path, test_tools)
        for name, wanted in trained["predictions"].items():
            status, answer, log = by_own[name]
            assert (status, answer["prediction"]) == (200, wanted)
            assert [line["message"] for line in log] == ["model loaded", "request"]
            status, found, log = by_newest[name]
            require_named(log, cell)
            if status == 200:
                served.add((cell, name))
                require_equal(found, answer)
            else:
                assert (status, found["code"]) == (503, "model_unavailable")
    # Those of the seed's test data; trees have another form by now.
    assert {(OLD[1], "svm"), (OLD[1], "mlp")} <= served
    assert (OLD[1], "forest") not in served


def require_equal(found, wanted):
    assert found["prediction"] == wanted["prediction"]
    for one, other in zip(found["probabilities"], wanted["probabilities"], strict=True):
        assert one == pytest.approx(other, rel=1e-9)


def require_named(log, cell):
    """The log says which scikit-learn made it, and which layer has that."""
    release = cell.scikit_learn.replace(".", "-")
    (line,) = (line for line in log if line["level"] != "INFO" and line["message"] != "request")
    assert f"scikit-learn {cell.scikit_learn}" in line["message"]
    assert f"scikit-learn-{release}." in line["message"]
