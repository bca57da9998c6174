import os
import subprocess
import sys

import pytest
from scikit_learn_lambda import environment

WHAT_IS_LOADED = """
import os, sys, scikit_learn_lambda
print(*(name in sys.modules for name in ("sklearn", "boto3", "botocore")))
print(os.environ["OPENBLAS_NUM_THREADS"])
"""
ASK_FOR_HEALTH = """
import scikit_learn_lambda
event = {"rawPath": "/health", "requestContext": {"http": {"method": "GET"}}}
print(scikit_learn_lambda.handler(event, None)["statusCode"])
"""


@pytest.mark.parametrize(
    ("memory", "threads"),
    [("128", "1"), ("1024", "1"), ("1769", "1"), ("3008", "2"), ("3538", "2"), ("10240", "6")],
)
def test_threads_follow_the_memory(memory, threads):
    found = environment.defaults({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory})
    assert found.pop("JOBLIB_MULTIPROCESSING") == "0"
    assert found == {
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
    }


def test_nothing_is_set_outside_of_lambda():
    assert environment.defaults({"PATH": "/bin"}) == {}


def test_what_the_deployer_set_stays():
    environ = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024", "OMP_NUM_THREADS": "4"}
    environment.prepare(environ)
    assert environ["OMP_NUM_THREADS"] == "4"
    assert environ["OPENBLAS_NUM_THREADS"] == "1"


def run(code, **environ):
    inherited = {name: os.environ[name] for name in ("PYTHONPATH", "PATH") if name in os.environ}
    words = [sys.executable, "-c", code]
    return subprocess.check_output(words, env=dict(inherited, **environ)).decode()


def test_import_alone_is_cheap():
    code = "import sys, scikit_learn_lambda; print(*sorted(sys.modules))"
    loaded = set(run(code).split())
    heavy = {"numpy", "scipy", "sklearn", "joblib", "boto3", "botocore", "pickle", "json"}
    assert loaded & heavy == set()


def test_on_lambda_the_model_is_loaded_at_import_and_numpy_sees_the_threads(tmp_path):
    import pickle

    from sklearn.linear_model import LinearRegression

    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])))
    environ = {
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3008",
    }
    out = run(WHAT_IS_LOADED, SKLEARN_MODEL_PATH=str(path), **environ)
    assert out.splitlines()[-2:] == ["True False False", "2"]
    assert '"message": "model loaded"' in out


def test_a_model_that_is_not_there_does_not_end_the_process(tmp_path):
    out = run(ASK_FOR_HEALTH, SKLEARN_EAGER="1", SKLEARN_MODEL_PATH=str(tmp_path / "none.pkl"))
    assert out.splitlines()[-1] == "503"
