"""The handler in Lambda's own client under the real emulator, on an old and a new layer."""

from __future__ import annotations

import json
from dataclasses import replace

import gateway_events as events
import pytest
from emulator import NEW, OLD

from layerfactory.rehearsal.emulator.function import Here, InContainer, emulated

# The README's own.
ASKED = {"input": [[0, 0, 0, 0]]}
ANSWERED = {"prediction": [0]}
FLOWERS = [[5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4], [6.3, 3.3, 6.0, 2.5]]
MANY = {"input": [[5.1, 3.5, 1.4, 0.2]] * 120_000, "return_probabilities": True}


def parsed(text):
    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture(scope="module", params=[OLD, NEW], ids=str)
def function(request, bench):
    of = bench(request.param)
    return of.function(of.model())


@pytest.fixture(scope="module")
def running(function):
    """The function, which must never have to start a second time."""
    with emulated(function, Here()) as emulation:
        first = emulation.invoke(events.rest(ASKED))
        assert first.value["statusCode"] == 200
        before = emulation.runtime()["pid"]
        yield emulation
        assert emulation.runtime()["pid"] == before


pytestmark = pytest.mark.interpreter


@pytest.mark.parametrize(
    "event",
    [
        events.rest(ASKED),
        events.http_api(ASKED),
        events.function_url(json.dumps(ASKED).encode()),
        events.load_balancer(ASKED),
        events.load_balancer(ASKED, multi_value=True),
    ],
    ids=["rest", "http-api", "function-url", "load-balancer", "multi-value"],
)
def test_every_gateway_is_answered_in_its_own_form(running, event):
    answer = running.invoke(event).value
    assert answer["statusCode"] == 200
    assert parsed(answer["body"]) == ANSWERED
    field = (
        "multiValueHeaders" if "multiValueHeaders" in event and "elb" in str(event) else "headers"
    )
    (content_type,) = [v for name, v in answer[field].items() if name.lower() == "content-type"]
    assert "application/json" in content_type


def test_a_direct_invoke_has_no_envelope(running):
    assert running.invoke(ASKED).value == ANSWERED
    failed = running.invoke({"input": [[1, 2]]}).value
    assert failed["errorType"] == "InvalidInputError"
    assert "4" in failed["errorMessage"]


def test_probabilities_are_by_class(running):
    asked = {"input": FLOWERS, "return_probabilities": True}
    answer = parsed(running.invoke(events.rest(asked)).value["body"])
    assert answer["prediction"] == [0, 1, 2]
    assert [set(row) for row in answer["probabilities"]] == [{"0", "1", "2"}] * 3
    assert [max(row, key=row.get) for row in answer["probabilities"]] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (events.rest("{"), 400),
        (events.rest([1]), 400),
        (events.rest({"input": [[1, 2]]}), 400),
        (events.rest({"input": [[0, 0, 0, 0]], "return_prediction": False}), 400),
        (events.rest(method="DELETE"), 405),
        (events.http_api(method="GET", path="/nothing"), 404),
    ],
)
def test_errors_are_json_with_their_status(running, event, status):
    answer = running.invoke(event).value
    assert answer["statusCode"] == status
    assert parsed(answer["body"])["error"]


def test_an_answer_over_six_megabytes_is_refused_and_the_runtime_lives_on(running):
    before = running.runtime()["pid"]
    answer = running.invoke(events.rest(MANY)).value
    assert answer["statusCode"] == 413
    assert parsed(answer["body"])["error"]
    assert parsed(running.invoke(events.rest(ASKED)).value["body"]) == ANSWERED
    assert running.runtime()["pid"] == before


def test_each_request_leaves_a_line_and_the_first_is_cold(function):
    with emulated(function, Here()) as emulation:
        for _ in range(2):
            emulation.invoke(events.rest(ASKED))
        lines = [json.loads(line) for line in emulation.log().splitlines() if '"request"' in line]
    assert [line["cold_start"] for line in lines] == [True, False]
    assert [line["status"] for line in lines] == [200, 200]
    assert lines[0]["rows"] == 1
    assert "5.1" not in json.dumps(lines)


def test_a_model_that_cannot_be_loaded_is_503_and_its_cause_stays_in_the_log(function, tmp_path):
    from shutil import copytree

    code = copytree(function.code, tmp_path / "task")
    (code / "model.joblib").write_bytes(b"\x80\x04\x8c\x06secret\x94no pickle")
    with emulated(replace(function, code=code), Here()) as emulation:
        answers = [emulation.invoke(events.rest(ASKED)).value for _ in range(2)]
        log = emulation.log()
    for answer in answers:
        assert answer["statusCode"] == 503
        assert set(parsed(answer["body"])) <= {"error", "code"}
        assert "Unpickling" not in answer["body"]
    assert "unpickled" in log


@pytest.mark.docker
def test_it_answers_under_lambdas_limits(function, build_image):
    """Memory, processor, no network, nothing to write but /tmp, and nobody's rights."""
    place = InContainer(build_image(function.cell.python), memory_mb=1024, cpus=0.58)
    with emulated(function, place) as emulation:
        cold = emulation.invoke(events.rest(ASKED))
        warm = emulation.invoke(events.http_api({**ASKED, "return_probabilities": True}))
        assert emulation.runtime()["peak_bytes"] < 512e6
        assert "Warning" not in emulation.log()
    assert parsed(cold.value["body"]) == ANSWERED
    assert sum(parsed(warm.value["body"])["probabilities"][0].values()) == pytest.approx(1)
