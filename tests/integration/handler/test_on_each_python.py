"""The handler's own tests under each Python of Lambda's, with a real layer and pytest alone."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from handler_fixtures import HANDLER, chosen_cells

CELLS = chosen_cells()
PYTHONS = list(dict.fromkeys(cell.python for cell in CELLS))
# Every estimator, and a thousand hostile bodies: under the oldest, the newest, and one between.
HEAVY = {CELLS[0], CELLS[len(CELLS) // 2], CELLS[-1]}
# Of these the oldest one's layer is tested each time; of the others with `pytest -m slow`.
OFTEN = ("3.6", "3.9")
FEWEST = 450
NO_PANDAS = "this layer has no pandas"
OLD_BYTECODE = "3.6 knows no bytecode without dates"


def test_each_python_is_chosen_twice():
    assert [cell.python for cell in CELLS[::2]] == [cell.python for cell in CELLS[1::2]] == PYTHONS
    assert PYTHONS[0] == "3.6"
    assert len(HEAVY) == 3


@pytest.mark.interpreter
@pytest.mark.parametrize("python", PYTHONS)
def test_its_tests_pass(python, layered, test_tools, tmp_path):
    """With the newest scikit-learn, and often with the oldest at its side."""
    both = [cell for cell in CELLS if cell.python == python]
    run(both if python in OFTEN else both[1:], layered, test_tools(python), tmp_path)


@pytest.mark.slow
@pytest.mark.interpreter
@pytest.mark.parametrize("python", [python for python in PYTHONS if python not in OFTEN])
def test_its_tests_pass_with_the_oldest_scikit_learn(python, layered, test_tools, tmp_path):
    oldest = next(cell for cell in CELLS if cell.python == python)
    run([oldest], layered, test_tools(python), tmp_path)


def run(cells, layered, tools, tmp_path):
    layers = [layered(cell) for cell in cells]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda layer: require_passes(layer, tools, tmp_path), layers))


def require_passes(layer, tools, folder):
    cell = layer.cell
    words = ["-m", "pytest", "-q", "-c", HANDLER / "tests" / "pytest.ini", HANDLER / "tests"]
    if cell not in HEAVY:
        words += ["-m", "not heavy"]
    done = layer.run(*words, cwd=folder, beside=(tools,))
    assert done.returncode == 0, done.stdout[-20000:]
    passed = int(re.search(r"(\d+) passed", done.stdout)[1])
    assert passed >= FEWEST
    reasons = set(re.findall(r"^SKIPPED .*?: (.*)$", done.stdout, re.MULTILINE))
    lacking = {NO_PANDAS: not cell.extras, OLD_BYTECODE: cell.python == "3.6"}
    assert reasons == {reason for reason, is_lacking in lacking.items() if is_lacking}
