"""What a build is given and cannot use: cells, locks, an index that does not answer."""

from __future__ import annotations

import re
import shutil

import pytest
from build_fixtures import CELL, LAYER_NAMES

CLOSED = "http://127.0.0.1:9"
OFFLINE = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), CLOSED),
    **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), CLOSED),
    **dict.fromkeys(("NO_PROXY", "no_proxy")),
    "UV_HTTP_RETRIES": "0",
}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--python", "2.7"], "--python 2.7: Lambda has no Python '2.7'"),
        (["--python", "3.7", "--scikit-learn", "0.23.9"], "scikit-learn 0.23.9 does not exist"),
        (
            ["--python", "3.9", "--scikit-learn", "1.9.1"],
            "py3.9-sklearn1.9.1-x86_64: scikit-learn 1.9.1 has no wheel for Python 3.9",
        ),
        (["--only", "py3.8-*"], "--only py3.8-*: matches no cell"),
    ],
)
def test_a_cell_that_cannot_be(workshop, words, reason):
    run = workshop.run("build", *words)
    assert run.exit_code == 2
    assert reason in run.stderr
    assert "->" in run.stderr
    assert not workshop.output.exists() or workshop.names() == set()
    assert [path.name for path in workshop.lock.parent.iterdir()] == [workshop.lock.name]


def test_an_impossible_cell_stops_no_other(built, workshop):
    matrix = workshop.root / "matrix.yaml"
    impossible = '  - {python: "3.9", scikit-learn: "1.9.1", architectures: x86_64}\n'
    matrix.write_text(matrix.read_text().replace("cells:\n", f"cells:\n{impossible}"))
    shutil.copytree(built.output, workshop.output)
    run = workshop.run("build", "--json")
    assert run.exit_code == 0, run.stderr
    found = {cell["cell"]: (cell["state"], cell["reason"]) for cell in run.value["cells"]}
    assert found[str(CELL)] == ("up to date", "")
    state, reason = found["py3.9-sklearn1.9.1-x86_64"]
    assert state == "unsupported"
    assert "3.9" in reason


def test_a_wrong_hash_in_the_lock(built, workshop):
    shutil.copytree(built.output, workshop.output)
    text = workshop.lock.read_text()
    workshop.lock.write_text(re.sub(r"(joblib==.*\n\s+--hash=sha256:).{8}", r"\g<1>00000000", text))
    run = workshop.run("build")
    assert run.exit_code == 3
    assert f"error: {CELL}: a wheel is not the one that was locked" in run.stderr
    assert "Hash mismatch for `joblib==0.15.1`" in run.stderr
    assert f"layerfactory lock --upgrade --only '{CELL}'" in run.stderr
    assert workshop.names() == LAYER_NAMES
    assert workshop.layer().manifest == built.layer().manifest


def test_a_malformed_lock(interpreter, workshop):
    workshop.lock.write_text(workshop.lock.read_text().replace("numpy==1.18.4 \\", "numpy 1.18.4"))
    run = workshop.run("build", "--json")
    assert run.exit_code == 3
    (cell,) = run.value["cells"]
    assert cell["state"] == "failed"
    assert cell["error"]["kind"] == "LockFileError"
    assert (
        f"{workshop.lock.name}:8: is not a line of a lock: 'numpy 1.18.4'"
        in (cell["error"]["message"])
    )
    assert cell["error"]["remedy"] == (f"Make it anew: layerfactory lock --upgrade --only '{CELL}'")
    assert not workshop.output.exists()


def test_an_index_that_does_not_answer_when_wheels_are_wanted(interpreter, workshop, tmp_path):
    run = workshop.run("build", UV_CACHE_DIR=str(tmp_path / "cache"), **OFFLINE)
    assert run.exit_code == 3
    assert "the package index cannot be reached" in run.stderr
    assert "-> Check the network, HTTPS_PROXY" in run.stderr
    assert workshop.names() == set()


def test_an_index_that_does_not_answer_when_a_lock_is_wanted(interpreter, workshop):
    workshop.lock.unlink()
    run = workshop.run("build", **OFFLINE)
    assert run.exit_code == 3
    assert "the package index cannot be asked about scikit-learn" in run.stderr
    assert "-> Look at the network, the proxy" in run.stderr
    assert not workshop.lock.exists()


def test_a_lock_is_made_where_there_is_none(workshop):
    committed = workshop.lock.read_text()
    workshop.lock.unlink()
    run = workshop.run("lock", "--json")
    assert run.exit_code == 0, run.stderr
    (cell,) = run.value["cells"]
    assert cell["state"] == "locked"
    assert workshop.lock.read_text() == committed


def test_a_new_cell_is_locked_for_the_occasion(workshop):
    run = workshop.run("lock", "--python=3.8", "--scikit-learn==0.23.1", "--json")
    assert run.exit_code == 0, run.stderr
    (cell,) = run.value["cells"]
    assert cell["cell"] == "py3.8-sklearn0.23.1-x86_64"
    assert cell["lock"]["versions"]["scikit-learn"] == "0.23.1"
    assert cell["lock"]["versions"]["numpy"] == "1.18.4"
