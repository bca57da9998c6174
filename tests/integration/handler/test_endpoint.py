"""``make endpoint``: from a model to an answer, offline."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest
from emulator import OLD, ROOT
from lock_samples import SAMPLES

pytestmark = pytest.mark.interpreter
OF_SAMPLES = ("--matrix", SAMPLES / "matrix.yaml")


def start(*words):
    return subprocess.Popen(
        [sys.executable, ROOT / "scripts/endpoint.py", *OF_SAMPLES, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process):
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def test_the_first_answer_is_the_readmes():
    code, out, err = finish(start("--check", "--cell", OLD))
    assert (code, out) == (0, '{"prediction": [0]}\n'), err


def test_a_model_of_ones_own_is_served_with_the_layer_that_it_wants(bench):
    """The curl line works until Ctrl-C, and nothing goes on after that."""
    process = start("--model", bench(OLD).model("RandomForestClassifier(5)", "forest.joblib"))
    try:
        first = process.stdout.readline()
        assert "-sklearn0.23.1-x86_64 answers at http://127.0.0.1:" in first, process.stderr.read()
        process.stdout.readline()
        curl = process.stdout.readline()
        header, data, url = re.search(r"--header '(.*)' --data '(.*)' (\S+)", curl).groups()
        name, _, value = header.partition(": ")
        request = urllib.request.Request(url, data.encode(), {name: value})
        with urllib.request.urlopen(request, timeout=60) as response:
            assert response.headers["content-type"] == "application/json"
            assert json.load(response) == {"prediction": [0]}
        with urllib.request.urlopen(f"{url}health", timeout=60) as response:
            assert response.status == 200
    finally:
        os.killpg(process.pid, signal.SIGINT)
        code, _, err = finish(process)
    assert code == 0, err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--model", "/nonexistent.joblib"], "no such file"),
        (["--cell", "newest"], "is not the identifier of a cell"),
    ],
)
def test_what_cannot_be_served(words, told):
    code, out, err = finish(start("--check", *words))
    assert code not in (0, None)
    assert out == ""
    assert told in err
    assert "Traceback" not in err
