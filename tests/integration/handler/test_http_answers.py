"""What docs/http.md says that the handler answers, a real layer answers."""

import importlib
import json
import math

import pytest
from emulator import NEW, ROOT, require_python

# Of the machine that answered.
ITS_OWN = {"load_ms", "python", "bytes"}

pytestmark = pytest.mark.interpreter


def test_every_answer_is_as_the_page_has_it(opt, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    recorder = importlib.import_module("record_http")
    recorded = json.loads((ROOT / recorder.ANSWERS).read_text())["answers"]
    answers = recorder.ask(require_python(NEW), opt(NEW) / "python")
    assert answers.keys() == recorded.keys()
    odd = [name for name in answers if not alike(read(answers[name]), read(recorded[name]))]
    assert odd == []


def read(answer):
    """With the body as a value."""
    body = answer.get("body") if isinstance(answer, dict) else None
    return {**answer, "body": json.loads(body)} if body else answer


def alike(one, other):
    """Equal, but for what is the machine's own and the last digits of numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = one.keys() - ITS_OWN
        return names == other.keys() - ITS_OWN and all(alike(one[n], other[n]) for n in names)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return type(one) is type(other) and one == other
