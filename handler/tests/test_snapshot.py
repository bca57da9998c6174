import random
import sys
import types

import pytest
from scikit_learn_lambda import snapshot
from scikit_learn_lambda.function import LambdaFunction

SNAP_START = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}


@pytest.fixture
def hooks(monkeypatch):
    """What the runtime has from Python 3.12 on."""
    registered = {}
    module = types.ModuleType("snapshot_restore_py")
    module.register_before_snapshot = lambda hook: registered.update(before=hook)
    module.register_after_restore = lambda hook: registered.update(after=hook)
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", module)
    return registered


def test_only_where_there_is_a_snapshot(hooks):
    assert not snapshot.register({}, print, print)
    assert hooks == {}


def test_not_every_runtime_has_hooks(monkeypatch):
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", None)
    assert not snapshot.register(SNAP_START, print, print)


def test_the_model_is_loaded_before_and_tried_again_after(hooks, tmp_path, capsys, classifier):
    import pickle

    path = tmp_path / "model.pkl"
    function = LambdaFunction.from_env(dict(SNAP_START, SKLEARN_MODEL_PATH=str(path)))
    hooks["before"]()
    assert '"level": "ERROR"' in capsys.readouterr().out
    path.write_bytes(pickle.dumps(classifier))
    event = {"input": [[0, 0, 0, 0]]}
    hooks["after"]()  # before, the failure would be kept a while
    assert function(event, None) == {"prediction": [0]}
    assert '"cold_start": true' in capsys.readouterr().out


def test_each_wakes_with_random_numbers_of_its_own():
    import numpy as np

    drawn = set()
    for _ in range(2):
        random.seed(0)
        np.random.seed(0)
        snapshot.reseed()
        drawn.add((random.random(), np.random.random_sample()))
    assert len({first for first, _ in drawn}) == len({second for _, second in drawn}) == 2
