from __future__ import annotations

import io
import json
import re
import sys
import zipfile

import pytest

from layerfactory.matrix.cell import Cell
from layerfactory.rehearsal.function import _EXPECTED, _fault, _modules
from layerfactory.rehearsal.guest import entry
from layerfactory.rehearsal.remote_function import _function_zip

CELL = Cell("3.13", "1.9.1")
ANSWER = {
    "prediction": _EXPECTED,
    "scikit_learn": "1.9.1",
    "loaded_from": "/opt/python/sklearn",
}


def test_a_right_answer_has_no_fault():
    assert _fault(ANSWER, CELL) == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"loaded_from": "/usr/lib/python3/sklearn"}, "not the layer's but /usr/lib"),
        ({"scikit_learn": "1.9.0"}, "has scikit-learn 1.9.0"),
        ({"prediction": ["setosa"]}, r"predicts \['setosa'\]"),
    ],
)
def test_a_wrong_answer_is_told(change, told):
    assert re.search(told, _fault({**ANSWER, **change}, CELL))


def test_the_function_of_a_variant_imports_its_extras():
    assert _modules(CELL) == []
    assert _modules(Cell("3.13", "1.9.1", extras=("pandas",))) == ["pandas"]


def test_an_error_is_told():
    assert _fault({"errorMessage": "No module named 'sklearn'"}, CELL) == (
        "the function failed: No module named 'sklearn'"
    )


def test_the_functions_zip_is_the_same_each_time_and_compiles():
    code = _function_zip()
    assert code == _function_zip()
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        assert archive.namelist() == ["prediction.py"]
        compile(archive.read("prediction.py"), "prediction.py", "exec")


class TestEntry:
    """The script that stands in for Lambda's client."""

    @pytest.fixture
    def call(self, tmp_path, monkeypatch, capsys):
        (tmp_path / "given_handler.py").write_text(
            "def handler(event, context):\n    print('a log line')\n    return 10 / event['by']\n"
        )
        monkeypatch.setattr(entry, "PLACES", [str(tmp_path)])
        monkeypatch.setattr(sys, "path", list(sys.path))

        def give(handler, event):
            code = entry.main([handler, json.dumps(event)])
            return code, json.loads(capsys.readouterr().out.splitlines()[-1])

        yield give
        sys.modules.pop("given_handler", None)

    def test_answers_on_the_last_line(self, call):
        assert call("given_handler.handler", {"by": 4}) == (0, 2.5)

    def test_tells_what_the_handler_raised(self, call):
        code, answer = call("given_handler.handler", {"by": 0})
        assert (code, answer["errorType"]) == (1, "ZeroDivisionError")

    def test_tells_that_there_is_no_handler(self, call):
        code, answer = call("given_handler.nothing", {})
        assert (code, answer["errorType"]) == (1, "AttributeError")
