"""What the OpenAPI document promises is asked of the handler, by a program that reads it."""

from __future__ import annotations

import subprocess
from sysconfig import get_path
from tempfile import TemporaryFile

import pytest
from emulator import NEW, OLD

EXAMPLES = 25
SEED = 20261123
FOREST = "RandomForestClassifier(3)"
# What a schema cannot say of a matrix: that its lists fit each other, that this model takes no
# text in a cell, or that 1e300 is too large for a tree. Such bodies are refused all the same.
LEFT_OUT = "positive_data_acceptance"

pytestmark = pytest.mark.interpreter


@pytest.fixture(params=[OLD, NEW], ids=str)
def address(request, bench):
    """The local server, with a model of iris."""
    of = bench(request.param)
    words = ["-u", "-m", "scikit_learn_lambda", "serve", of.model(FOREST), "--port", "0"]
    with (
        TemporaryFile() as log,
        subprocess.Popen(
            of.command(*words), env=of.environment, stdout=subprocess.PIPE, stderr=log, text=True
        ) as server,
    ):
        try:
            yield server.stdout.readline().split(" answers at ")[1].split(";")[0]
            server.stdout.close()
        finally:
            server.kill()


def test_every_promise_holds(address, tmp_path):
    done = subprocess.run(
        [get_path("scripts") + "/schemathesis", "run", f"{address}openapi.json", "--no-color"]
        + ["--checks", "all", "--exclude-checks", LEFT_OUT]
        + ["--max-examples", str(EXAMPLES), "--seed", str(SEED)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    assert "Tested: 3" in done.stdout, "POST /, GET / and GET /health"
