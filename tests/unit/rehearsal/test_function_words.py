from __future__ import annotations

import pytest

from layerfactory.cli.rehearsing import function_words, trial_json
from layerfactory.matrix.cell import Cell
from layerfactory.rehearsal.function_image import image_kind
from layerfactory.rehearsal.trial import FunctionTrial, TrialState

CELL = Cell("3.7", "0.23.1")
ANSWER = {"prediction": ["setosa", "virginica"], "python": "3.7.17"}
STAND_IN = "layerfactory/stand-in:python3.7"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (CELL.runtime.runtime_image, "Lambda's own image"),
        (CELL.runtime.build_image, "a build image"),
        ("registry.example/build:3.7", "a build image"),
        (STAND_IN, "a stand-in"),
    ],
)
def test_what_a_function_ran_on_is_told(name, kind):
    trial = FunctionTrial(TrialState.PREDICTED, "", ANSWER, name, image_kind(CELL, name))
    assert function_words(trial) == f"predicts setosa, virginica on {name}, {kind}"
    told = trial_json(trial)
    assert (told["state"], told["image"], told["image_kind"]) == ("predicted", name, kind)
    assert told["prediction"] == ["setosa", "virginica"]


def test_a_function_that_was_not_called_ran_on_nothing():
    trial = FunctionTrial(TrialState.NOT_CALLED, "no Docker daemon answers")
    assert function_words(trial) == "created, not called: no Docker daemon answers"
    assert trial_json(trial)["image"] == ""
