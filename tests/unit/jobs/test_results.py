import json

import pytest

from layerfactory.errors import BuildError
from layerfactory.jobs.results import End, Trouble, read_run

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
                "index": True,
                "regions": [{"region": "us-east-1", "cells": [CELL, OTHER], "error": None}],
                "unready": [],
            },
            "build-x86_64-1": {"cells": cells()},
            "verify-x86_64-1": {"cells": cells()},
            "sbom-x86_64-1": {"cells": cells()},
            "publish-0": {"cells": cells(), "results": [published(CELL), published(OTHER)]},
            "index": {"layers": [1, 2, 3], "unanswered": []},
            "propose": {"done": "opened a pull request"},
        }
        for name, value in {**results, **changed}.items():
            if value is not None:
                verb = name.partition("-")[0]
                (tmp_path / f"{name}.json").write_text(json.dumps({"verb": verb, **value}))
        return tmp_path

    return write


@pytest.fixture
def told(folder):
    """Reads what was written, and how the jobs ended."""

    def told(ends=None, **changed):
        return read_run(folder(**changed), ends or {})

    return told


def cells(**errors):
    return [{"cell": name, "error": errors.get(key)} for key, name in (("a", CELL), ("b", OTHER))]


def published(cell, error="", state="published"):
    remedy = "Wait." if error else ""
    return {"cell": cell, "region": "us-east-1", "state": state, "error": error, "remedy": remedy}


def test_a_run_in_which_all_is_well(told):
    run = told()
    assert (run.whole, run.cells, run.regions, run.listed) == (True, 2, 1, 3)
    assert run.states == {"published": 2}
    assert run.troubles == ()


def test_nothing_to_do(told):
    plan = {"whole": True, "build": [], "publish": [], "regions": [], "unready": []}
    run = told(jobs=plan, index=None, propose=None)
    assert (run.cells, run.listed, run.troubles) == (0, None, ())


def test_only_the_first_failure_of_a_cell_says_why(told):
    later = {**FAULT, "message": "there is no whole layer"}
    run = told(
        **{
            "build-x86_64-1": {"cells": cells(a=FAULT)},
            "verify-x86_64-1": {"cells": cells(a=later)},
            "publish-0": {"cells": cells(a=later), "results": [published(OTHER)]},
        }
    )
    assert run.troubles == (Trouble("build", CELL, "it broke", "Mend it."),)


def test_a_region_that_took_no_layer(told):
    results = [published(CELL), published(OTHER, "us-east-1: is gone", "failed")]
    run = told(**{"publish-0": {"cells": cells(), "results": results}})
    assert run.states == {"failed": 1, "published": 1}
    where = f"{OTHER} in us-east-1"
    assert run.troubles == (Trouble("publish", where, "us-east-1: is gone", "Wait."),)


@pytest.mark.parametrize(
    "name",
    ["build-x86_64-1", "verify-x86_64-1", "sbom-x86_64-1", "publish-0", "index", "propose"],
)
def test_a_job_that_left_no_result_is_a_failure(told, name):
    (trouble,) = told(**{name: None}).troubles
    assert (trouble.stage, trouble.where) == (name.partition("-")[0], name)
    assert "left no result" in trouble.why


def test_a_verb_that_did_nothing_says_why(told):
    (trouble,) = told(**{"publish-0": {"error": FAULT}}).troubles
    assert (trouble.where, trouble.why) == ("publish-0", "it broke")


def test_a_plan_that_could_not_be_made(told):
    run = told(jobs={"error": FAULT})
    assert run.troubles == (Trouble("jobs", "the plan", "it broke", "Mend it."),)
    assert not run.whole


def test_what_the_plan_could_not_ask_or_use(told):
    plan = {
        "whole": True,
        "build": [],
        "publish": [],
        "regions": [{"region": "eu-west-1", "cells": [], "error": FAULT}],
        "unready": [{"cell": CELL, "error": FAULT}],
    }
    run = told(jobs=plan)
    assert [trouble.where for trouble in run.troubles] == [CELL, "eu-west-1"]


def test_regions_that_the_index_could_not_ask(told):
    run = told(index={"layers": [], "unanswered": ["eu-west-1"]})
    assert [(t.stage, t.where) for t in run.troubles] == [("index", "eu-west-1")]


def test_what_is_only_to_be_listed(told):
    region = {"region": "us-east-1", "cells": [], "unlisted": [CELL], "error": None}
    plan = {"whole": True, "index": True, "regions": [region]}
    assert told(jobs=plan).troubles == ()
    assert [each.where for each in told(jobs=plan, index={"error": FAULT}).troubles] == ["index"]


def test_without_a_plan_nobody_knows_what_was_to_be_done(tmp_path):
    with pytest.raises(BuildError, match=r"jobs\.json: there is no such file"):
        read_run(tmp_path, {})


def test_a_plan_that_left_no_result_is_a_failure_of_the_run(tmp_path):
    run = read_run(tmp_path / "none", {"plan": End.FAILURE, "build": End.SKIPPED})
    assert [(each.stage, each.where) for each in run.troubles] == [("jobs", "the plan")]
    assert not run.planned


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Invalid JSON"),
        ("[]", "no result of a verb"),
        ("{}", "verb: Field required"),
        ("no json", "Invalid JSON"),
        ('{"verb": "index", "unanswered": 3}', "unanswered: "),
        ('{"verb": "index", "cells": [{"cell": null}]}', "cells.0.cell: "),
        ('{"verb": "index", "results": [{}]}', "results.0.cell: Field required"),
    ],
)
def test_a_file_that_is_no_result_keeps_no_other_from_being_told(folder, text, why):
    root = folder()
    (root / "index.json").write_text(text)
    (trouble,) = read_run(root, {}).troubles
    assert (trouble.stage, trouble.where) == ("index", "index")
    assert why in trouble.why


@pytest.mark.parametrize(
    "text", ["{", '{"verb": "jobs", "build": [{}]}', '{"verb": "jobs", "regions": [{"cells": 1}]}']
)
def test_a_plan_that_is_damaged(folder, text):
    root = folder()
    (root / "jobs.json").write_text(text)
    run = read_run(root, {})
    assert [(each.stage, each.where) for each in run.troubles] == [("jobs", "the plan")]
    assert (run.planned, run.whole) == (False, False)


@pytest.mark.parametrize("end", [End.FAILURE, End.CANCELLED])
@pytest.mark.parametrize("job", ["plan", "build", "verify", "publish", "index"])
def test_a_job_that_is_red_though_its_verbs_are_well(told, job, end):
    (trouble,) = told({"plan": End.SUCCESS, "build": End.SKIPPED, job: end}).troubles
    assert (trouble.stage, trouble.where) == (job, f"the job {job}")
    assert trouble.remedy


@pytest.mark.parametrize(
    ("job", "name", "result"),
    [
        ("plan", "jobs", {"error": FAULT}),
        ("verify", "verify-x86_64-1", {"cells": [{"cell": CELL, "error": FAULT}]}),
        ("publish", "publish-0", {"results": [published(CELL, "is gone", "failed")]}),
        ("index", "index", {"unanswered": ["eu-west-1"]}),
        ("index", "propose", {"error": FAULT}),
    ],
)
def test_what_its_verb_has_told_is_not_told_again_of_a_job(told, job, name, result):
    troubles = told({job: End.FAILURE}, **{name: result}).troubles
    assert len(troubles) == 1
    assert troubles[0].where != f"the job {job}"


def test_a_plan_goes_on_without_a_dead_region_so_that_is_not_what_it_failed_of(told):
    plan = {"regions": [{"region": "eu-west-1", "error": FAULT}]}
    troubles = told({"plan": End.FAILURE}, jobs=plan, index=None).troubles
    assert [each.where for each in troubles] == ["eu-west-1", "the job plan"]
