"""The real emulator and the real runtime client, around handlers of a few lines."""

from __future__ import annotations

import json

import pytest
from emulator import NEW, OLD, require_python

from layerfactory.build.docker.containers import Network
from layerfactory.errors import BuildError, IndexUnavailableError
from layerfactory.rehearsal.emulator.function import Function, Here, InContainer, emulated
from layerfactory.rehearsal.emulator.tools import emulator_tools

HANDLER = """
import os, socket, sys

STARTED = []

def handler(event, context):
    STARTED.append(event)
    print("asked for", event.get("want"))
    return globals()[event["want"]](event, context)

def world(event, context):
    import boto3, marker
    return {
        "python": "%d.%d" % sys.version_info[:2],
        "invocations": len(STARTED),
        "memory": context.memory_limit_in_mb,
        "request": context.aws_request_id,
        "environment": os.environ["COLOUR"],
        "layer": marker.COLOUR,
        "client": sys.modules["awslambdaric"].__file__,
        "boto3": boto3.__file__,
        "pid": os.getpid(),
    }

def fault(event, context):
    raise KeyError("blue")

def large(event, context):
    return "x" * event["bytes"]

def nan(event, context):
    return float("nan")

def writes(event, context):
    answers = {}
    for folder in ("/opt", "/var/task", "/", "/tmp"):
        try:
            open(folder + "/probe", "w").close()
            answers[folder] = True
        except OSError:
            answers[folder] = False
    return answers

def reaches(event, context):
    return sorted(name for _number, name in socket.if_nameindex())

def holds(event, context):
    return len(bytearray(event["bytes"]))
"""


@pytest.fixture(scope="module")
def function(tmp_path_factory):
    """Gives a function of HANDLER with a layer of one module."""
    home = tmp_path_factory.mktemp("function")
    (home / "code").mkdir()
    (home / "code/words.py").write_text(HANDLER)
    (home / "opt/python").mkdir(parents=True)
    (home / "opt/python/marker.py").write_text("COLOUR = 'green'\n")

    def give(cell) -> Function:
        require_python(cell)
        env = {"COLOUR": "red"}
        return Function(cell, home / "code", home / "opt", "words.handler", env, memory_mb=512)

    return give


class TestHere:
    pytestmark = pytest.mark.interpreter

    @pytest.mark.parametrize("cell", [OLD, NEW])
    def test_the_world_is_lambdas(self, function, cell):
        with emulated(function(cell), Here()) as lambda_:
            first, second = (lambda_.invoke({"want": "world"}).value for _ in range(2))
            runtime = lambda_.runtime()
        assert (first["python"], first["environment"]) == (cell.python, "red")
        assert first["layer"] == "green"
        assert int(first["memory"]) == 512
        assert (first["invocations"], second["invocations"]) == (1, 2)
        assert first["request"] != second["request"]
        tools = emulator_tools(cell)
        assert first["client"].startswith(str(tools.packages))
        assert first["boto3"].startswith(str(tools.packages))
        assert runtime["pid"] == first["pid"] == second["pid"]
        assert runtime["peak_bytes"] > 10_000_000

    def test_a_fault_is_told_as_lambda_tells_it(self, function):
        with emulated(function(NEW), Here()) as lambda_:
            failed = lambda_.invoke({"want": "fault"}).value
            assert lambda_.invoke({"want": "world"}).value["invocations"] == 2
            assert "asked for fault" in lambda_.log()
        assert (failed["errorType"], failed["errorMessage"]) == ("KeyError", "'blue'")

    def test_an_answer_that_is_too_large_is_the_runtimes_end(self, function):
        """What the handler must not let happen: the next request is a cold start."""
        with emulated(function(NEW), Here()) as lambda_:
            before = lambda_.invoke({"want": "world"}).value
            refused = lambda_.invoke({"want": "large", "bytes": 6_300_000}).value
            after = lambda_.invoke({"want": "world"}).value
        assert refused["errorType"] == "Function.ResponseSizeTooLarge"
        assert after["invocations"] == 1
        assert after["pid"] != before["pid"]

    def test_what_is_no_json_is_not_read_as_json(self, function):
        with emulated(function(NEW), Here()) as lambda_:
            answer = lambda_.invoke({"want": "nan"})
        assert answer.body == "NaN"
        with pytest.raises(ValueError, match="NaN is no JSON"):
            _ = answer.value

    def test_a_handler_that_is_not_there(self, function, tmp_path):
        from dataclasses import replace

        with emulated(replace(function(NEW), handler="missing.handler"), Here()) as lambda_:
            failed = lambda_.invoke({"want": "world"}).value
        assert failed["errorType"] == "Runtime.ImportModuleError"

    def test_text_goes_as_it_is(self, function):
        with emulated(function(NEW), Here()) as lambda_:
            failed = lambda_.invoke(b'{"want": ').value
        assert failed["errorType"] == "Runtime.UnmarshalError"


@pytest.mark.docker
class TestInContainer:
    @pytest.mark.parametrize("cell", [OLD, NEW])
    def test_it_is_as_closed_as_lambda(self, function, build_image, cell):
        place = InContainer(build_image(cell.python), memory_mb=512, cpus=0.58)
        with emulated(function(cell), place) as lambda_:
            world = lambda_.invoke({"want": "world"}).value
            writes = lambda_.invoke({"want": "writes"}).value
            reaches = lambda_.invoke({"want": "reaches"}).value
        assert (world["python"], world["layer"]) == (cell.python, "green")
        assert world["client"].startswith("/var/runtime/")
        assert writes == {"/opt": False, "/var/task": False, "/": False, "/tmp": True}
        assert reaches == ["lo"]

    def test_memory_is_held_to_its_limit(self, function, build_image):
        place = InContainer(build_image(NEW.python), memory_mb=256)
        with emulated(function(NEW), place) as lambda_:
            assert lambda_.invoke({"want": "holds", "bytes": 50_000_000}).value == 50_000_000
            killed = lambda_.invoke({"want": "holds", "bytes": 400_000_000}).value
        assert killed["errorType"].startswith("Runtime.")

    def test_the_hosts_network_is_there_where_it_is_wanted(self, function, build_image):
        place = InContainer(build_image(NEW.python), network=Network.HOST)
        with emulated(function(NEW), place) as lambda_:
            assert lambda_.invoke({"want": "world"}).value["invocations"] == 1

    def test_an_image_that_is_not_there(self, function):
        place = InContainer("layerfactory/no-such-image:latest")
        with (
            emulated(function(NEW), place) as lambda_,
            pytest.raises(BuildError, match="ended before it answered"),
        ):
            lambda_.invoke({"want": "world"})


def test_lambdas_parts_are_fetched_once(monkeypatch, tmp_path):
    first = emulator_tools(NEW)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    assert emulator_tools(NEW) == first
    assert first.emulator.stat().st_mode & 0o111
    assert json.loads(json.dumps(str(first.packages)))


def test_without_an_index_there_is_an_error_with_a_remedy(monkeypatch, tmp_path):
    monkeypatch.setenv("LAYERFACTORY_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    with pytest.raises(IndexUnavailableError):
        emulator_tools(NEW)
    assert not list((tmp_path / "cache").rglob("tree"))
