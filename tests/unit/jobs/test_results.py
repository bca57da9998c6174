import json

import pytest

from layerfactory.errors import BuildError
from layerfactory.jobs.results import Trouble, read_run

CELL, OTHER = "py3.12-sklearn1.9.0-x86_64", "py3.12-sklearn1.9.1-x86_64"
BUILD = {"name": "x86_64-1", "cells": f"{CELL} {OTHER}"}
FAULT = {"kind": "BuildError", "message": "it broke", "remedy": "Mend it."}


@pytest.fixture
def folder(tmp_path):
    """Writes results; by default those of a run in which all is well."""

    def write(**changed):
        results = {
            "jobs": {
                "whole": True,
                "build": [BUILD],
                "publish": [{"name": "us-east-1"}],
                "regions": [{"region": "us-east-1", "cells": [CELL, OTHER], "error": None}],
                "unready": [],
            },
            "build-x86_64-1": {"cells": cells()},
            "verify-x86_64-1": {"cells": cells()},
            "publish-0": {"cells": cells(), "results": [published(CELL), published(OTHER)]},
            "index": {"layers": [1, 2, 3], "unanswered": []},
        }
        for name, value in {**results, **changed}.items():
            if value is not None:
                verb = name.partition("-")[0]
                (tmp_path / f"{name}.json").write_text(json.dumps({"verb": verb, **value}))
        return tmp_path

    return write


def cells(**errors):
    return [{"cell": name, "error": errors.get(key)} for key, name in (("a", CELL), ("b", OTHER))]


def published(cell, error="", state="published"):
    remedy = "Wait." if error else ""
    return {"cell": cell, "region": "us-east-1", "state": state, "error": error, "remedy": remedy}


def test_a_run_in_which_all_is_well(folder):
    run = read_run(folder())
    assert (run.whole, run.cells, run.regions, run.listed) == (True, 2, 1, 3)
    assert run.states == {"published": 2}
    assert run.troubles == ()


def test_nothing_to_do(folder):
    plan = {"whole": True, "build": [], "publish": [], "regions": [], "unready": []}
    run = read_run(folder(jobs=plan, index=None))
    assert (run.cells, run.listed, run.troubles) == (0, None, ())


def test_only_the_first_failure_of_a_cell_says_why(folder):
    later = {**FAULT, "message": "there is no whole layer"}
    run = read_run(
        folder(
            **{
                "build-x86_64-1": {"cells": cells(a=FAULT)},
                "verify-x86_64-1": {"cells": cells(a=later)},
                "publish-0": {"cells": cells(a=later), "results": [published(OTHER)]},
            }
        )
    )
    assert run.troubles == (Trouble("build", CELL, "it broke", "Mend it."),)


def test_a_region_that_took_no_layer(folder):
    results = [published(CELL), published(OTHER, "us-east-1: is gone", "failed")]
    run = read_run(folder(**{"publish-0": {"cells": cells(), "results": results}}))
    assert run.states == {"failed": 1, "published": 1}
    where = f"{OTHER} in us-east-1"
    assert run.troubles == (Trouble("publish", where, "us-east-1: is gone", "Wait."),)


@pytest.mark.parametrize("name", ["build-x86_64-1", "verify-x86_64-1", "publish-0", "index"])
def test_a_job_that_left_no_result_is_a_failure(folder, name):
    (trouble,) = read_run(folder(**{name: None})).troubles
    assert (trouble.stage, trouble.where) == (name.partition("-")[0], name)
    assert "left no result" in trouble.why


def test_a_verb_that_did_nothing_says_why(folder):
    (trouble,) = read_run(folder(**{"publish-0": {"error": FAULT}})).troubles
    assert (trouble.where, trouble.why) == ("publish-0", "it broke")


def test_a_plan_that_could_not_be_made(folder):
    run = read_run(folder(jobs={"error": FAULT}))
    assert run.troubles == (Trouble("jobs", "the plan", "it broke", "Mend it."),)
    assert not run.whole


def test_what_the_plan_could_not_ask_or_use(folder):
    plan = {
        "whole": True,
        "build": [],
        "publish": [],
        "regions": [{"region": "eu-west-1", "cells": [], "error": FAULT}],
        "unready": [{"cell": CELL, "error": FAULT}],
    }
    run = read_run(folder(jobs=plan))
    assert [trouble.where for trouble in run.troubles] == [CELL, "eu-west-1"]


def test_regions_that_the_index_could_not_ask(folder):
    run = read_run(folder(index={"layers": [], "unanswered": ["eu-west-1"]}))
    assert [(t.stage, t.where) for t in run.troubles] == [("index", "eu-west-1")]


def test_without_a_plan_nobody_knows_what_was_to_be_done(tmp_path):
    with pytest.raises(BuildError, match=r"jobs\.json: there is no such file"):
        read_run(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json"])
def test_a_file_that_is_no_result(folder, text):
    root = folder()
    (root / "index.json").write_text(text)
    with pytest.raises(BuildError, match=r"index\.json"):
        read_run(root)
