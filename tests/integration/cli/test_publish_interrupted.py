"""Ctrl-C while a layer is on its way to AWS: once to end it well, twice to leave it."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from aws_fixtures import aws, clean_environment, embedded, proxy, settings, waits
from fault_proxy import PUBLISH, Cut, Delay
from ready_layers import write_layer, write_matrix
from typer.testing import CliRunner

from layerfactory.cli.app import app
from layerfactory.data.regions import regions
from layerfactory.matrix.cell import Cell

__all__ = ["aws", "clean_environment", "embedded", "proxy", "settings", "waits"]

CELL = Cell("3.12", "1.9.1")
WEST = regions()["us-west-2"]


def uploads(proxy):
    return [each for each in proxy.exchanges if re.search(PUBLISH, str(each.call))]


@pytest.fixture
def publishing(tmp_path, monkeypatch, proxy):
    """The command, while AWS has the layer and takes its time to say so."""
    write_matrix(tmp_path, [CELL], [WEST.name])
    write_layer(tmp_path, CELL, b"layer")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "embedded")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "embedded")
    proxy.inject(Delay(30, Cut.AFTER), call=PUBLISH)
    argv = [sys.executable, "-m", "layerfactory", "publish"]
    process = subprocess.Popen(argv, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    with process:
        while not any(each.carried_out for each in uploads(proxy)):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        yield process
        process.kill()


def said(process, words):
    """Whether it says so, as far as that line."""
    return any(words in line for line in process.stderr)


def test_the_second_ctrl_c_leaves_at_once_and_the_next_run_heals(publishing, proxy, aws):
    os.kill(publishing.pid, signal.SIGINT)
    assert said(publishing, "finishing what is being uploaded in 1 region (again: leave it)")
    os.kill(publishing.pid, signal.SIGINT)
    assert said(publishing, "left at once")
    assert publishing.wait() == 130
    assert not any(each.heard for each in uploads(proxy))

    done = CliRunner().invoke(app, ["publish", "--json"], catch_exceptions=False)
    (result,) = json.loads(done.stdout)["results"]
    assert (result["state"], result["version"]) == ("granted", 1)
    assert proxy.count(PUBLISH) == 1
