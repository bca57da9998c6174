"""docs/http.md shows an answer to each question, and every answer there is."""

import importlib
import json
import re

import pytest
from pages import DOCS, ROOT
from scikit_learn_lambda import errors
from scikit_learn_lambda.settings import VARIABLES

PAGE = (DOCS / "http.md").read_text()
RECORDED = json.loads((DOCS / "http-answers.json").read_text())


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module


def kinds():
    every = [errors.HandlerError]
    for kind in every:
        every += kind.__subclasses__()
    return [kind for kind in every[1:] if kind is not errors.HandlerError]


def test_each_question_has_its_answer(module):
    ids = [case.id for case in module("http_questions").CASES]
    assert len(ids) == len(set(ids)) > 30
    assert sorted(ids) == sorted(RECORDED["answers"])


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_is_shown(kind):
    assert f"### {kind.status} {kind.code}\n" in PAGE
    assert f'"code": "{kind.code}"' in PAGE


def test_answers_are_under_the_status_that_they_have(module):
    for case in module("http_questions").CASES:
        answer = RECORDED["answers"][case.id]
        if told := re.match(r"(\d{3}) (\w+)", case.id):
            document = json.loads(answer["body"])
            assert (answer["statusCode"], document["code"]) == (int(told[1]), told[2])
        elif not case.direct:
            assert answer["statusCode"] in {200, 204}


def test_json_is_written_for_reading(module):
    pretty = module("http_page").pretty
    value = {"rows": [[1.5, None]] * 30, "empty": [], "text": "é"}
    assert json.loads(pretty(value)) == value
    assert pretty([1, 2]) == "[1, 2]"
    assert max(map(len, pretty(value).splitlines())) < 92


def test_every_setting_is_on_its_page():
    page = (DOCS / "handler-settings.md").read_text()
    assert [each.name for each in VARIABLES if f"| `{each.name}` |" not in page] == []
